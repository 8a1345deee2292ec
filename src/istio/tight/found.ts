import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { hasLabels, labelOf, type Service } from '../../model/index.ts';
import type { Chart, Component, IstioVersion, Release, Values } from '../components/index.ts';
import type { FoundComponent } from './types.ts';

/**
 * What a cluster runs of Istio and no release of this run is: gateways of other releases and of istioctl, control planes of other revisions, agents in other namespaces. Gateways of the Gateway API are
 * not among them: they are targets. `version` is taken for theirs; it only tells how Istio's own policies for them would read.
 */
export function componentsFound(
  cluster: Cluster,
  known: readonly Component[],
  version: IstioVersion,
): readonly FoundComponent[] {
  const groups = new Map<string, { readonly shape: Shape; readonly pods: ClusterPod[] }>();
  for (const pod of cluster.pods.values()) {
    if (known.some((component) => isOf(component, pod))) continue;
    const shape = shapeOf(pod);
    if (shape === undefined) continue;
    const key = JSON.stringify([pod.namespace, shape]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { shape, pods: [pod] });
    else group.pods.push(pod);
  }
  return [...groups.values()].map(({ shape, pods }) => describe(shape, pods, version));
}

function isOf({ namespace, selector }: Component, pod: ClusterPod): boolean {
  return namespace === pod.namespace && Object.keys(selector).length > 0 && hasLabels(pod.labels, selector);
}

/** What tells the pods of one component from those of another in their namespace. */
interface Shape {
  readonly chart: Chart;
  readonly selector: Readonly<Record<string, string>>;
}

function shapeOf(pod: ClusterPod): Shape | undefined {
  const own = (key: string): string | undefined => labelOf(pod.labels, key);
  if (own('app') === 'istiod') return { chart: 'istiod', selector: pick(pod, ['app', 'istio.io/rev']) };
  if (own('k8s-app') === 'istio-cni-node') return { chart: 'istio-cni', selector: pick(pod, ['k8s-app']) };
  if (own('app.kubernetes.io/name') === 'ztunnel') {
    return { chart: 'ztunnel', selector: pick(pod, own('app') === 'ztunnel' ? ['app'] : [nameKey]) };
  }
  if (own('gateway.networking.k8s.io/gateway-name') !== undefined) return undefined;
  const selector = gatewaySelector(pod);
  const component = own('operator.istio.io/component');
  if (component === 'IngressGateways') return { chart: 'istio-ingress', selector };
  if (component === 'EgressGateways') return { chart: 'istio-egress', selector };
  return pod.membership.kind === 'gateway' ? { chart: 'gateway', selector } : undefined;
}

const nameKey = 'app.kubernetes.io/name';

function pick({ labels }: ClusterPod, keys: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = labelOf(labels, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** Labels of the charts; of a gateway of one's own those by which its Service selects it; else all that do not change with a release. */
function gatewaySelector(pod: ClusterPod): Readonly<Record<string, string>> {
  const charts = pick(pod, ['app', 'istio']);
  if (Object.keys(charts).length === 2) return charts;
  const service = pod.services.find(({ spec }) => Object.keys(spec.selector ?? {}).length > 0);
  if (service !== undefined) return { ...service.spec.selector };
  return pick(
    pod,
    Object.keys(pod.labels).filter((key) => !passing.has(key)),
  );
}

/** Labels that change with each roll-out, or that istiod writes into the pod. */
const passing: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'istio.io/rev',
  'security.istio.io/tlsMode',
  'service.istio.io/canonical-name',
  'service.istio.io/canonical-revision',
  'app.kubernetes.io/version',
  'helm.sh/chart',
]);

function describe(
  { chart, selector }: Shape,
  pods: readonly ClusterPod[],
  version: IstioVersion,
): FoundComponent {
  const [first] = pods as readonly [ClusterPod];
  const { namespace } = first;
  const workload = first.owner ?? { kind: 'Pod', name: first.name };
  const name =
    workload.kind === 'ReplicaSet' || workload.kind === 'Pod' ? nameBy(selector, first) : workload.name;
  const isGateway = !['istiod', 'istio-cni', 'ztunnel'].includes(chart);
  const services = isGateway ? [...new Set(pods.flatMap((pod) => pod.services))] : [];
  const revision = labelOf(first.labels, 'istio.io/rev') ?? '';
  const network = isGateway ? networkOf(services, first) : undefined;
  const base = { name, namespace, revision: revision === 'default' ? '' : revision };
  const listeners = listenersOf(services);
  const release: Release = {
    chart,
    version,
    name,
    namespace,
    values: isGateway
      ? gatewayValues(chart, name, selector, services, listeners)
      : { revision: base.revision },
    chartVersion: version.text,
    appVersion: version.text,
  };
  return {
    component: {
      ...base,
      release,
      selector,
      runs: true,
      ...(pods.every(({ hostNetwork }) => hostNetwork) && { hostNetwork: true as const }),
      listeners,
      ...(network !== undefined && { networkGateway: network }),
    },
    place: `${workload.kind} ${namespace}/${workload.name}`,
    services: services.map(({ metadata }) => `Service ${metadata.namespace}/${metadata.name}`),
  };
}

/** A pod or ReplicaSet by itself has a name that is made up for it. */
function nameBy(selector: Shape['selector'], pod: ClusterPod): string {
  const revision = selector['istio.io/rev'] ?? 'default';
  if (selector.app === 'istiod' && revision !== 'default') return `istiod-${revision}`;
  return selector.app ?? labelOf(pod.labels, nameKey) ?? Object.values(selector)[0] ?? pod.name;
}

/** The network that a gateway is for: the charts label its Service and its pods with it. A gateway that is merely in a network has no port for others. */
function networkOf(services: readonly Service[], pod: ClusterPod): string | undefined {
  const key = 'topology.istio.io/network';
  const told = services.flatMap(({ metadata }) => labelOf(metadata.labels, key) ?? []);
  const own = labelOf(pod.labels, key);
  const hasPort = services.some(({ spec }) =>
    spec.ports.some(({ port }) => port === 15443 || port === 15008),
  );
  return told[0] ?? (hasPort ? own : undefined);
}

function listenersOf(services: readonly Service[]): Component['listeners'] {
  const all = services.flatMap(({ spec }) =>
    spec.ports.map(({ name, port, protocol, targetPort }) => ({
      ...(name !== undefined && { name }),
      port,
      targetPort: targetPort ?? port,
      protocol,
    })),
  );
  return [...new Map(all.map((each) => [`${each.protocol} ${each.targetPort}`, each])).values()];
}

/** Values with which the chart gives what is there. */
function gatewayValues(
  chart: Chart,
  name: string,
  labels: Shape['selector'],
  services: readonly Service[],
  listeners: Component['listeners'],
): Values {
  const outside = services.filter(({ spec }) => spec.type === 'LoadBalancer' || spec.type === 'NodePort');
  const isLocal = outside.length > 0 && outside.every(({ spec }) => spec.externalTrafficPolicy === 'Local');
  const isInner = services.length > 0 && outside.length === 0;
  const type = isInner ? 'ClusterIP' : (outside[0]?.spec.type ?? 'LoadBalancer');
  const service = { type, ...(isLocal && { externalTrafficPolicy: 'Local' }) };
  const ports = listeners.map((each) => ({ ...each }));
  if (chart === 'gateway') return { name, labels, service: { ...service, ports } };
  return { gateways: { [`${chart}gateway`]: { name, labels, ports, ...service } } };
}
