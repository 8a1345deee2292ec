import type { Cluster } from '../cluster/index.ts';
import type {
  AdminPeer,
  AdminTierPolicy,
  AuthorizationPolicy,
  LabelSelector,
  NetworkPolicy,
  NetworkPolicyPeer,
} from '../model/index.ts';
import { anyone, type NamespaceShape, type PeerShape, shapeKey } from './peer-shape.ts';

const nameLabel = 'kubernetes.io/metadata.name';

/** Kinds of pods that policies can tell from others, whether there is one or not. */
export interface PeerShapes {
  /** Any pod, and any pod of each namespace. */
  readonly general: readonly PeerShape[];
  readonly mentions: readonly PeerMention[];
}

/** The kinds that one policy names, and the workloads whose traffic it is about. */
export interface PeerMention {
  readonly direction: 'accepts' | 'reaches';
  /** Where these workloads are; undefined = anywhere. */
  readonly namespace: string | undefined;
  /** The labels that they must have. */
  readonly pods: LabelSelector | undefined;
  readonly shapes: readonly PeerShape[];
}

/** One kind for each selector, namespace, principal and service account that a policy names; before each kind of pods stands any pod of its namespaces. */
export function collectPeerShapes(cluster: Cluster): PeerShapes {
  const { network, admin, authorization } = cluster.policies;
  const namespaces = [...cluster.namespaces.keys()].map((name) =>
    peer({ kind: 'named', name, exists: true }),
  );
  const mentions = [
    ...[...network.values()].flat().flatMap((policy) => mentionsOfNetwork(policy, cluster)),
    ...admin.flatMap((policy) => mentionsOfAdmin(policy, cluster)),
    ...[...authorization.values()].flat().map((policy) => mentionOfAuthorization(policy, cluster)),
  ];
  return { general: [anyone, ...namespaces], mentions: mentions.filter(({ shapes }) => shapes.length > 0) };
}

/** Each shape once, the first of equal ones. */
export function distinctShapes(shapes: Iterable<PeerShape>): readonly PeerShape[] {
  const byKey = new Map<string, PeerShape>();
  for (const shape of shapes) {
    const key = shapeKey(shape);
    if (!byKey.has(key)) byKey.set(key, shape);
  }
  return [...byKey.values()];
}

function withWider(shapes: readonly PeerShape[]): readonly PeerShape[] {
  return distinctShapes(shapes.flatMap((shape) => [peer(shape.where), shape]));
}

function mentionsOfNetwork({ metadata, spec }: NetworkPolicy, cluster: Cluster): readonly PeerMention[] {
  const mention = (
    direction: PeerMention['direction'],
    rules: NetworkPolicy['spec']['ingress'] = [],
  ): PeerMention => ({
    direction,
    namespace: metadata.namespace,
    pods: spec.podSelector,
    shapes: withWider(
      rules
        .flatMap((rule) => rule.peers ?? [])
        .flatMap((each) => shapesOfNetworkPeer(each, metadata.namespace, cluster)),
    ),
  });
  return [mention('accepts', spec.ingress), mention('reaches', spec.egress)];
}

/** The subject is a kind too: it may be the other end, whose own traffic the policy is about. */
function mentionsOfAdmin({ spec }: AdminTierPolicy, cluster: Cluster): readonly PeerMention[] {
  const mention = (
    direction: PeerMention['direction'],
    rules: AdminTierPolicy['spec']['ingress'] = [],
  ): PeerMention => ({
    direction,
    namespace: undefined,
    pods: undefined,
    shapes: withWider(
      [spec.subject, ...rules.flatMap(({ peers }) => peers)].flatMap((each) =>
        shapesOfAdminPeer(each, cluster),
      ),
    ),
  });
  return [mention('accepts', spec.ingress), mention('reaches', spec.egress)];
}

/** A policy of a waypoint may be about Services of any namespace. */
function mentionOfAuthorization(policy: AuthorizationPolicy, cluster: Cluster): PeerMention {
  const { metadata, spec } = policy;
  const isWide = metadata.namespace === cluster.mesh.rootNamespace || spec.targetRefs.length > 0;
  return {
    direction: 'accepts',
    namespace: isWide ? undefined : metadata.namespace,
    pods: isWide ? undefined : spec.selector,
    shapes: withWider(shapesOfSources(policy, cluster)),
  };
}

function peer(where: NamespaceShape, pods?: LabelSelector, account?: string): PeerShape {
  return { where, pods: isEmpty(pods) ? undefined : pods, account };
}

function isEmpty(selector: LabelSelector | undefined): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

