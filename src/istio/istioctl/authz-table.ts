import type { RbacFilter } from './rbac-filters.ts';

/** In the order of the table. AUDIT is LOG to Envoy. */
const actions = ['DENY', 'ALLOW', 'LOG', 'CUSTOM'];
const custom = 'istio-ext-authz-';
/** What istioctl calls an RBAC filter that has no policy to enforce. */
const nothingMatches = '_anonymous_match_nothing_';

export interface AuthzTable {
  readonly text: string;
  /** Names of policies that are not Istio's. */
  readonly foreign: readonly string[];
}

/**
 * The table of `istioctl x authz check`: which AuthorizationPolicies the filters enforce. Rules count by the policy's name, over all its actions; all policies whose names
 * are not Istio's are one row without a name. Of shadow policies only those that trigger CUSTOM are shown. Source: istioctl/pkg/authz/listener.go.
 */
export function authzTable(filters: readonly RbacFilter[]): AuthzTable {
  const named = new Map<string, Set<string>>(actions.map((action) => [action, new Set()]));
  const rules = new Map<string, Set<string>>();
  const foreign: string[] = [];
  const add = (action: string, name: string, rule: string): void => {
    named.get(action)?.add(name);
    rules.set(name, (rules.get(name) ?? new Set()).add(rule));
  };
  const addPolicy = (action: string, id: string): void => {
    const [, namespace, policy, rule = ''] = /ns\[(.+)\]-policy\[(.+)\]-rule\[(.+)\]/.exec(id) ?? [];
    if (policy === undefined) foreign.push(id);
    add(action, policy === undefined ? '' : `${policy}.${namespace}`, rule);
  };
  for (const { action, policies, shadowPolicies } of filters) {
    for (const id of policies) addPolicy(action, id);
    for (const id of shadowPolicies) if (id.startsWith(custom)) addPolicy('CUSTOM', id);
    if (policies.length === 0) add(action, nothingMatches, '0');
  }
  const rows = [...named].flatMap(([action, names]) =>
    [...names].sort(byBytes).map((name) => [action, name, String(rules.get(name)!.size)] as const),
  );
  return { text: columns([['ACTION', 'AuthorizationPolicy', 'RULES'], ...rows]), foreign };
}

/** Three blanks between columns, none behind the last. */
function columns(rows: readonly (readonly [string, string, string])[]): string {
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => [...row[column]].length)) + 3;
  const widths = [width(0), width(1)] as const;
  return rows.map(([a, b, c]) => `${padded(a, widths[0])}${padded(b, widths[1])}${c}\n`).join('');
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(width - [...text].length);
}

/** Go's order of strings, that of their bytes in UTF-8, is the order of their code points. */
function byBytes(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((character, i) => character !== right[i]);
  if (at < 0) return left.length - right.length;
  return left[at]!.codePointAt(0)! - (right[at]?.codePointAt(0) ?? -1);
}
