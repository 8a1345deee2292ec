import type { Cluster } from '../../cluster/index.ts';
import { suggestName } from '../../manifest/index.ts';
import { type DestinationRule, describeObject } from '../../model/index.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { serviceHost, serviceHosts } from './service-hosts.ts';
import { replaceValue } from './value-findings.ts';

/** DestinationRules for hosts that there are not: their settings apply to nothing. */
export const destinationHosts: LintRule = {
  codes: ['PC3269'],
  *check({ cluster }) {
    if (cluster.services.size === 0) return;
    const external = cluster.serviceEntries.flatMap(({ spec }) => spec.hosts);
    for (const rule of cluster.policies.destinationRules) {
      const finding = checkRule(cluster, rule, external);
      if (finding !== undefined) yield finding;
    }
  },
};

function checkRule(
  cluster: Cluster,
  rule: DestinationRule,
  external: readonly string[],
): Finding | undefined {
  const { host } = rule.spec;
  const { namespace } = rule.metadata;
  const full = host.includes('.') || host.startsWith('*') ? host : serviceHost(namespace, host);
  const known = [...serviceHosts(cluster).keys(), ...external];
  if (known.some((each) => each === full || meets(full, each))) return undefined;
  if (cluster.unreadable.some(({ kind }) => kind === 'Service' || kind === 'ServiceEntry')) return undefined;
  const short = shortForm(cluster, host);
  const near = short ?? nearHost(cluster, rule, full);
  const inside = full.endsWith('.svc.cluster.local');
  const home = inside ? full.split('.').at(-4)! : namespace;
  const given = [...cluster.services.values()].some(({ metadata }) => metadata.namespace === home);
  const fix = short === undefined ? undefined : replaceValue(rule, ['spec', 'host'], host, short);
  return {
    code: 'PC3269',
    severity: near !== undefined || (inside && given) ? 'warning' : 'info',
    message: `${describeObject(rule)}: its host ${host} does not exist, so it applies to nothing`,
    object: rule,
    path: ['spec', 'host'],
    help:
      near === undefined
        ? inside || !host.includes('.')
          ? 'Name a Service that is there; a name without dots is of the namespace of the rule.'
          : 'A host outside the mesh needs a ServiceEntry.'
        : `Did you mean ${near}?`,
    proof: {
      kind: 'never matches',
      reason: `no Service and no ServiceEntry that was given has the host ${full}`,
    },
    ...(fix !== undefined && { fix }),
  };
}

/** Either may begin with a star. */
function meets(a: string, b: string): boolean {
  if (a.startsWith('*')) return b.endsWith(a.slice(1));
  return b.startsWith('*') && a.endsWith(b.slice(1));
}

/** `reviews.prod` is not completed as DNS would do: the whole name that it probably stands for. */
function shortForm(cluster: Cluster, host: string): string | undefined {
  const parts = host.split('.');
  const isShort = parts.length === 2 || (parts.length === 3 && parts[2] === 'svc');
  return isShort && cluster.services.has(`${parts[1]}/${parts[0]}`)
    ? serviceHost(parts[1]!, parts[0]!)
    : undefined;
}

function nearHost(cluster: Cluster, { metadata }: DestinationRule, full: string): string | undefined {
  const [name = '', namespace = metadata.namespace, marker] = full.split('.');
  if (marker !== 'svc') return undefined;
  const services = [...cluster.services.values()].map((service) => service.metadata);
  const there = services.filter((each) => each.namespace === namespace).map((each) => each.name);
  const near = suggestName(name, there);
  if (near !== undefined) return namespace === metadata.namespace ? near : serviceHost(namespace, near);
  const elsewhere = services.filter((each) => each.name === name);
  return elsewhere.length === 1 ? serviceHost(elsewhere[0]!.namespace, name) : undefined;
}
