import { apiServerRules, dnsRules, istiodRules, metricsRules, probeRules } from './common.ts';
import type { Context } from './context.ts';
import type { TightRule } from './types.ts';

/** Who comes to istio-cni: nobody but Prometheus and the kubelet; ztunnel talks to it over a socket of the node. */
export function cniIngress(context: Context): readonly TightRule[] {
  return [
    ...metricsRules(context, [15014], 'istio-cni'),
    ...probeRules(context, 8000, 'istio-cni (/readyz, /healthz)'),
  ];
}

/** What istio-cni connects to. */
export function cniEgress(context: Context): readonly TightRule[] {
  return [
    ...dnsRules(context, 'needed where the API server is addressed by name'),
    ...apiServerRules(
      context,
      'istio-cni reads pods and namespaces at the API server',
      'pods are not enrolled in ambient mode, and broken pods are not repaired.',
    ),
  ];
}

/** Who comes to ztunnel's own address. Its sockets 15001, 15006, 15008 and 15053 are open in the network namespaces of the pods that it serves, not here. */
export function ztunnelIngress(context: Context): readonly TightRule[] {
  return [
    ...metricsRules(context, [15020], 'ztunnel'),
    ...probeRules(context, 15021, 'ztunnel (/healthz/ready)'),
  ];
}

/** What ztunnel connects to from its own address; the traffic that it carries leaves from the addresses of its pods. */
export function ztunnelEgress(context: Context): readonly TightRule[] {
  return [
    ...dnsRules(context, 'ztunnel looks up istiod'),
    ...istiodRules(
      context,
      'ztunnel fetches configuration, and certificates for the pods that it serves',
      'ztunnel does not become ready, and no ambient pod can talk.',
    ),
  ];
}
