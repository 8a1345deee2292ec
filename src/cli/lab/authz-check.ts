import { formatTable } from './table.ts';

/** A policy that a proxy enforces. */
export interface EnforcedPolicy {
  readonly action: string;
  /** `POLICY.NAMESPACE`. */
  readonly name: string;
  readonly rules: number;
}

const actions = ['DENY', 'ALLOW', 'LOG', 'CUSTOM'];
const custom = 'istio-ext-authz-';
/** What istioctl calls an RBAC filter that has no policy to enforce. */
const nothingMatches = '_anonymous_match_nothing_';

interface RbacFilter {
  readonly rules?: { readonly action?: string; readonly policies?: Readonly<Record<string, unknown>> };
  readonly shadow_rules?: { readonly policies?: Readonly<Record<string, unknown>> };
}

/** Reads which AuthorizationPolicies a proxy enforces from the RBAC filters of its config dump, as `istioctl x authz check` does. */
export function readAuthorization(dump: unknown): readonly EnforcedPolicy[] {
  const rules = new Map<string, Set<string>>();
  const add = (action: string, id: string): void => {
    const [, namespace, policy, rule] = /ns\[(.+)\]-policy\[(.+)\]-rule\[(.+)\]/.exec(id) ?? [];
    const name = namespace === undefined ? id : `${policy}.${namespace}`;
    const key = `${action} ${name}`;
    rules.set(key, (rules.get(key) ?? new Set()).add(rule ?? '0'));
  };
  for (const filter of rbacFilters(dump)) {
    const ids = Object.keys(filter.rules?.policies ?? {});
    const action = filter.rules?.action ?? 'ALLOW';
    for (const id of ids.length > 0 ? ids : [nothingMatches]) add(action, id);
    for (const id of Object.keys(filter.shadow_rules?.policies ?? {}))
      if (id.startsWith(custom)) add('CUSTOM', id);
  }
  return [...rules]
    .map(([key, { size }]) => ({ action: key.split(' ')[0]!, name: key.split(' ')[1]!, rules: size }))
    .sort((a, b) => actions.indexOf(a.action) - actions.indexOf(b.action) || (a.name < b.name ? -1 : 1));
}

export function formatAuthorizationTable(policies: readonly EnforcedPolicy[]): string {
  const rows = policies.map(({ action, name, rules }) => [action, name, String(rules)]);
  return formatTable(['ACTION', 'AuthorizationPolicy', 'RULES'], rows);
}

/** All RBAC filters, of HTTP and of TCP, wherever they stand in the dump. */
function rbacFilters(value: unknown): readonly RbacFilter[] {
  if (typeof value !== 'object' || value === null) return [];
  const type = '@type' in value ? String(value['@type']) : '';
  if (/\.rbac\.v3\.RBAC$/.test(type)) return [value as RbacFilter];
  return Object.values(value).flatMap(rbacFilters);
}
