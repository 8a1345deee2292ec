import {
  type ComponentCheck,
  type CutOffNamespace,
  type FlowRow,
  type Isolating,
  type PolicySum,
  type RowEnd,
  whoDenies,
} from '../istio/check/index.ts';
import { count, describeObject, listNames, type Outcome } from '../model/index.ts';
import { describeFact } from './facts.ts';
import { describeEnds, describeReason } from './vocabulary.ts';

/** `sidecars of namespace shop (12 pods)`; one pod and addresses go without a number. */
export function describeRowEnd({ label, pods, standIn }: RowEnd): string {
  const remark = standIn ? ' (stand-in)' : pods > 1 ? ` (${count(pods, 'pod')})` : '';
  return `${label}${remark}`;
}

/** Why a row came out as it did: the deciding step's reason, and for an unknown one what it waits for. */
export function describeRow(row: FlowRow): string {
  const { decidedBy, notes, outcome, witness } = row;
  const facts = outcome === 'unknown' ? witness.verdict.missing.map(describeFact) : [];
  const reason =
    facts.length > 0 ? `depends on ${[...new Set(facts)].join(', ')}` : describeReason(decidedBy);
  return [reason, ...notes].join('; ');
}

/** The connection that stands for a row: `shop/web -> istio-system/istiod  TCP 15012`. */
export function describeWire({ witness }: Pick<FlowRow, 'witness'>): string {
  return describeEnds({ ...witness, complete: true });
}

/** What two policies come to together, in a sentence. */
export function describeSum({ tight, open, direction, component, witness, idle }: PolicySum): string {
  const what = `${describeEnds({ ...witness, complete: true })} is let through by ${describeObject(open)}; ${describeObject(tight)} alone would deny it`;
  const end = idle ? `, and adds nothing` : '';
  return `${component}, ${direction}: ${what}${end}`;
}

/** Who denies, and where: `Denied by policies of namespace shop:`. */
export function headOfCutOff(cut: CutOffNamespace): string {
  const { own, tiers } = whoDenies(cut);
  if (tiers.length === 0) return `Denied by policies of namespace ${cut.namespace}:`;
  const place = own
    ? `policies of namespace ${cut.namespace}, and at its pods by ${listNames(tiers)}`
    : `${listNames(tiers)} at pods of namespace ${cut.namespace}`;
  return `Denied by ${place}:`;
}

/** What a NetworkPolicy would lift that the Baseline tier denies, and what it would cut, a sentence or two each. */
export function describeIsolating(isolating: Isolating, { rows }: CutOffNamespace): readonly string[] {
  const { policies, directions, pods, cuts } = isolating;
  const names = listNames(policies.map(describeObject));
  const lifted = isolating.rows.length === rows.length ? '' : `: ${connectionsOf(isolating.rows, 5)}`;
  const known = cuts.length === 0 ? 'no other flow of this table' : connectionsOf(cuts, 8);
  return [
    `A NetworkPolicy of the namespace that opens it lifts what ${names} denies here, for the Baseline tier has no say about pods that a NetworkPolicy governs${lifted}.`,
    `But no NetworkPolicy isolates the ${directions.join(' and ')} of ${count(pods, 'pod')} there yet: whatever it does not list is cut, ${known}, and all else that passes now. Without that: change ${names}.`,
  ];
}

function connectionsOf(rows: readonly FlowRow[], most: number): string {
  const words = rows.map(
    ({ from, to, protocol, port }) => `${from.label} -> ${to.label} ${protocol} ${port}`,
  );
  return listNames([...new Set(words)], most);
}

/** Rows by outcome, of those that are needed. */
export function countNeeded({ rows }: ComponentCheck, outcome: Outcome): number {
  return rows.filter((row) => row.outcome === outcome && row.flow.need === 'needed').length;
}

/** The needed flows that are broken: `sidecars of namespace shop -> DNS UDP 53 and 2 others`; '' where there is none. */
export function listBroken({ rows }: ComponentCheck): string {
  return connectionsOf(
    rows.filter(({ outcome, flow }) => outcome === 'deny' && flow.need === 'needed'),
    5,
  );
}

/** `41 flows needed: 38 allowed, 2 broken, 1 not known; policies of 1 namespace deny some; 2 policies made wider by others`. */
export function summarizeCheck(check: ComponentCheck): string {
  const [allowed, broken, unknown] = (['allow', 'deny', 'unknown'] as const).map((outcome) =>
    countNeeded(check, outcome),
  );
  const needed = allowed! + broken! + unknown!;
  const optional = check.rows.filter(
    ({ outcome, flow }) => outcome === 'deny' && flow.need === 'if used',
  ).length;
  const denying = check.cutOff.map(whoDenies);
  const own = denying.filter((each) => each.own).length;
  const tiers = [...new Set(denying.flatMap((each) => each.tiers))];
  const rest = [
    ...(own === 0 ? [] : [`policies of ${count(own, 'namespace')} deny some`]),
    ...(tiers.length === 0 ? [] : [`${listNames(tiers)} ${tiers.length === 1 ? 'denies' : 'deny'} some`]),
    ...(check.sums.length === 0
      ? []
      : [`${count(check.sums.length, 'policy', 'policies')} made wider by others`]),
    ...(optional === 0 ? [] : [`${count(optional, 'flow')} denied that only some need`]),
  ];
  const first = `${count(needed, 'flow')} needed: ${allowed} allowed, ${broken} broken, ${unknown} not known`;
  return [first, ...rest].join('; ');
}

/** Rows that belong together, under the name of what they are about. */
export interface RowSection {
  readonly title: string;
  readonly rows: readonly FlowRow[];
}

/** Rows by the component that they are about, in their order; flows of applications come under a word for their data plane. */
export function sectionsOf(rows: readonly FlowRow[]): readonly RowSection[] {
  return [...Map.groupBy(rows, titleOf)].map(([title, own]) => ({ title, rows: own }));
}

const titles: Readonly<Record<string, string>> = {
  sidecar: 'sidecars',
  ambient: 'ambient workloads',
  waypoint: 'waypoints',
};

function titleOf(row: FlowRow): string {
  const first = row.flow.id.split('-')[0]!;
  const subject = subjectOf(row);
  return titles[first] ?? (subject === undefined ? first : describeRowEnd(row[subject]));
}

/** Which end of a row its section is about: the component, the receiving one of two; undefined where the section is about neither alone. */
function subjectOf({ flow, from, to }: FlowRow): 'from' | 'to' | undefined {
  if (flow.id.split('-')[0]! in titles) return undefined;
  const own = { istiod: 'istiod', cni: 'istio-cni', ztunnel: 'ztunnel', gateway: 'gateway' }[
    flow.id.split('-')[0]!
  ];
  if (to.role === own) return 'to';
  return from.role === own ? 'from' : undefined;
}

/** Both ends of a row, less the one that the section is about: `from API server`, `to DNS`. */
export function describeWay(row: FlowRow): string {
  const subject = subjectOf(row);
  if (subject === 'to') return `from ${describeRowEnd(row.from)}`;
  if (subject === 'from') return `to ${describeRowEnd(row.to)}`;
  return `${describeRowEnd(row.from)} -> ${describeRowEnd(row.to)}`;
}
