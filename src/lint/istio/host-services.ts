import type { Cluster } from '../../cluster/index.ts';
import { suggestName } from '../../manifest/index.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { asksHost } from './host-values.ts';
import { type PolicyValue, valuesOf } from './policies.ts';
import { serviceHost, serviceHosts } from './service-hosts.ts';
import { valueFinding } from './value-findings.ts';

/** Hosts that are the whole name of a Service which does not exist. Any other host may be known to DNS. */
export const hostServices: LintRule = {
  codes: ['PC3235'],
  *check({ cluster }) {
    if (cluster.services.size === 0) return;
    for (const value of valuesOf(cluster, asksHost)) {
      const [, name, namespace] =
        /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc\.cluster\.local(:.*)?$/.exec(value.value) ?? [];
      if (name === undefined || namespace === undefined) continue;
      const finding = checkService(cluster, value, namespace, name);
      if (finding !== undefined) yield finding;
    }
  },
};

function checkService(
  cluster: Cluster,
  value: PolicyValue,
  namespace: string,
  name: string,
): Finding | undefined {
  const host = serviceHost(namespace, name);
  if (serviceHosts(cluster).has(host)) return undefined;
  if (cluster.serviceEntries.some(({ spec }) => spec.hosts.includes(host))) return undefined;
  const there = [...cluster.services.values()]
    .filter(({ metadata }) => metadata.namespace === namespace)
    .map(({ metadata }) => metadata.name);
  if (there.length === 0) return undefined;
  const near = suggestName(name, there);
  return valueFinding(value, {
    code: 'PC3235',
    severity: near === undefined ? 'info' : 'warning',
    reason: `no Service and no ServiceEntry that was given has the host ${host}, so no client can mean it`,
    help:
      near === undefined ? 'Name a Service that is there.' : `Did you mean ${serviceHost(namespace, near)}?`,
  });
}
