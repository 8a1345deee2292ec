import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { labelOf, listNames, parseAddress } from '../../model/index.ts';
import type { DnsServer, PodPeer, Surroundings } from '../components/index.ts';
import { namespaceNamed } from './answers.ts';
import { seenExternal, seenKeyServers } from './seen-servers.ts';
import type { Parameter, SeenPlaces } from './types.ts';

/** What a cluster shows of its surroundings, and where. */
export interface SeenSurroundings {
  readonly surroundings: Surroundings;
  readonly seen: SeenPlaces;
}

/** A value of a parameter with the objects that show it. */
interface Sight<T> {
  readonly value: T;
  readonly place: string;
}

/**
 * What a snapshot shows of what lies around Istio. What it doesn't show is left out, not said to be absent: nobody can see in manifests where the API server calls webhooks from, who
 * scrapes metrics unless it is there, or which clients come. Where objects of a kind show that there is none (no jwksUri anywhere), the list is empty.
 */
export function surroundingsFrom(cluster: Cluster): SeenSurroundings {
  const sights: { readonly [P in Parameter]?: Sight<Surroundings[P]> | undefined } = {
    apiServer: seenApiServer(cluster),
    nodes: seenNodes(cluster),
    monitoring: seenMonitoring(cluster),
    mesh: seenMesh(cluster),
    dns: seenDns(cluster),
    jwks: seenKeyServers(cluster),
    external: seenExternal(cluster),
    istiod: seenIstiod(cluster),
  };
  const told = Object.entries(sights).flatMap(([parameter, sight]) =>
    sight === undefined ? [] : [{ parameter, ...sight }],
  );
  const ports = seenApiServerPorts(cluster);
  return {
    surroundings: {
      ...Object.fromEntries(told.map(({ parameter, value }) => [parameter, value])),
      ...(ports === undefined ? {} : { apiServerPorts: ports }),
    },
    seen: Object.fromEntries(told.map(({ parameter, place }) => [parameter, place])),
  };
}

/** What was seen, with what somebody says in its place. */
export function overrideSeen(seen: SeenSurroundings, said: Surroundings): SeenSurroundings {
  const places = Object.entries(seen.seen).filter(
    ([parameter]) => said[parameter as Parameter] === undefined,
  );
  const { apiServerPorts, ...rest } = seen.surroundings;
  const keepsPorts = apiServerPorts !== undefined && said.apiServer === undefined;
  return {
    surroundings: { ...rest, ...(keepsPorts ? { apiServerPorts } : {}), ...defined(said) },
    seen: Object.fromEntries(places),
  };
}