function shapesOfNetworkPeer(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  namespace: string,
  cluster: Cluster,
): readonly PeerShape[] {
  if (ipBlock !== undefined) return [];
  if (namespaceSelector === undefined) return [peer(named(namespace, cluster), podSelector)];
  return namespacesOf(namespaceSelector, cluster).map((where) => peer(where, podSelector));
}

function shapesOfAdminPeer({ namespaces, pods }: AdminPeer, cluster: Cluster): readonly PeerShape[] {
  if (namespaces !== undefined) return namespacesOf(namespaces, cluster).map((where) => peer(where));
  if (pods === undefined) return [];
  return namespacesOf(pods.namespaceSelector, cluster).map((where) => peer(where, pods.podSelector));
}

/** A selector that asks for nothing but names is those namespaces. */
function namespacesOf(selector: LabelSelector, cluster: Cluster): readonly NamespaceShape[] {
  if (isEmpty(selector)) return [{ kind: 'any' }];
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const keys = [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)];
  const [expression] = matchExpressions;
  if (
    keys.length !== 1 ||
    keys[0] !== nameLabel ||
    (expression !== undefined && expression.operator !== 'In')
  ) {
    return [{ kind: 'labelled', selector }];
  }
  const names = expression === undefined ? Object.values(matchLabels) : (expression.values ?? []);
  return names.map((name) => named(name, cluster));
}

function named(name: string, cluster: Cluster): NamespaceShape {
  return { kind: 'named', name, exists: cluster.namespaces.has(name) };
}

function shapesOfSources({ metadata, spec }: AuthorizationPolicy, cluster: Cluster): readonly PeerShape[] {
  return spec.rules.flatMap(({ from, when }) => {
    const valuesOf = (key: string): readonly string[] =>
      when
        .filter((each) => each.key === key)
        .flatMap(({ values = [], notValues = [] }) => [...values, ...notValues]);
    const principals = [
      ...from.flatMap((source) => [...(source?.principals ?? []), ...(source?.notPrincipals ?? [])]),
      ...valuesOf('source.principal'),
    ];
    const namespaces = [
      ...from.flatMap((source) => [...(source?.namespaces ?? []), ...(source?.notNamespaces ?? [])]),
      ...valuesOf('source.namespace'),
    ];
    const accounts = [
      ...from.flatMap((source) => [
        ...(source?.serviceAccounts ?? []),
        ...(source?.notServiceAccounts ?? []),
      ]),
      ...valuesOf('source.serviceAccount'),
    ];
    return [
      ...principals.flatMap((text) => shapeOfPrincipal(text, cluster)),
      ...namespaces.flatMap((text) => shapeOfNames(text, undefined, cluster)),
      ...accounts.flatMap((text) => shapeOfAccount(text, metadata.namespace, cluster)),
    ];
  });
}

/** `TD/ns/NAMESPACE/sa/ACCOUNT`, or a part of it with a star before or behind. */
function shapeOfPrincipal(text: string, cluster: Cluster): readonly PeerShape[] {
  const [, namespace = '*', account] =
    /(?:^|[/*])ns\/([^/]*)(?:\/sa\/([^/]*))?$/.exec(text.replace(/\/(sa\/?)?\*$/, '')) ?? [];
  const [, ownAccount] = /(?:^|[/*])sa\/([^/]+)$/.exec(text) ?? [];
  return shapeOfNames(namespace, account ?? ownAccount, cluster);
}

/** `NAMESPACE/ACCOUNT`, or an account of the policy's own namespace. */
function shapeOfAccount(text: string, namespace: string, cluster: Cluster): readonly PeerShape[] {
  const slash = text.indexOf('/');
  return slash < 0
    ? shapeOfNames(namespace, text, cluster)
    : shapeOfNames(text.slice(0, slash), text.slice(slash + 1), cluster);
}

/** A lone star says nothing; a star at one end makes a pattern; anywhere else it is literal and nothing has that name. */
function shapeOfNames(
  namespace: string,
  account: string | undefined,
  cluster: Cluster,
): readonly PeerShape[] {
  const own = account === '*' || account === '' ? undefined : account;
  if (namespace === '*' || namespace === '') {
    return own === undefined ? [] : [peer({ kind: 'any' }, undefined, own)];
  }
  if (!namespace.includes('*')) return [peer(named(namespace, cluster), undefined, own)];
  if (!/^\*?[^*]+\*?$/.test(namespace)) return [];
  return [peer({ kind: 'pattern', pattern: namespace }, undefined, own)];
}
