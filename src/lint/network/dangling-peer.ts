import { type Cluster, selectsLabels } from '../../cluster/index.ts';
import {
  type AdminPeer,
  type AdminTierPolicy,
  describeObject,
  directions,
  type FieldPath,
  formatPath,
  formatSelector,
  type KindedObject,
  type LabelSelector,
  labelOf,
  listNames,
} from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { isOfGateway, isOfPlatform, makersWords } from './absent.ts';
import { findNearLabels, labelledPods } from './near-labels.ts';
import { pairsMeantAsOne } from './peer-pairs.ts';
import { podsIn, selectAcross, selectIn, selectNamespaces } from './pods.ts';
import { policyRules } from './rules.ts';
import { findContradiction } from './selector-logic.ts';
import { anyNamespaceWords, nameWanted, noNamespaceWords } from './selector-words.ts';
import { isSlip } from './slip.ts';

/** The two selectors of a peer; `namespaces` undefined = the policy's own namespace. */
interface PodPeer {
  readonly policy: KindedObject;
  readonly path: FieldPath;
  readonly namespaces: LabelSelector | undefined;
  readonly namespacesField: string;
  readonly pods: LabelSelector | undefined;
}

/** PC3003: a peer for which there is no pod here. What may be deployed elsewhere is told as a remark only. */
export const danglingPeer: LintRule = {
  codes: ['PC3003'],
  *check(context: LintContext): Iterable<Finding> {
    const { cluster } = context;
    if (cluster.pods.size === 0) return;
    for (const peer of [...networkPeers(cluster), ...adminPeers(cluster)]) yield* checkPeer(context, peer);
  },
};

function* networkPeers(cluster: Cluster): Iterable<PodPeer> {
  for (const rule of policyRules(cluster)) {
    const pairs = pairsMeantAsOne(cluster, rule);
    for (const [i, peer] of (rule.peers ?? []).entries()) {
      // Of these PC3016 tells.
      if (peer.kind !== 'pods' || pairs.has(i) || pairs.has(i - 1)) continue;
      yield {
        policy: rule.policy,
        path: [...rule.path, rule.peersField, i],
        namespaces: peer.namespaceSelector,
        namespacesField: 'namespaceSelector',
        pods: peer.podSelector,
      };
    }
  }
}

function* adminPeers(cluster: Cluster): Iterable<PodPeer> {
  for (const policy of cluster.policies.admin) {
    for (const direction of directions) {
      for (const [i, rule] of (policy.spec[direction] ?? []).entries()) {
        for (const [j, peer] of rule.peers.entries()) {
          const path = ['spec', direction, i, direction === 'ingress' ? 'from' : 'to', j];
          const found = adminPeer(policy, path, peer);
          if (found !== undefined) yield found;
        }
      }
    }
  }
}

function adminPeer(policy: AdminTierPolicy, path: FieldPath, peer: AdminPeer): PodPeer | undefined {
  const { namespaces, pods } = peer;
  if (namespaces !== undefined) {
    return { policy, path, namespaces, namespacesField: 'namespaces', pods: undefined };
  }
  if (pods === undefined) return undefined;
  return {
    policy,
    path: [...path, 'pods'],
    namespaces: pods.namespaceSelector,
    namespacesField: 'namespaceSelector',
    pods: pods.podSelector,
  };
}

function* checkPeer(context: LintContext, peer: PodPeer): Iterable<Finding> {
  const { cluster } = context;
  const { policy, namespaces, pods } = peer;
  const own = policy.metadata.namespace;
  const chosen =
    namespaces === undefined ? selectIn(cluster, own, pods) : selectAcross(cluster, namespaces, pods);
  if (chosen.pods.length > 0 || chosen.open) return;
  if (findContradiction(namespaces) ?? findContradiction(pods)) return;
  if (isOfGateway(context, pods) || isOfPlatform(context, own, namespaces, pods)) return;
  const found =
    namespaces === undefined ? { names: [own], open: false } : selectNamespaces(cluster, namespaces);
  if (found.names.length === 0 && !found.open) yield noNamespace(cluster, peer, namespaces!);
  else if (!found.open) yield* noPod(context, peer, found.names);
}

