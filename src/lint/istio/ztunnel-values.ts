import type { Cluster } from '../../cluster/index.ts';
import { type AuthorizationPolicy, describeObject, listNames, parseIdentity } from '../../model/index.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { authorizationPolicies } from './policies.ts';
import { fieldsOf, type RuleField } from './rule-fields.ts';
import { sitesWith } from './sites.ts';

/** Values that a sidecar understands and a ztunnel takes as they are: trust domains that stand for others, stars inside a namespace. */
export const ztunnelValues: LintRule = {
  codes: ['PC3220'],
  *check({ cluster }) {
    for (const policy of authorizationPolicies(cluster)) {
      const sites = sitesWith(cluster, policy).filter(({ kind }) => kind === 'ztunnel');
      if (sites.length === 0) continue;
      const names = listNames(sites.map(({ label }) => label));
      for (const field of fieldsOf(policy)) {
        for (const index of field.values.keys()) {
          const finding = checkValue(cluster, policy, field, index, names);
          if (finding !== undefined) yield finding;
        }
      }
    }
  },
};

function checkValue(
  { mesh }: Cluster,
  policy: AuthorizationPolicy,
  field: RuleField,
  index: number,
  names: string,
): Finding | undefined {
  const value = field.values[index]!;
  const fault =
    field.field === 'principals'
      ? principalFault(value, mesh.trustDomain, mesh.trustDomainAliases)
      : field.field === 'namespaces'
        ? namespaceFault(value)
        : undefined;
  if (fault === undefined) return undefined;
  return {
    code: 'PC3220',
    severity: 'warning',
    message: `${describeObject(policy)}: ${field.written} ${JSON.stringify(value)} never matches at ztunnel (${names})`,
    object: policy,
    path: [...field.path, index],
    help: fault.help,
    proof: { kind: 'never matches', reason: fault.reason },
  };
}

interface Fault {
  readonly reason: string;
  readonly help: string;
}

function principalFault(value: string, own: string, aliases: readonly string[]): Fault | undefined {
  const identity = parseIdentity(value);
  if (identity === undefined || identity.trustDomain === own) return undefined;
  const { trustDomain } = identity;
  if (trustDomain !== 'cluster.local' && !aliases.includes(trustDomain)) return undefined;
  return {
    reason: `ztunnel takes the value as it stands, and clients of the mesh are of trust domain ${own}`,
    help: `Write ${own}${value.slice(trustDomain.length)}.`,
  };
}

function namespaceFault(value: string): Fault | undefined {
  const inner = value.startsWith('*') ? value.slice(1) : value.endsWith('*') ? value.slice(0, -1) : value;
  if (value === '*' || !inner.includes('*')) return undefined;
  return {
    reason:
      'to ztunnel only one star is special, at the start or else at the end, and no namespace has a star in its name',
    help: 'List the namespaces, or write one star at the start or end.',
  };
}
