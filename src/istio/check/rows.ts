import type { Cluster } from '../../cluster/index.ts';
import {
  type FieldPath,
  type KindedObject,
  type Outcome,
  qualifiedName,
  type Step,
  type Verdict,
} from '../../model/index.ts';
import { type Answer, askKubelet, askWire } from './ask.ts';
import { labelPods } from './groups.ts';
import { isMadeUp } from './peer-stand-ins.ts';
import type { Question } from './questions.ts';
import type { Flow, FlowRow, Party, PartyEnd, RowEnd } from './types.ts';

/** One connection of a flow, asked. */
export interface Asked {
  readonly flow: Flow;
  readonly from: Party;
  readonly to: Party;
  readonly source: PartyEnd;
  readonly destination: PartyEnd;
  /** On the wire. */
  readonly port: number;
  readonly protocol: Question['protocol'];
  readonly answer: Answer;
  /** Asks the same of a changed cluster. */
  readonly again: (cluster: Cluster) => Answer;
}

/** Asks every connection of a question. */
export function* askAll(cluster: Cluster, question: Question): Iterable<Asked> {
  const { flow, from, to, ports, protocol, either, kubelet, nodes } = question;
  for (const destination of to.ends)
    for (const source of from.ends) {
      if (isSame(source, destination)) continue;
      const ask = (port: number) => (changed: Cluster) =>
        kubelet === true
          ? askKubelet(changed, destination, port, nodes)
          : askWire(changed, source, destination, port, protocol);
      const asked = ports.map((port): Asked => {
        const again = ask(port);
        return { flow, from, to, source, destination, port, protocol, answer: again(cluster), again };
      });
      yield* either === true ? [bestOf(asked)] : asked;
    }
}

/** A pod by itself: what it sends to itself meets no policy. */
function isSame({ pods: [first, ...more] }: PartyEnd, { pods }: PartyEnd): boolean {
  return first !== undefined && more.length === 0 && first === pods[0];
}

function bestOf<T extends { readonly answer: Answer }>(answers: readonly T[]): T {
  const rank: Readonly<Record<Outcome, number>> = { allow: 0, unknown: 1, deny: 2 };
  return answers.reduce((best, each) =>
    rank[each.answer.outcome] < rank[best.answer.outcome] ? each : best,
  );
}

/**
 * Gathers what was asked into rows: one for each flow, pair of parties, port, outcome and, where it is not allowed, reason. A party is cut down to the ends that the row is
 * about.
 */
export function rowsOf(asked: Iterable<Asked>): readonly FlowRow[] {
  const groups = Map.groupBy(asked, keyOf);
  return [...groups.values()].map(rowOf);
}

function keyOf({ flow, from, to, port, protocol, answer, source, destination }: Asked): string {
  const { outcome, notes, witness } = answer;
  const reason = outcome === 'allow' ? '' : reasonKey(witness.verdict);
  // Who is cut off, or not known to be let through, is told by namespace.
  const places = outcome === 'allow' ? [] : [source, destination].map(({ pods }) => pods[0]?.namespace ?? '');
  return [flow.id, from.label, to.label, port, protocol, outcome, notes.join(), reason, ...places].join('|');
}

/** Equal for denials by the same rule or policies, and for what waits for the same facts. */
function reasonKey({ steps, missing }: Verdict): string {
  const denials = steps.filter(({ outcome }) => outcome === 'deny').flatMap(causesOf);
  const told = denials.map(({ policy, path }) => `${policy.kind} ${qualifiedName(policy)} ${path.join('.')}`);
  return [
    ...told,
    ...missing.map((fact) =>
      JSON.stringify([
        fact.kind,
        'object' in fact ? qualifiedName(fact.object) : fact.kind === 'pod address' ? '' : fact,
      ]),
    ),
  ].join();
}

/** The policies, and the fields in them, that a step denies by. */
export function causesOf({
  because,
  layer,
}: Step): readonly { readonly policy: KindedObject; readonly path: FieldPath }[] {
  if (because.kind === 'matched rule') return [{ policy: because.rule.policy, path: because.rule.path }];
  if (because.kind !== 'isolated, nothing matched') return [];
  const field = layer === 'egress policy' ? 'egress' : 'ingress';
  return because.policies.map((policy) => ({ policy, path: ['spec', field] }));
}

function rowOf(group: readonly Asked[]): FlowRow {
  const { flow, from, to, port, protocol, answer } = group[0]!;
  const { verdict } = answer.witness;
  return {
    flow,
    from: endOf(
      from,
      group.map(({ source }) => source),
    ),
    to: endOf(
      to,
      group.map(({ destination }) => destination),
    ),
    port,
    protocol,
    outcome: answer.outcome,
    witness: answer.witness,
    decidedBy: verdict.decidedBy,
    notes: answer.notes,
    pairs: group.length,
  };
}

function endOf({ role, label, spread, component, standIn }: Party, own: readonly PartyEnd[]): RowEnd {
  const pods = new Set([...new Set(own)].flatMap((end) => end.pods));
  const namespaces = [...new Set([...pods].map(({ namespace }) => namespace))].sort();
  return {
    role,
    label: spread === true && namespaces.length > 0 ? labelPods(label, namespaces) : label,
    ...(component !== undefined && { component }),
    standIn: standIn || (pods.size > 0 && [...pods].every(isMadeUp)),
    pods: pods.size,
    namespaces,
  };
}