/** No namespace has the labels. One that is not given at all may be somewhere else. */
function noNamespace(cluster: Cluster, peer: PodPeer, selector: LabelSelector): Finding {
  const { policy, path, namespacesField } = peer;
  const near = nearNamespace(cluster, selector);
  return {
    code: 'PC3003',
    severity: near?.likely === true ? 'warning' : 'info',
    message: `${describeObject(policy)}: there is no namespace for ${formatPath(path)}`,
    object: policy,
    path: [...path, namespacesField],
    ...(near !== undefined && { help: near.help }),
    proof: { kind: 'never matches', reason: noNamespaceWords(selector) },
  };
}

function nearNamespace(
  cluster: Cluster,
  selector: LabelSelector,
): { readonly help: string; readonly likely: boolean } | undefined {
  const wanted = nameWanted(selector);
  const names = [...cluster.namespaces.keys()];
  if (wanted !== undefined) {
    const near = names.find((name) => isSlip(name, wanted));
    return near === undefined ? undefined : { help: `Did you mean namespace ${near}?`, likely: true };
  }
  const { matchLabels = {} } = selector;
  const byName = names.find((name) => name === labelOf(matchLabels, 'name'));
  if (byName !== undefined) {
    return {
      help: `Namespace ${byName} has no label name. Its label with its name is kubernetes.io/metadata.name=${byName}.`,
      likely: true,
    };
  }
  const known = [...cluster.namespaces.values()].filter(({ labels }) => labels.complete);
  const near = findNearLabels(selector, known);
  return near === undefined ? undefined : { help: `Closest: ${near.text}.`, likely: near.likely };
}

/** The namespaces are there, and no pod of theirs has the labels. */
function* noPod(context: LintContext, peer: PodPeer, names: readonly string[]): Iterable<Finding> {
  const { cluster } = context;
  const { policy, path, namespaces, pods } = peer;
  const there = names.flatMap((name) => podsIn(cluster, name));
  if (pods === undefined || formatSelector(pods) === '') return;
  const near = findNearLabels(pods, labelledPods(there));
  const where = namespaces === undefined ? `namespace ${names[0]}` : anyNamespaceWords(namespaces);
  const elsewhere = namespaces === undefined ? selectAcross(cluster, {}, pods).pods : [];
  const others = new Set(elsewhere.map(({ namespace }) => namespace));
  const hostPods = [...cluster.pods.values()].filter(
    (pod) => pod.hostNetwork && names.includes(pod.namespace) && selectsLabels(pods, pod.labels),
  );
  // Labels may be those of namespaces that are not given; a name is of one that is.
  const isClosed = namespaces === undefined || nameWanted(namespaces) !== undefined;
  const makers = hostPods.length > 0 ? '' : makersWords(context);
  const help =
    others.size === 1
      ? `Pods with these labels are in namespace ${[...others][0]}: a podSelector alone means the policy's own namespace; put a namespaceSelector beside it.`
      : near === undefined
        ? undefined
        : `Closest: ${near.text}.`;
  yield {
    code: 'PC3003',
    severity:
      (isClosed && (there.length > 0 || hostPods.length > 0) && makers === '') || near?.likely === true
        ? 'warning'
        : 'info',
    message: `${describeObject(policy)}: there is no pod for ${formatPath(path)}`,
    object: policy,
    path,
    ...(help !== undefined && { help }),
    proof: {
      kind: 'never matches',
      reason:
        hostPods.length > 0
          ? `only pods on the host network have ${formatSelector(pods)} in ${where} (${listNames(hostPods.map(({ key }) => key))}); policies see them as addresses of their nodes`
          : there.length === 0
            ? `there are no pods here in ${where}`
            : `no pod in ${where} has ${formatSelector(pods)}${makers}`,
    },
  };
}
