import { suggestName } from '../../manifest/index.ts';
import type { LintRule } from '../registry.ts';
import { asksHost } from './host-values.ts';
import { fieldsOf } from './rule-fields.ts';
import { serviceHost, serviceHosts } from './service-hosts.ts';
import { valueFinding } from './value-findings.ts';

/** Hosts that are the whole name of a Service which does not exist. Any other host may be known to DNS. */
export const hostServices: LintRule = {
  codes: ['PC3235'],
  *check({ cluster }) {
    if (cluster.services.size === 0) return;
    for (const policy of [...cluster.policies.authorization.values()].flat()) {
      for (const field of fieldsOf(policy)) {
        if (!asksHost(field)) continue;
        for (const [index, value] of field.values.entries()) {
          const [, name, namespace] =
            /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc\.cluster\.local(:.*)?$/.exec(value) ?? [];
          if (name === undefined || namespace === undefined) continue;
          const host = serviceHost(namespace, name);
          if (serviceHosts(cluster).has(host)) continue;
          if (cluster.serviceEntries.some(({ spec }) => spec.hosts.includes(host))) continue;
          const there = [...cluster.services.values()].filter(
            ({ metadata }) => metadata.namespace === namespace,
          );
          if (there.length === 0) continue;
          const near = suggestName(
            name,
            there.map(({ metadata }) => metadata.name),
          );
          yield valueFinding(policy, field, index, {
            code: 'PC3235',
            severity: near === undefined ? 'info' : 'warning',
            reason: `no Service and no ServiceEntry that was given has the host ${host}, so no client can mean it`,
            help:
              near === undefined
                ? 'Name a Service that is there.'
                : `Did you mean ${serviceHost(namespace, near)}?`,
          });
        }
      }
    }
  },
};
