import type { Dialect } from '../types.ts';
import { addressOf, pathOf, textOf } from '../values.ts';
import { directionOfCluster, serviceOf } from './envoy-access.ts';
import { denialHints, envoyDenial } from './envoy-denial.ts';

/** Access logs as JSON (`accessLogEncoding: JSON`), with Istio's names of the fields. */
export const envoyAccessJson: Dialect = {
  name: 'envoy-access-json',
  hints: denialHints,
  read: ({ json, outerTime }) => {
    if (json === undefined) return undefined;
    const denial =
      envoyDenial(textOf(json.response_code_details)) ??
      envoyDenial(textOf(json.connection_termination_details));
    if (denial === undefined) return undefined;
    const cluster = json.upstream_cluster;
    return {
      part: 'whole',
      decision: denial.decision,
      fields: {
        time: textOf(json.start_time) ?? outerTime,
        source: addressOf(json.downstream_remote_address),
        destination: {
          ...addressOf(json.downstream_local_address),
          service: serviceOf(cluster, json.requested_server_name),
        },
        direction: directionOfCluster(cluster),
        method: textOf(json.method),
        path: pathOf(json.path),
        status: Number(json.response_code) || undefined,
        policy: denial.policy,
        reason: denial.reason,
      },
    };
  },
};
