import type { ClusterOptions } from '../../cluster/index.ts';
import { type Manifests, readManifests } from '../../manifest/index.ts';
import { commonRanges, type NetworkPolicy, parseRange } from '../../model/index.ts';
import { setScene } from '../check/index.ts';
import type { Component, Surroundings } from '../components/index.ts';
import { type LetsInLess, letsInLess } from './lets-in-less.ts';
import type { TightPolicy } from './types.ts';

/** What is to be compared, and in which cluster. */
export interface CompareInput {
  /** The user's cluster; without a pod of its own an installation of the components alone is looked at. */
  readonly manifests: Manifests;
  readonly options: ClusterOptions;
  readonly components: readonly Component[];
  readonly surroundings: Surroundings;
  /** What Istio renders, as read. */
  readonly own: readonly NetworkPolicy[];
  /** The policies in their place, and the same as read. */
  readonly policies: readonly TightPolicy[];
  readonly tight: readonly NetworkPolicy[];
}

/** A comparison, and what it is of. */
export interface Compared extends LetsInLess {
  readonly madeUp: boolean;
  /** False where Istio has no policy of its own for what is compared. */
  readonly hasOwn: boolean;
}

/**
 * What Istio's own policies let through in a cluster and the tight ones do not. Both sides are the cluster as given, with pods made up for components and peers that it has none of.
 */
export function compareWithOwn({
  manifests,
  options,
  components,
  surroundings,
  own,
  policies,
  tight,
}: CompareInput): Compared {
  const madeUp = !manifests.objects.some((object) => object.kind === 'Pod' || 'template' in object);
  const base = madeUp
    ? { manifests: withVisitor(manifests), options: { podCIDRs: [freeRange(surroundings)], ...options } }
    : { manifests, options };
  const replaced = own.map(({ metadata: { namespace, name } }) => ({ namespace, name }));
  const withOwn = setScene({ ...base, components, surroundings, policies: own });
  const withTight = setScene({ ...base, components, surroundings, policies: tight, replaced });
  return {
    ...letsInLess({ own: withOwn.cluster, tight: withTight.cluster, policies }),
    madeUp,
    hasOwn: own.length > 0,
  };
}

/** Somebody with no business with the components: a pod in a namespace outside the mesh. */
function withVisitor(manifests: Manifests): Manifests {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: visitorNamespace } };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: visitorNamespace, name: 'any' },
    spec: { containers: [{ name: 'main', image: 'auto' }] },
  };
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [namespace, pod] });
  const { objects } = readManifests([{ name: 'a visitor', text }]);
  return { ...manifests, objects: [...manifests.objects, ...objects] };
}

const visitorNamespace = 'outside-the-mesh';

/** Made-up pods get addresses that no parameter speaks of. */
function freeRange(surroundings: Surroundings): string {
  const cidrs = [
    surroundings.apiServer,
    surroundings.apiServerSources,
    surroundings.nodes,
    surroundings.clients,
  ]
    .concat([surroundings.remoteNetworks, surroundings.remoteApiServers])
    .flatMap((list) => list ?? []);
  const spoken = cidrs.flatMap((cidr) => parseRange(cidr) ?? []);
  const isFree = (cidr: string): boolean =>
    commonRanges(
      [cidr].flatMap((text) => parseRange(text) ?? []),
      spoken,
    ).length === 0;
  return podRanges.find(isFree) ?? podRanges[0]!;
}

const podRanges = [
  '10.244.0.0/16',
  '10.128.0.0/14',
  '172.16.0.0/16',
  '192.168.0.0/16',
  '100.64.0.0/16',
  'fd00::/16',
];
