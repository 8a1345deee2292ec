import { type Cluster, type ClusterPod, isOfIstio, isWaypoint } from '../../cluster/index.ts';
import { directions, type Gateway, labelOf, listWords } from '../../model/index.ts';
import { selectNetworkPolicies } from '../../policy/network/index.ts';
import type { DataPlane } from '../components/index.ts';
import { gatewayNameLabel } from './namespaces.ts';
import type { GatewayTarget, NamespaceTarget, TightTarget, WaypointTarget } from './types.ts';

/** Everything of the mesh in a cluster that Istio has no NetworkPolicy for: gateways of the Gateway API, waypoints, and namespaces with pods or labels of the mesh. */
export function targetsFrom(cluster: Cluster): readonly TightTarget[] {
  const gateways = [...cluster.gateways.values()]
    .filter((gateway) => isOfIstio(gateway, cluster.gatewayClasses) && hasPods(cluster, gateway))
    .map((gateway) => targetOfGateway(cluster, gateway));
  const namespaces = [...cluster.namespaces.keys()]
    .map((name) => targetOfNamespace(cluster, name))
    .filter(({ modes }) => modes !== undefined && modes.length > 0);
  return [...gateways, ...namespaces];
}

/** Class istio-remote stands for a gateway of another network: nothing runs for it here. */
function hasPods({ gatewayClasses }: Cluster, { spec }: Gateway): boolean {
  const controller = gatewayClasses.get(spec.gatewayClassName)?.spec.controllerName;
  return (
    (controller ?? spec.gatewayClassName) !==
    (controller === undefined ? 'istio-remote' : 'istio.io/unmanaged-gateway')
  );
}

/** A Gateway as a target: a waypoint, or a gateway with its listeners. One with the label of a network and a port for others takes what comes from other networks, whatever its class. */
export function targetOfGateway(
  { gatewayClasses }: Cluster,
  gateway: Gateway,
): GatewayTarget | WaypointTarget {
  const { namespace, name } = gateway.metadata;
  if (isWaypoint(gateway, gatewayClasses)) return { kind: 'waypoint', namespace, name };
  const { gatewayClassName, listeners } = gateway.spec;
  const controller = gatewayClasses.get(gatewayClassName)?.spec.controllerName;
  return {
    kind: 'gateway',
    namespace,
    name,
    listeners: distinct(
      listeners.map(({ port, protocol }) => ({ port, protocol: protocol === 'UDP' ? 'UDP' : 'TCP' })),
    ),
    eastWest:
      isBetweenNetworks(gateway) ||
      (controller === undefined
        ? gatewayClassName === 'istio-east-west'
        : controller === 'istio.io/eastwest-controller'),
  };
}

/** A label says which network it is in; only one with a port for others is a door to it. */
function isBetweenNetworks({ metadata, spec }: Gateway): boolean {
  return (
    labelOf(metadata.labels, 'topology.istio.io/network') !== undefined &&
    spec.listeners.some(({ port }) => port === 15443 || port === 15008)
  );
}

/** A namespace as a target: the data planes of its pods, or where it has none, those that its labels ask for. */
export function targetOfNamespace(cluster: Cluster, name: string): NamespaceTarget {
  const pods = [...cluster.pods.values()].filter((pod) => pod.namespace === name && isApplication(pod));
  const modes = modesOf(cluster, name, pods);
  return {
    kind: 'namespace',
    name,
    ...(modes === undefined ? {} : { modes }),
    declares: declaredPorts(pods),
    unguarded: directions.filter((direction) =>
      pods.some(
        ({ view }) =>
          selectNetworkPolicies(cluster.policies.network.get(name) ?? [], view, direction).length === 0,
      ),
    ),
  };
}

/** Gateways and waypoints have policies of their own, and none takes hold of pods on the host network. */
function isApplication({ membership, hostNetwork, labels }: ClusterPod): boolean {
  const isProxy = membership.kind === 'gateway' || membership.kind === 'waypoint';
  return !isProxy && !hostNetwork && labelOf(labels, gatewayNameLabel) === undefined;
}

function modesOf(
  { namespaces }: Cluster,
  name: string,
  pods: readonly ClusterPod[],
): readonly DataPlane[] | undefined {
  const kinds = new Set(pods.map(({ membership }) => membership.kind));
  const found = (['sidecar', 'ambient'] as const).filter((kind) => kinds.has(kind));
  if (found.length > 0) return found;
  if (pods.some(({ membership }) => (membership.facts ?? []).length > 0)) return undefined;
  if (pods.length > 0) return [];
  const known = namespaces.get(name)?.labels;
  if (known === undefined || !known.complete) return undefined;
  const asks = (key: string): string | undefined => labelOf(known.labels, key);
  if (asks('istio-injection') === 'enabled') return ['sidecar'];
  if (asks('istio-injection') === undefined && asks('istio.io/rev') !== undefined) return ['sidecar'];
  return asks('istio.io/dataplane-mode') === 'ambient' ? ['ambient'] : [];
}

/** How many workloads a comment names. */
const shownWorkloads = 6;

function declaredPorts(pods: readonly ClusterPod[]): readonly string[] {
  const byOwner = new Map<string, Set<string>>();
  for (const { owner, name, ports } of pods) {
    const own = ports.filter(({ containerPort }) => containerPort < 15_000 || containerPort > 15_099);
    if (own.length === 0) continue;
    const key = owner === undefined ? `Pod ${name}` : `${owner.kind} ${owner.name}`;
    const texts = byOwner.get(key) ?? new Set<string>();
    for (const { protocol, containerPort } of own) texts.add(`${protocol} ${containerPort}`);
    byOwner.set(key, texts);
  }
  const all = [...byOwner].map(([owner, ports]) => `${listWords([...ports])} of ${owner}`);
  const rest = all.length - shownWorkloads;
  return rest <= 1 ? all : [...all.slice(0, shownWorkloads), `and those of ${rest} more workloads`];
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
