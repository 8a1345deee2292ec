import type { ClusterPod } from '../cluster/index.ts';
import { type IpAddress, labelOf, parseAddress, parseRange, rangeHolds } from '../model/index.ts';

/** Ports that the injected redirect always leaves out on the way in: metrics, health and the agent's status port. */
const agentPorts = new Set([15020, 15021, 15090]);

/**
 * Does a pod's sidecar see connections to its port `port`? The redirect rules leave out what these annotations say:
 * `traffic.sidecar.istio.io/includeInboundPorts` (default `*`) and `excludeInboundPorts`.
 */
export function capturesInbound(pod: ClusterPod, port: number): boolean {
  if (agentPorts.has(port) || portsOf(pod, 'excludeInboundPorts').includes(port)) return false;
  const include = annotation(pod, 'includeInboundPorts');
  return include === undefined || include === '*' || portsOf(pod, 'includeInboundPorts').includes(port);
}

/** Does a pod's sidecar take its outgoing connections to this address and port? What is left out goes before what is taken. Source: istio tools/istio-iptables/pkg/capture/run.go. */
export function capturesOutbound(pod: ClusterPod, address: string | undefined, port: number): boolean {
  if (portsOf(pod, 'excludeOutboundPorts').includes(port)) return false;
  const parsed = address === undefined ? undefined : parseAddress(address);
  if (parsed !== undefined && inRanges(pod, 'excludeOutboundIPRanges', parsed)) return false;
  if (portsOf(pod, 'includeOutboundPorts').includes(port)) return true;
  const include = annotation(pod, 'includeOutboundIPRanges');
  if (include === '') return false;
  if (parsed === undefined) return true;
  return include === undefined || include === '*' || inRanges(pod, 'includeOutboundIPRanges', parsed);
}

function annotation(pod: ClusterPod, name: string): string | undefined {
  return labelOf(pod.annotations, `traffic.sidecar.istio.io/${name}`);
}

function portsOf(pod: ClusterPod, name: string): readonly number[] {
  const text = annotation(pod, name) ?? '';
  return text.split(',').flatMap((part) => (/^\s*\d+\s*$/.test(part) ? [Number(part)] : []));
}

function inRanges(pod: ClusterPod, name: string, address: IpAddress): boolean {
  const ranges = (annotation(pod, name) ?? '').split(',').map((part) => parseRange(part.trim()));
  return ranges.some((range) => range !== undefined && rangeHolds(range, address));
}
