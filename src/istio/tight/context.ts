import { type NetworkPolicy, parseAddress } from '../../model/index.ts';
import { isEastWest } from '../check/index.ts';
import {
  type Component,
  memberOf,
  type PodPeer,
  type Surroundings,
  type Value,
  type Values,
} from '../components/index.ts';
import {
  type Answer,
  addressPeer,
  anyHost,
  anyOf,
  certain,
  namespaceNamed,
  nobody,
  podsOf,
} from './answers.ts';
import { planesOf } from './planes.ts';
import type { FoundComponent, ParameterNotes, SeenPlaces, TightInput, TightTarget } from './types.ts';

/** What rules are made from: the input, and what its parts say together. */
export interface Context {
  /** Those that run here, and whose pods can be selected. */
  readonly components: readonly Component[];
  /** Those of them that get a policy. */
  readonly made: readonly Component[];
  /** Those that share the network of their node, where a policy would have no effect. */
  readonly onNodes: readonly Component[];
  /** What was found in the cluster, by its component. */
  readonly found: ReadonlyMap<Component, FoundComponent>;
  /** Components of which a policy would select every pod of their namespace: they have no labels. */
  readonly unlabelled: readonly Component[];
  /** Istio's own policies that the cluster has already. */
  readonly beside: readonly NetworkPolicy[];
  /** The values of all releases. */
  readonly values: readonly Values[];
  readonly targets: readonly TightTarget[];
  readonly around: Surroundings;
  readonly seen: SeenPlaces;
  readonly notes: ParameterNotes;
  /** The pods of istiod, and where it runs in another cluster, its address. */
  readonly istiod: Answer;
  /** Some sign of a mesh of several networks or clusters: a gateway between networks, a network's name. */
  readonly manyNetworks: boolean;
  /** The ambient data plane is installed. */
  readonly ambient: boolean;
}

/** Puts the input together. */
export function contextOf({
  components,
  only,
  found = [],
  surroundings,
  seen = {},
  notes = {},
  beside = [],
  targets = [],
}: TightInput): Context {
  const running = components.filter(({ runs }) => runs);
  const hasLabels = ({ selector }: Component): boolean => Object.keys(selector).length > 0;
  const isMade = (component: Component): boolean => only === undefined || only.includes(component);
  const labelled = running.filter(hasLabels);
  const base = {
    components: labelled,
    made: labelled.filter((component) => isMade(component) && component.hostNetwork !== true),
    onNodes: labelled.filter((component) => isMade(component) && component.hostNetwork === true),
    found: new Map(found.map((each) => [each.component, each])),
    unlabelled: running.filter((component) => !hasLabels(component) && isMade(component)),
    values: components.map(({ release }) => release.values),
    beside,
    targets,
    around: surroundings,
    seen,
    notes,
  };
  const manyNetworks =
    running.some(isEastWest) ||
    targets.some((target) => target.kind === 'gateway' && target.eastWest) ||
    [...(surroundings.remoteNetworks ?? []), ...(surroundings.remoteApiServers ?? [])].length > 0 ||
    ['network', 'meshNetworks', 'remotePilotAddress', 'multiCluster'].some((name) =>
      base.values.some((values) => isSet(globalValue(values, name))),
    );
  const ambient =
    running.some(({ release }) => release.chart === 'ztunnel') ||
    surroundings.mesh?.some((peer) => planesOf(peer)?.includes('ambient')) === true ||
    targets.some(
      (target) =>
        target.kind === 'waypoint' || (target.kind === 'namespace' && target.modes?.includes('ambient')),
    );
  const context = { ...base, manyNetworks, ambient, istiod: nobody };
  return { ...context, istiod: istiodOf(context) };
}

/** A value below `global`, or below `pilot.global`, which wins in the chart istiod. */
export function globalValue(values: Value, name: string): Value | undefined {
  return (
    memberOf(memberOf(memberOf(values, 'pilot'), 'global'), name) ??
    memberOf(memberOf(values, 'global'), name)
  );
}

/** `enabled: false` is set, and says no. */
function isSet(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === false) return false;
  if (typeof value !== 'object' || Array.isArray(value)) return true;
  const enabled = memberOf(value, 'enabled');
  return enabled === undefined ? Object.values(value).some(isSet) : enabled === true;
}

/**
 * Every control plane that is known: components, what was seen, and a remote one. Revisions are not told apart: during an upgrade a proxy moves from one to
 * another. Where none is known, the charts' own istioNamespace says where proxies look for it.
 */
function istiodOf(context: Context): Answer {
  const own = context.components
    .filter(({ release }) => release.chart === 'istiod')
    .map(({ namespace }) => namespace);
  const remote = context.values.flatMap(remoteIstiod);
  const seen = context.around.istiod === undefined ? [] : [podsOf(context, 'istiod')];
  const told = istioNamespaces(context.values);
  const namespaces = own.length > 0 ? own : seen.length + remote.length > 0 ? [] : told;
  const pods = [...new Set(namespaces)].map((name) => ({
    namespaceSelector: namespaceNamed(name),
    podSelector: { matchLabels: { app: 'istiod' } },
  }));
  if (pods.length + seen.length + remote.length === 0) return podsOf(context, 'istiod');
  return anyOf(certain(pods), ...seen, ...remote);
}

/** Where the charts look for a control plane of which nothing else is known. */
function istioNamespaces(all: readonly Values[]): readonly string[] {
  return [...new Set(all.map((values) => String(globalValue(values, 'istioNamespace') ?? 'istio-system')))];
}

/** The control plane that policies of these components lead to where no component, cluster or person shows one: as a parameter, so that a check takes the same for granted. */
export function impliedIstiod(
  components: readonly Component[],
  { istiod }: Surroundings,
): readonly PodPeer[] | undefined {
  const values = components.map(({ release }) => release.values);
  const isKnown = istiod !== undefined || components.some(({ release }) => release.chart === 'istiod');
  if (isKnown || values.some((each) => remoteIstiod(each).length > 0)) return istiod;
  return istioNamespaces(values).map((name) => ({
    namespaces: namespaceNamed(name),
    pods: { matchLabels: { app: 'istiod' } },
  }));
}

/** Where an istiod of another cluster answers: `global.remotePilotAddress`. A host has no address that a NetworkPolicy could name. */
function remoteIstiod(values: Value): readonly Answer[] {
  const address = globalValue(values, 'remotePilotAddress');
  if (typeof address !== 'string' || address === '') return [];
  return [parseAddress(address) === undefined ? anyHost(address, 15012) : certain([addressPeer(address)])];
}
