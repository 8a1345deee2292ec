import { objectOf } from '../object-of.ts';
import type { Dialect } from '../types.ts';
import { ipOf, pathOf, portOf, textOf } from '../values.ts';
import { antreaPolicy } from './antrea.ts';

/** Suricata's alerts of what Antrea's layer 7 rules reject: `"signature":"Reject by AntreaNetworkPolicy:ns/name"`. */
export const antreaL7: Dialect = {
  name: 'antrea-l7',
  hints: ['Reject by '],
  read: ({ json, outerTime }) => {
    const alert = json?.event_type === 'alert' ? objectOf(json.alert) : undefined;
    const reference = /^Reject by (\S*NetworkPolicy\S*)$/.exec(textOf(alert?.signature) ?? '')?.[1];
    if (json === undefined || reference === undefined) return undefined;
    const http = objectOf(json.http);
    return {
      part: 'whole',
      // Suricata can be set to only watch.
      decision: alert?.action === 'allowed' ? 'none' : 'deny',
      fields: {
        time: textOf(json.timestamp) ?? outerTime,
        source: { ip: ipOf(json.src_ip), port: portOf(json.src_port) },
        destination: { ip: ipOf(json.dest_ip), port: portOf(json.dest_port) },
        protocol: textOf(json.proto)?.toUpperCase(),
        policy: antreaPolicy(reference, undefined),
        method: textOf(http?.http_method),
        path: pathOf(http?.url),
      },
    };
  },
};
