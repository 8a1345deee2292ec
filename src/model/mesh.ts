/** How paths are rewritten before they are matched and forwarded (MeshConfig.pathNormalization). */
export type PathNormalization = 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES';

/** An entry of MeshConfig.extensionProviders that can authorize. */
export interface AuthorizerProvider {
  readonly name: string;
  readonly protocol: 'http' | 'grpc' | 'other';
  /** False where the entry lacks its service or port: Istio then denies what it should ask about. */
  readonly usable: boolean;
  /** What the authorizer answers, where the project file says so. */
  readonly answer?: 'allow' | 'deny';
  /** How a proxy asks it; absent where only its name is known. */
  readonly check?: AuthorizerCheck;
}

/** envoyExtAuthzHttp or envoyExtAuthzGrpc of an extension provider, in the fields' own names; what is not set is absent. */
export interface AuthorizerCheck {
  /** HOST or NAMESPACE/HOST. */
  readonly service: string;
  readonly port: number;
  /** As protobuf's JSON has it: `1.500s`. */
  readonly timeout?: string;
  readonly failOpen?: boolean;
  /** A status code. */
  readonly statusOnError?: string;
  readonly includeRequestBodyInCheck?: {
    readonly maxRequestBytes?: number;
    readonly allowPartialMessage?: boolean;
    readonly packAsBytes?: boolean;
  };
  readonly pathPrefix?: string;
  readonly includeRequestHeadersInCheck?: readonly string[];
  /** The older name of it. */
  readonly includeHeadersInCheck?: readonly string[];
  readonly includeAdditionalHeadersInCheck?: Readonly<Record<string, string>>;
  readonly headersToUpstreamOnAllow?: readonly string[];
  readonly headersToDownstreamOnAllow?: readonly string[];
  readonly headersToDownstreamOnDeny?: readonly string[];
}

/** The parts of MeshConfig and of istiod's settings that change a verdict. Absent MeshConfig = `defaultMesh`. */
export interface Mesh {
  readonly rootNamespace: string;
  readonly trustDomain: string;
  readonly trustDomainAliases: readonly string[];
  readonly pathNormalization: PathNormalization;
  readonly enableAutoMtls: boolean;
  readonly authorizers: readonly AuthorizerProvider[];
  /** False = PILOT_SKIP_VALIDATE_TRUST_DOMAIN: certificates of foreign trust domains pass the handshake. */
  readonly validatePeerTrustDomain: boolean;
  /** Is injection on for namespaces that say nothing (sidecarInjectorWebhook.enableNamespacesByDefault)? */
  readonly injectByDefault: boolean;
  /** Revisions (and tags) whose injector runs; '' is the default revision. undefined = any that a label names. */
  readonly revisions?: readonly string[];
  /** Is the ambient data plane installed? undefined = wherever a label asks for it. */
  readonly ambient?: boolean;
  /** ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY. */
  readonly selectorPoliciesOnGateways: boolean;
  /** PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS. */
  readonly multipleAuthorizers: boolean;
  /** AMBIENT_ENABLE_DRY_RUN_AUTHORIZATION_POLICY. */
  readonly ambientDryRun: boolean;
  /** gatewayTopology.numTrustedProxies. */
  readonly trustedProxies: number;
}

/** What an installation without a word of its own has. */
export const defaultMesh: Mesh = {
  rootNamespace: 'istio-system',
  trustDomain: 'cluster.local',
  trustDomainAliases: [],
  pathNormalization: 'BASE',
  enableAutoMtls: true,
  authorizers: [],
  validatePeerTrustDomain: true,
  injectByDefault: false,
  selectorPoliciesOnGateways: true,
  multipleAuthorizers: false,
  ambientDryRun: false,
  trustedProxies: 0,
};

/** The MeshConfig of the ConfigMap `istio`, where one was given; what it does not say is absent. */
export type MeshSettings = { readonly [K in keyof Mesh]?: Mesh[K] };
