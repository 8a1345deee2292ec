import { gatewayKey } from '../gateway-text.ts';
import { isSet, valueAt } from '../go-values.ts';
import { sharesHostNetwork } from '../host-network.ts';
import { finding, type Look } from '../look.ts';
import type { ComponentFinding } from '../types.ts';

/** PC3410: a policy without labels to select by, which selects every pod of its namespace. */
export function findWholeNamespace(look: Look): readonly ComponentFinding[] {
  const { release, written } = look;
  if (written === undefined) return [];
  const labels = written.policy.spec.podSelector.matchLabels;
  if (labels !== null && Object.keys(labels).length > 0) return [];
  return [
    finding(look, {
      code: 'PC3410',
      severity: 'warning',
      message:
        'the policy has no labels to select by: it selects every pod of its namespace, and closes all other ports there',
      path: ['gateways', gatewayKey(release.chart), 'labels'],
      help: "Leave labels out, or give the gateway's own; a null takes away the chart's.",
    }),
  ];
}

/** PC3415: pods of istio-cni that share the network of their node, where no NetworkPolicy takes hold of them. */
export function findHostNetwork(look: Look): readonly ComponentFinding[] {
  const { release, values, written } = look;
  if (release.chart !== 'istio-cni' || written === undefined || !sharesHostNetwork(values)) return [];
  return [
    finding(look, {
      code: 'PC3415',
      severity: 'warning',
      message:
        'its pods share the network of their node (ambient.shareHostNetworkNamespace), where a NetworkPolicy has no effect',
      path: isSet(values.get('compatibilityVersion') ?? null)
        ? ['compatibilityVersion']
        : ['ambient', 'shareHostNetworkNamespace'],
      help: 'The policy does no harm. Restrict the ports 8000 and 15014 of the nodes by other means where that is needed.',
    }),
  ];
}

/** PC3423: a policy for one revision that selects the pods of all of them in its namespace. */
export function findOtherRevisions(look: Look): readonly ComponentFinding[] {
  const { release, values, written } = look;
  if (written === undefined || (release.chart !== 'ztunnel' && release.chart !== 'istio-cni')) return [];
  // istioctl always gives ztunnel its resourceName, the usual one.
  const isNamed = (key: string): boolean => {
    const value = valueAt(values, [key]);
    return isSet(value) && value !== 'ztunnel';
  };
  const keys = release.chart === 'ztunnel' ? ['revision', 'resourceName'] : ['revision'];
  const key = keys.find(isNamed);
  if (key === undefined) return [];
  return [
    finding(look, {
      code: 'PC3423',
      severity: 'info',
      message: `the policy is named for its ${key}, but selects the pods of every ${release.chart} in its namespace`,
      path: [key],
    }),
  ];
}
