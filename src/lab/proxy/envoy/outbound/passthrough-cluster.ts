import { passthroughCluster } from '../../outbound/upstream.ts';
import { commonOptions, protocolOptions } from './cluster-options.ts';
import type { OutboundCluster } from './types.ts';

/** The cluster that leads to wherever the client was going. */
export const passthrough: OutboundCluster = {
  ...commonOptions(passthroughCluster),
  type: 'ORIGINAL_DST',
  lb_policy: 'CLUSTER_PROVIDED',
  ...protocolOptions('as the client'),
};
