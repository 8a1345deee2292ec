import type { Labels } from './labels.ts';
import type { KindedObject } from './object.ts';

export type AuthorizationAction = 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';

export interface PolicyTargetReference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** security.istio.io AuthorizationPolicy (v1 and v1beta1 are one schema). Empty lists are read as absent, as Istio does. */
export interface AuthorizationPolicy extends KindedObject {
  readonly kind: 'AuthorizationPolicy';
  readonly spec: {
    /** Present also when it has no labels: ztunnel tells `selector: {}` from no selector. */
    readonly selector?: { readonly matchLabels: Labels };
    /** `targetRefs`, or the one of the older `targetRef` where `targetRefs` is empty. */
    readonly targetRefs: readonly PolicyTargetReference[];
    /** A number that is no known action is kept as text: it takes part in nothing. */
    readonly action: AuthorizationAction | (string & {});
    readonly provider?: string;
    readonly rules: readonly AuthorizationRule[];
  };
}

export interface AuthorizationRule {
  /** undefined entry: `source` absent, which is no condition in Envoy and never matches in ztunnel. */
  readonly from: readonly (AuthorizationSource | undefined)[];
  readonly to: readonly (AuthorizationOperation | undefined)[];
  readonly when: readonly AuthorizationCondition[];
}

type Values = readonly string[];

export interface AuthorizationSource {
  readonly principals?: Values;
  readonly notPrincipals?: Values;
  readonly requestPrincipals?: Values;
  readonly notRequestPrincipals?: Values;
  readonly namespaces?: Values;
  readonly notNamespaces?: Values;
  readonly serviceAccounts?: Values;
  readonly notServiceAccounts?: Values;
  readonly trustDomains?: Values;
  readonly notTrustDomains?: Values;
  readonly ipBlocks?: Values;
  readonly notIpBlocks?: Values;
  readonly remoteIpBlocks?: Values;
  readonly notRemoteIpBlocks?: Values;
}

export interface AuthorizationOperation {
  readonly hosts?: Values;
  readonly notHosts?: Values;
  readonly ports?: Values;
  readonly notPorts?: Values;
  readonly methods?: Values;
  readonly notMethods?: Values;
  readonly paths?: Values;
  readonly notPaths?: Values;
}

export interface AuthorizationCondition {
  readonly key: string;
  readonly values?: Values;
  readonly notValues?: Values;
}

export type MutualTlsMode = 'UNSET' | 'DISABLE' | 'PERMISSIVE' | 'STRICT';

/** security.istio.io PeerAuthentication. */
export interface PeerAuthentication extends KindedObject {
  readonly kind: 'PeerAuthentication';
  readonly spec: {
    readonly selector?: { readonly matchLabels: Labels };
    readonly mode: MutualTlsMode;
    /** By workload port; absent and empty are the same. */
    readonly portLevel: ReadonlyMap<number, MutualTlsMode>;
  };
}

/** security.istio.io RequestAuthentication. */
export interface RequestAuthentication extends KindedObject {
  readonly kind: 'RequestAuthentication';
  readonly spec: {
    readonly selector?: { readonly matchLabels: Labels };
    readonly targetRefs: readonly PolicyTargetReference[];
    readonly jwtRules: readonly JwtRule[];
  };
}

export interface JwtRule {
  /** '' = any issuer. */
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly jwks?: string;
  readonly jwksUri?: string;
  readonly fromHeaders: readonly { readonly name: string; readonly prefix: string }[];
  readonly fromParams: readonly string[];
  readonly fromCookies: readonly string[];
  readonly spaceDelimitedClaims: readonly string[];
  readonly forwardOriginalToken: boolean;
  readonly outputPayloadToHeader?: string;
  readonly outputClaimToHeaders: readonly { readonly header: string; readonly claim: string }[];
}

export type ClientTlsMode = 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL';

/** networking.istio.io DestinationRule: only the client's TLS settings. A level without `tls` has no mode. */
export interface DestinationRule extends KindedObject {
  readonly kind: 'DestinationRule';
  readonly spec: {
    readonly host: string;
    readonly workloadSelector?: Labels;
    readonly exportTo: readonly string[];
    readonly trafficPolicy?: TlsPolicy;
    readonly subsets: readonly {
      readonly name: string;
      readonly labels: Labels;
      readonly trafficPolicy?: TlsPolicy;
    }[];
  };
}

export interface TlsPolicy {
  readonly mode?: ClientTlsMode;
  /** By Service port number; undefined = settings without `tls`: a port with settings inherits nothing from its level. */
  readonly portLevel: ReadonlyMap<number, ClientTlsMode | undefined>;
}

/** gateway.networking.k8s.io Gateway. */
export interface Gateway extends KindedObject {
  readonly kind: 'Gateway';
  readonly spec: {
    readonly gatewayClassName: string;
    readonly listeners: readonly {
      readonly name: string;
      readonly port: number;
      readonly protocol: string;
    }[];
  };
}

/** gateway.networking.k8s.io GatewayClass. */
export interface GatewayClass extends KindedObject {
  readonly kind: 'GatewayClass';
  readonly spec: { readonly controllerName: string };
}

/** networking.istio.io ServiceEntry. */
export interface ServiceEntry extends KindedObject {
  readonly kind: 'ServiceEntry';
  readonly spec: {
    readonly hosts: readonly string[];
    readonly addresses: readonly string[];
    readonly location: 'MESH_EXTERNAL' | 'MESH_INTERNAL';
    readonly resolution: string;
    readonly ports: readonly {
      readonly number: number;
      readonly protocol: string;
      readonly name: string;
      readonly targetPort?: number;
    }[];
    readonly endpoints: readonly { readonly address: string }[];
  };
}
