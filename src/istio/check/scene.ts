import { buildCluster, type Cluster, type ClusterOptions, type ClusterPod } from '../../cluster/index.ts';
import type { Manifests } from '../../manifest/index.ts';
import { hasLabels, labelOf, type ModelObject, type NetworkPolicy } from '../../model/index.ts';
import type { Component, Surroundings } from '../components/index.ts';
import { standInsForEmpty } from './empty-namespaces.ts';
import { hasProxies, membersOf } from './members.ts';
import { comingProxy, comingProxyObjects, type PeerStandIn, standInsForPeers } from './peer-stand-ins.ts';
import { standInFor } from './stand-ins.ts';

/** What is asked to be checked. */
export interface CheckInput {
  /** What `readManifests` made of the user's cluster. */
  readonly manifests: Manifests;
  readonly options: ClusterOptions;
  readonly components: readonly Component[];
  /** The policies to be put in, read by `readManifests` from their own source. */
  readonly policies: readonly NetworkPolicy[];
  readonly surroundings: Surroundings;
  /** Those of `policies` that are for pods which no component runs. */
  readonly others?: readonly NetworkPolicy[];
  /** Policies of the cluster that these replace and that have other names. */
  readonly replaced?: readonly { readonly namespace: string; readonly name: string }[];
}

/** The cluster with the rendered policies in it, and where the components' pods are. */
export interface Scene {
  readonly input: CheckInput;
  readonly cluster: Cluster;
  readonly components: readonly PlacedComponent[];
  /** Made-up pods of surroundings that the cluster has none of. */
  readonly peers: readonly PeerStandIn[];
  /** Namespaces of the mesh that have policies and no pods but made-up ones, sorted. */
  readonly empty: readonly string[];
  /** A made-up pod for the proxies to come, where the cluster has none yet and nobody said where they will be. */
  readonly coming?: ClusterPod;
}

export interface PlacedComponent {
  readonly component: Component;
  readonly pods: readonly ClusterPod[];
  readonly standIn: boolean;
}

/** Puts the rendered policies into the cluster, in place of those with their names, and makes up pods of components that it has none of. */
export function setScene(input: CheckInput): Scene {
  const { manifests, components, policies } = input;
  const gone = new Set([...policies.map(({ metadata }) => metadata), ...(input.replaced ?? [])].map(nameOf));
  const kept = manifests.objects.filter(
    (object) => object.kind !== 'NetworkPolicy' || !gone.has(nameOf(object.metadata)),
  );
  const rejected = manifests.rejected.filter(
    ({ kind, namespace, name }) =>
      kind !== 'NetworkPolicy' ||
      namespace === undefined ||
      name === undefined ||
      !gone.has(nameOf({ namespace, name })),
  );
  const build = (more: readonly ModelObject[], options: ClusterOptions): Cluster =>
    buildCluster({ ...manifests, objects: [...kept, ...policies, ...more], rejected }, options);
  const before = build([], input.options);
  const missing = components.filter(
    (component) => component.runs && podsOfComponent(before, component).length === 0,
  );
  const made = missing.flatMap((component) => standInFor(component).objects);
  const { objects, assumptions, peers } = standInsForPeers(before, input.surroundings);
  const more = [...made, ...objects];
  const options = {
    ...input.options,
    assumptions: [...(input.options.assumptions ?? []), ...assumptions],
  };
  const placeIn = (cluster: Cluster): Scene => ({
    input,
    cluster,
    components: components.map((component) => ({
      component,
      pods: podsOfComponent(cluster, component),
      standIn: missing.includes(component),
    })),
    peers,
    empty: [],
  });
  const scene = placeIn(more.length === 0 ? before : build(more, options));
  const isSettled = input.surroundings.mesh !== undefined || hasProxies(membersOf(scene));
  const isComing = !isSettled && components.some(({ release }) => release.chart === 'istiod');
  const empty = standInsForEmpty(scene.cluster);
  if (!isComing && empty.objects.length === 0) return scene;
  const coming = isComing ? comingProxyObjects() : [];
  const whole = {
    ...placeIn(build([...more, ...empty.objects, ...coming], options)),
    empty: empty.namespaces,
  };
  return isComing ? { ...whole, coming: whole.cluster.pods.get(nameOf(comingProxy))! } : whole;
}

function nameOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/** The pods of a component. A selector without labels selects all pods of the namespace, of which the component's have its chart's name. */
function podsOfComponent(
  { pods }: Cluster,
  { namespace, selector, release }: Component,
): readonly ClusterPod[] {
  const isOwn = ({ labels }: ClusterPod): boolean =>
    Object.keys(selector).length > 0
      ? hasLabels(labels, selector)
      : labelOf(labels, 'app.kubernetes.io/name') === `${release.chart}gateway`;
  return [...pods.values()].filter((pod) => pod.namespace === namespace && isOwn(pod));
}
