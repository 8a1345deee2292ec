import type {
  AuthorizationOperation,
  AuthorizationPolicy,
  AuthorizationRule,
  AuthorizationSource,
} from '../../model/index.ts';

/** Keys of `when` that istiod carries to ztunnel; every other one counts as an HTTP attribute there. */
const carriedKeys: ReadonlySet<string> = new Set([
  'source.ip',
  'source.namespace',
  'source.principal',
  'destination.ip',
  'destination.port',
]);

const httpSourceFields = [
  'remoteIpBlocks',
  'notRemoteIpBlocks',
  'requestPrincipals',
  'notRequestPrincipals',
] as const satisfies readonly (keyof AuthorizationSource)[];

const httpOperationFields = [
  'hosts',
  'notHosts',
  'methods',
  'notMethods',
  'paths',
  'notPaths',
] as const satisfies readonly (keyof AuthorizationOperation)[];

/**
 * What a rule asks that ztunnel is never told: field names and keys of `when`. `trustDomains` is neither told nor counted here, as in istiod.
 * Source: pilot/pkg/serviceregistry/ambient/authorization.go.
 */
export function httpAttributes(rule: AuthorizationRule): readonly string[] {
  return [
    ...rule.to.flatMap((operation) => httpOperationFields.filter((field) => hasValues(operation?.[field]))),
    ...rule.from.flatMap((source) => httpSourceFields.filter((field) => hasValues(source?.[field]))),
    ...rule.when.map((condition) => condition.key).filter((key) => !carriedKeys.has(key)),
  ];
}

/** The HTTP attributes of all rules of a policy, each once, in byte order. */
export function httpAttributesOf(policy: AuthorizationPolicy): readonly string[] {
  return [...new Set(policy.spec.rules.flatMap(httpAttributes))].toSorted();
}

function hasValues(values: readonly string[] | undefined): boolean {
  return values !== undefined && values.length > 0;
}