function defined(said: Surroundings): Surroundings {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

const apiServerService = 'default/kubernetes';

/** The Service `kubernetes` and the endpoints that the API server keeps for it. */
function seenApiServer({ services, endpointSlices }: Cluster): Sight<readonly string[]> | undefined {
  const service = services.get(apiServerService);
  const slices = endpointSlices.get(apiServerService) ?? [];
  const endpoints = slices.flatMap((slice) => slice.endpoints.flatMap(({ addresses }) => addresses));
  // Packets are seen before the Service is resolved or after it: its address alone does not do.
  if (endpoints.length === 0) return undefined;
  const places = [
    ...(service === undefined ? [] : [`Service ${apiServerService}`]),
    ...slices.map(({ metadata }) => `EndpointSlice ${metadata.namespace}/${metadata.name}`),
  ];
  return { value: cidrsOf([...(service?.spec.clusterIPs ?? []), ...endpoints]), place: places.join(', ') };
}

function seenApiServerPorts({ services, endpointSlices }: Cluster): readonly number[] | undefined {
  const own = (services.get(apiServerService)?.spec.ports ?? []).map(({ port }) => port);
  const slices = (endpointSlices.get(apiServerService) ?? []).flatMap(({ ports }) => ports);
  const targets = slices.flatMap(({ port }) => port ?? []);
  return targets.length === 0 ? undefined : [...new Set([...(own.length === 0 ? [443] : own), ...targets])];
}

function seenNodes({ nodes }: Cluster): Sight<readonly string[]> | undefined {
  const addresses = cidrsOf([...nodes.values()].flatMap((node) => node.addresses));
  if (addresses.length === 0) return undefined;
  const names = [...nodes.keys()];
  return { value: addresses, place: names.length === 1 ? `Node ${names[0]}` : `${names.length} Nodes` };
}

/** Pods that call themselves Prometheus. */
function seenMonitoring({ pods }: Cluster): Sight<readonly PodPeer[]> | undefined {
  return seenPods(
    [...pods.values()],
    (pod) => ['app.kubernetes.io/name', 'app'].find((key) => labelOf(pod.labels, key) === 'prometheus'),
    'prometheus',
  );
}

/** Pods of istiod, by its label. */
function seenIstiod({ pods }: Cluster): Sight<readonly PodPeer[]> | undefined {
  return seenPods(
    [...pods.values()],
    (pod) => (labelOf(pod.labels, 'app') === 'istiod' ? 'app' : undefined),
    'istiod',
  );
}

function seenPods(
  pods: readonly ClusterPod[],
  keyOf: (pod: ClusterPod) => string | undefined,
  value: string,
): Sight<readonly PodPeer[]> | undefined {
  const found = new Map<string, { readonly peer: PodPeer; readonly places: Set<string> }>();
  for (const pod of pods) {
    const key = keyOf(pod);
    if (key === undefined) continue;
    const peer = { namespaces: namespaceNamed(pod.namespace), pods: { matchLabels: { [key]: value } } };
    const id = `${pod.namespace} ${key}`;
    const known = found.get(id) ?? { peer, places: new Set() };
    found.set(id, known);
    known.places.add(placeOf(pod));
  }
  if (found.size === 0) return undefined;
  const all = [...found.values()];
  return { value: all.map(({ peer }) => peer), place: listNames(all.flatMap(({ places }) => [...places])) };
}

/** `Deployment istio-system/istiod`, or the pod itself. */
function placeOf(pod: ClusterPod): string {
  const { kind, name } = pod.owner ?? { kind: 'Pod', name: pod.name };
  return `${kind} ${pod.namespace}/${name}`;
}

/** Namespaces that ask for sidecars or ambient mode, by the label that does, and those of pods that ask themselves. */
function seenMesh({ namespaces, pods }: Cluster): Sight<readonly PodPeer[]> | undefined {
  // Labels that nobody gave may put more pods into the mesh: then the mesh is not seen whole.
  if ([...pods.values()].some(({ membership }) => (membership.facts ?? []).length > 0)) return undefined;
  const members = new Map<string, { readonly peer: PodPeer; readonly place: string }>();
  const inMesh = new Set(
    [...pods.values()]
      .filter(({ membership }) => isMember(membership.kind))
      .map(({ namespace }) => namespace),
  );
  for (const { name, labels } of namespaces.values()) {
    const asks = meshLabels.find(([key, value]) => {
      const own = labelOf(labels.labels, key);
      return own !== undefined && (value === undefined || own === value);
    });
    if (asks === undefined && !inMesh.has(name)) continue;
    const selector =
      asks === undefined
        ? namespaceNamed(name)
        : { matchLabels: { [asks[0]]: labelOf(labels.labels, asks[0])! } };
    const key = JSON.stringify(selector);
    const known = members.get(key);
    const place = known === undefined ? name : `${known.place}, ${name}`;
    members.set(key, { peer: { namespaces: selector }, place });
  }
  if (members.size === 0) return undefined;
  const all = [...members.values()];
  const names = all.flatMap(({ place }) => place.split(', ')).sort();
  const shown =
    names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
  return { value: all.map(({ peer }) => peer), place: `labels of namespaces ${shown}` };
}

const meshLabels: readonly (readonly [key: string, value?: string])[] = [
  ['istio-injection', 'enabled'],
  ['istio.io/dataplane-mode', 'ambient'],
  ['istio.io/rev'],
];

function isMember(kind: ClusterPod['membership']['kind']): boolean {
  return kind === 'sidecar' || kind === 'ambient';
}

/** The pods behind the cluster's DNS Service, with the ports that they listen on, and a cache on the nodes. */
function seenDns(cluster: Cluster): Sight<readonly DnsServer[]> | undefined {
  for (const key of ['kube-system/kube-dns', 'openshift-dns/dns-default']) {
    const service = cluster.services.get(key);
    if (service === undefined) continue;
    const selector = service.spec.selector ?? {};
    if (Object.keys(selector).length === 0) continue;
    const own = (cluster.podsByService.get(key) ?? []).map((name) => cluster.pods.get(name)!);
    const asked = service.spec.ports.filter(({ port }) => port === 53);
    const ports = asked.flatMap(({ port, targetPort, protocol }) => {
      if (typeof targetPort !== 'string') return targetPort ?? port;
      return own.flatMap((pod) =>
        pod.ports
          .filter((each) => each.name === targetPort && each.protocol === protocol)
          .map((each) => each.containerPort),
      );
    });
    if (ports.length === 0) continue;
    const pods = { namespaces: namespaceNamed(service.metadata.namespace), pods: { matchLabels: selector } };
    const cache = nodeCache(cluster);
    return {
      value: [{ pods, ports: [...new Set(ports)] }, ...(cache === undefined ? [] : [cache.value])],
      place: [`Service ${key}`, ...(cache === undefined ? [] : [cache.place])].join(', '),
    };
  }
  return undefined;
}

/** NodeLocal DNSCache listens on a link-local address of every node. */
function nodeCache({ pods }: Cluster): Sight<DnsServer> | undefined {
  const cache = [...pods.values()].find((pod) => labelOf(pod.labels, 'k8s-app') === 'node-local-dns');
  if (cache === undefined) return undefined;
  return { value: { cidrs: ['169.254.20.10/32'], ports: [53] }, place: placeOf(cache) };
}

/** Addresses as CIDRs of one; `None` and the like are left out. */
function cidrsOf(addresses: readonly string[]): readonly string[] {
  const real = addresses.filter((address) => parseAddress(address) !== undefined);
  return [...new Set(real)].map((address) => `${address}/${address.includes(':') ? 128 : 32}`);
}
