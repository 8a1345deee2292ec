import { type ClusterPod, selectsLabels } from '../../cluster/index.ts';
import { type LabelSelector, type LabelSelectorRequirement, labelOf, listNames } from '../../model/index.ts';

/** The label of the pods that run a Gateway of the Gateway API, waypoints among them. */
export const gatewayLabel = 'gateway.networking.k8s.io/gateway-name';

/** Pods that are to be selected, among those of their namespace. */
export interface Wanted {
  readonly pods: ReadonlySet<ClusterPod>;
  /** Pods that may be selected as well. */
  readonly harmless: ReadonlySet<ClusterPod>;
  /** All pods of the namespace that policies apply to. */
  readonly all: readonly ClusterPod[];
  /** Selectors of which each answer has to be a part: those of policies that are there; `{}` where any will do. */
  readonly within: (pod: ClusterPod) => readonly LabelSelector[];
  /** Labels that tell what a pod is: of its Gateway, of its Services. */
  readonly told: (pod: ClusterPod) => readonly Readonly<Record<string, string>>[];
  /** True where pods to come of the namespace are meant as well: the widest selector is taken, else the narrowest. */
  readonly wide: boolean;
}

/**
 * Selectors that together pick the wanted pods and, wherever labels can tell them apart, no other: as few as do.
 */
export function selectorsFor(wanted: Wanted): readonly LabelSelector[] {
  const chosen: LabelSelector[] = [];
  let open = new Set(wanted.pods);
  const known: { readonly selector: LabelSelector; readonly picked: readonly ClusterPod[]; spill: number }[] =
    [];
  for (const selector of candidates(wanted)) {
    const picked = wanted.all.filter(({ labels }) => selectsLabels(selector, labels));
    const spill = picked.filter((pod) => !wanted.pods.has(pod) && !wanted.harmless.has(pod)).length;
    if (spill === 0 && coverage(picked, open) === open.size) return [selector];
    known.push({ selector, picked, spill });
  }
  while (open.size > 0) {
    const useful = known.filter(({ picked }) => coverage(picked, open) > 0);
    if (useful.length === 0) break;
    const [first, ...others] = useful;
    // Pods that share all of their labels are not told apart: then the one that picks the fewest others.
    const best = others.reduce(
      (found, each) =>
        each.spill < found.spill ||
        (each.spill === found.spill && coverage(each.picked, open) > coverage(found.picked, open))
          ? each
          : found,
      first!,
    );
    chosen.push(best.selector);
    open = new Set([...open].filter((pod) => !best.picked.includes(pod)));
  }
  return chosen;
}

/** A sentence on pods that a selector picks and need not, for no label tells them apart; '' where there are none. */
export function beyondWords(picked: readonly ClusterPod[]): string {
  if (picked.length === 0) return '';
  const names = listNames(
    picked.map(({ key }) => key),
    4,
  );
  return ` No label tells ${names} apart, which ${picked.length === 1 ? 'does' : 'do'} not need it.`;
}

function coverage(picked: readonly ClusterPod[], open: ReadonlySet<ClusterPod>): number {
  return picked.filter((pod) => open.has(pod)).length;
}

/** A list of values that is longer than this says less than the selector of a policy that is there. */
const mostValues = 6;

/** Selectors to try, the best first. */
function* candidates({ pods, within, told, wide }: Wanted): Iterable<LabelSelector> {
  const own = [...pods];
  const bases = new Map(own.flatMap(within).map((selector) => [JSON.stringify(selector), selector]));
  const sets = [...bases.values()].map((base) => ({
    base,
    members: own.filter(({ labels }) => selectsLabels(base, labels)),
  }));
  const short: LabelSelector[] = [];
  const long: LabelSelector[] = [];
  for (const { base, members } of sets)
    for (const extra of valueSets(members))
      ((extra.matchExpressions?.[0]?.values?.length ?? 1) > mostValues ? long : short).push(
        both(base, extra),
      );
  const general = sets.flatMap(({ base }) => [base, both(base, noGateway)]);
  const named = sets.flatMap(({ base, members }) =>
    members.flatMap((pod) => told(pod).map((matchLabels) => both(base, { matchLabels }))),
  );
  const whole = sets.flatMap(({ base, members }) =>
    members.map(({ labels }) => both(base, { matchLabels: lasting(labels) })),
  );
  const order = wide ? [general, named, short, long, whole] : [named, short, general, long, whole];
  const seen = new Set<string>();
  for (const selector of order.flat()) {
    const key = JSON.stringify(selector);
    if (seen.has(key)) continue;
    seen.add(key);
    yield selector;
  }
}

const noGateway: LabelSelector = { matchExpressions: [{ key: gatewayLabel, operator: 'DoesNotExist' }] };

const firstKeys = ['app.kubernetes.io/name', 'app', 'k8s-app', 'app.kubernetes.io/instance'];

/** For each label that all of them have: one of its values. */
function valueSets(pods: readonly ClusterPod[]): readonly LabelSelector[] {
  const [first] = pods;
  if (first === undefined) return [];
  const keys = Object.keys(lasting(first.labels)).filter((key) =>
    pods.every(({ labels }) => labelOf(labels, key) !== undefined),
  );
  const rank = (key: string): number =>
    (firstKeys.indexOf(key) + firstKeys.length + 1) % (firstKeys.length + 1);
  return keys
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((key) => {
      const values = [...new Set(pods.map(({ labels }) => labelOf(labels, key)!))].sort();
      return values.length === 1
        ? { matchLabels: { [key]: values[0]! } }
        : { matchExpressions: [{ key, operator: 'In', values }] };
    });
}

/** Labels that controllers give to each generation of pods, or to each pod. */
const passing =
  /(^|[./-])(pod-template-hash|controller-revision-hash|pod-template-generation|pod-name|pod-index)$/;

function lasting(labels: ClusterPod['labels']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !passing.test(key)));
}

/** What both selectors pick, without what the second says already. */
function both(base: LabelSelector, extra: LabelSelector): LabelSelector {
  const matchLabels = { ...base.matchLabels, ...extra.matchLabels };
  const expressions: readonly LabelSelectorRequirement[] = [
    ...(base.matchExpressions ?? []),
    ...(extra.matchExpressions ?? []),
  ];
  const matchExpressions = [...new Map(expressions.map((each) => [JSON.stringify(each), each])).values()];
  return {
    ...(Object.keys(matchLabels).length > 0 && { matchLabels }),
    ...(matchExpressions.length > 0 && { matchExpressions }),
  };
}
