// Istio's security API (istio.io/api 1.30), type by type. Lists of a policy's values are the model's own.
import type {
  AuthorizationAction,
  AuthorizationCondition,
  AuthorizationOperation,
  AuthorizationSource,
  MutualTlsMode,
} from '../../model/index.ts';
import { bool, duration, enumeration, list, message, type ProtoMessage, string, strings } from './proto.ts';

export interface WorkloadSelector {
  readonly matchLabels?: ReadonlyMap<string, string>;
}

export interface TargetReference {
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** What AuthorizationPolicy and RequestAuthentication say about where they apply. */
export interface Attachment {
  readonly selector?: WorkloadSelector;
  readonly targetRef?: TargetReference;
  readonly targetRefs?: readonly TargetReference[];
}

export interface AuthorizationSpec extends Attachment {
  readonly rules?: readonly Rule[];
  readonly action?: AuthorizationAction | (string & {});
  readonly provider?: { readonly name?: string };
}

export interface Rule {
  readonly from?: readonly { readonly source?: AuthorizationSource }[];
  readonly to?: readonly { readonly operation?: AuthorizationOperation }[];
  readonly when?: readonly (Omit<AuthorizationCondition, 'key'> & { readonly key?: string })[];
}

export interface PeerSpec {
  readonly selector?: WorkloadSelector;
  readonly mtls?: { readonly mode?: MutualTlsMode };
  readonly portLevelMtls?: ReadonlyMap<number, { readonly mode?: MutualTlsMode }>;
}

export interface RequestSpec extends Attachment {
  readonly jwtRules?: readonly JwtSpec[];
}

export interface JwtSpec {
  readonly issuer?: string;
  readonly audiences?: readonly string[];
  readonly jwksUri?: string;
  readonly jwks?: string;
  readonly fromHeaders?: readonly { readonly name?: string; readonly prefix?: string }[];
  readonly fromParams?: readonly string[];
  readonly outputPayloadToHeader?: string;
  readonly fromCookies?: readonly string[];
  readonly forwardOriginalToken?: boolean;
  readonly outputClaimToHeaders?: readonly { readonly header?: string; readonly claim?: string }[];
  readonly timeout?: bigint;
  readonly spaceDelimitedClaims?: readonly string[];
}

const selector = message({ match_labels: { kind: 'map', key: 'string', of: string } });
const targetReference = message({ group: string, kind: string, name: string, namespace: string });
const attachment = { selector, targetRef: targetReference, targetRefs: list(targetReference) };

const source = message({
  principals: strings,
  not_principals: strings,
  request_principals: strings,
  not_request_principals: strings,
  namespaces: strings,
  not_namespaces: strings,
  service_accounts: strings,
  not_service_accounts: strings,
  ip_blocks: strings,
  not_ip_blocks: strings,
  remote_ip_blocks: strings,
  not_remote_ip_blocks: strings,
  trust_domains: strings,
  not_trust_domains: strings,
});

const operation = message({
  hosts: strings,
  not_hosts: strings,
  ports: strings,
  not_ports: strings,
  methods: strings,
  not_methods: strings,
  paths: strings,
  not_paths: strings,
});

const action = enumeration(
  'istio.security.v1beta1.AuthorizationPolicy.Action',
  'ALLOW',
  'DENY',
  'AUDIT',
  'CUSTOM',
);

/** AuthorizationPolicy's spec: decodes to `AuthorizationSpec`. */
export const authorizationMessage: ProtoMessage = message({
  ...attachment,
  rules: list(
    message({
      from: list(message({ source })),
      to: list(message({ operation })),
      when: list(message({ key: string, values: strings, not_values: strings })),
    }),
  ),
  action,
  provider: message({ name: string }),
});

const mutualTls = message({
  mode: enumeration(
    'istio.security.v1beta1.PeerAuthentication.MutualTLS.Mode',
    'UNSET',
    'DISABLE',
    'PERMISSIVE',
    'STRICT',
  ),
});

/** PeerAuthentication's spec: decodes to `PeerSpec`. */
export const peerMessage: ProtoMessage = message({
  selector,
  mtls: mutualTls,
  port_level_mtls: { kind: 'map', key: 'uint32', of: mutualTls },
});

/** RequestAuthentication's spec: decodes to `RequestSpec`. */
export const requestMessage: ProtoMessage = message({
  ...attachment,
  jwt_rules: list(
    message({
      issuer: string,
      audiences: strings,
      jwks_uri: string,
      jwks: string,
      from_headers: list(message({ name: string, prefix: string })),
      from_params: strings,
      output_payload_to_header: string,
      from_cookies: strings,
      forward_original_token: bool,
      output_claim_to_headers: list(message({ header: string, claim: string })),
      timeout: duration,
      space_delimited_claims: strings,
    }),
  ),
});
