import type { CidrRange, HeaderMatcher, MetadataMatcher, StringMatcher } from './matchers.ts';

/** envoy.config.rbac.v3.Permission, as far as Istio uses it. */
export type Permission =
  | { readonly any: true }
  | { readonly and_rules: { readonly rules: readonly Permission[] } }
  | { readonly or_rules: { readonly rules: readonly Permission[] } }
  | { readonly not_rule: Permission }
  | { readonly header: HeaderMatcher }
  | { readonly url_path: { readonly path: StringMatcher } }
  | {
      readonly uri_template: {
        readonly name: string;
        readonly typed_config: { readonly '@type': string; readonly path_template: string };
      };
    }
  | { readonly destination_ip: CidrRange }
  | { readonly destination_port: number }
  | { readonly requested_server_name: StringMatcher }
  | { readonly metadata: MetadataMatcher };

/** envoy.config.rbac.v3.Principal, as far as Istio uses it. */
export type Principal =
  | { readonly any: true }
  | { readonly and_ids: { readonly ids: readonly Principal[] } }
  | { readonly or_ids: { readonly ids: readonly Principal[] } }
  | { readonly not_id: Principal }
  | { readonly authenticated: { readonly principal_name: StringMatcher } }
  | { readonly direct_remote_ip: CidrRange }
  | { readonly remote_ip: CidrRange }
  | { readonly header: HeaderMatcher }
  | { readonly metadata: MetadataMatcher };

/** envoy.config.rbac.v3.Policy: any permission, and any principal. */
export interface RbacPolicy {
  readonly permissions: readonly Permission[];
  readonly principals: readonly Principal[];
}

/** envoy.config.rbac.v3.RBAC. Without `action` it allows; without `policies` nothing matches. */
export interface Rbac {
  readonly action?: 'DENY' | 'LOG';
  readonly policies?: Readonly<Record<string, RbacPolicy>>;
}
