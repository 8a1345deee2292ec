import { objectOf } from '../object-of.ts';
import type { Dialect } from '../types.ts';
import { textOf } from '../values.ts';
import { ztunnelAccess, ztunnelClosed, ztunnelHints, ztunnelStep } from './ztunnel-fields.ts';

/** ztunnel with `LOG_FORMAT=json`. */
export const ztunnelJson: Dialect = {
  name: 'ztunnel-json',
  hints: ztunnelHints,
  read: ({ json, outerTime }) => {
    if (json === undefined || typeof json.message !== 'string' || typeof json.scope !== 'string')
      return undefined;
    const time = textOf(json.time) ?? outerTime;
    const error = textOf(json.error);
    return (
      (error === undefined ? undefined : ztunnelAccess(error, (key) => json[key], time)) ??
      ztunnelStep(json.message, json.policy, time, {
        workload: objectOf(json.proxy)?.wl,
        peer: objectOf(json.inbound)?.peer,
        inbound: objectOf(json.inbound) !== undefined,
      }) ??
      ztunnelClosed(json.message, time)
    );
  },
};
