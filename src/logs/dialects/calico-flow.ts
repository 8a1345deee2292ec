import { objectOf } from '../object-of.ts';
import { protocolOf } from '../protocols.ts';
import type { Dialect, LogEnd } from '../types.ts';
import { ipOf, portOf, textOf } from '../values.ts';
import { decidingPolicy } from './calico-policy-hits.ts';

/** Reads a value by its name with underscores, or as protocol buffers write it in JSON: `destName`. */
type Lookup = (name: string) => unknown;

/**
 * Calico's flows: as Goldmane sends them, as Whisker shows them, and as Felix writes them to files. Most stand for many
 * connections, so they often lack addresses and name only what pods have in common.
 */
export const calicoFlow: Dialect = {
  name: 'calico-flow',
  hints: ['source_name', 'sourceName'],
  read: ({ json, outerTime }) => {
    if (json === undefined) return undefined;
    const flow = objectOf(json.flow) ?? json;
    const key = objectOf(flow.Key) ?? objectOf(flow.key) ?? flow;
    const stated: Lookup = (name) => key[name] ?? flow[name] ?? key[camel(name)] ?? flow[camel(name)];
    const action = textOf(stated('action'))?.toLowerCase();
    const reporter = textOf(stated('reporter'))?.toLowerCase();
    if (stated('dest_name') === undefined || (reporter !== 'src' && reporter !== 'dst')) return undefined;
    if (action !== 'allow' && action !== 'deny') return { part: 'other' };
    return {
      part: 'whole',
      decision: action,
      fields: {
        time: timeOf(stated('start_time')) ?? outerTime,
        source: endOf(stated, 'source'),
        destination: { ...endOf(stated, 'dest'), service: textOf(stated('dest_service_name')) },
        protocol: protocolOf(stated('proto') ?? stated('protocol')),
        // The side that reports is the side whose policies decided.
        direction: reporter === 'src' ? 'egress' : 'ingress',
        ...decidingPolicy(enforced(stated('policies')), action),
      },
    };
  },
};

const camels = new Map<string, string>();

/** The few names that are asked for are rewritten once. */
function camel(name: string): string {
  const known = camels.get(name);
  if (known !== undefined) return known;
  const written = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  camels.set(name, written);
  return written;
}

function enforced(value: unknown): unknown {
  const lists = objectOf(value);
  return (
    lists?.enforced_policies ?? lists?.enforcedPolicies ?? lists?.enforced ?? lists?.all_policies ?? undefined
  );
}

/** RFC 3339, or seconds since 1970, which protocol buffers write as text. */
function timeOf(value: unknown): string | undefined {
  const seconds = typeof value === 'string' && /^\d{9,11}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number') return textOf(value);
  return seconds > 0 && seconds < 1e11 ? new Date(seconds * 1000).toISOString() : undefined;
}

/** One name stands for a pod, `web-abc-*` for those of one owner; ends of other types are no pods. */
function endOf(stated: Lookup, side: 'source' | 'dest'): LogEnd {
  const address = { ip: ipOf(stated(`${side}_ip`)), port: portOf(stated(`${side}_port`)) };
  const namespace = textOf(stated(`${side}_namespace`));
  const type = textOf(stated(`${side}_type`));
  if (namespace === undefined || (type !== undefined && !/^(?:wep|WorkloadEndpoint)$/.test(type)))
    return address;
  const name = textOf(stated(`${side}_name`));
  const shared = [name, textOf(stated(`${side}_name_aggr`))].find((each) => each?.endsWith('*'));
  return { ...address, namespace, pod: name?.endsWith('*') ? undefined : name, workload: shared };
}
