import type { ClusterPod } from '../../cluster/index.ts';
import type { Protocol } from '../../model/index.ts';
import { flowNamed } from './flows.ts';
import type { Flow, Party, PartyEnd } from './types.ts';

/** A flow between two parties: all of their ends, on all of `ports`. */
export interface Question {
  readonly flow: Flow;
  readonly from: Party;
  readonly to: Party;
  readonly ports: readonly number[];
  readonly protocol: Protocol;
  /** True where one of the ports is enough. */
  readonly either?: boolean;
  /** Asks for the pod's own node, instead of an end of `from`. */
  readonly kubelet?: boolean;
  /** Ranges that nodes are in whose address no manifest tells. */
  readonly nodes?: readonly string[];
}

/** A question of one port or several; none where a party is missing or nobody is in it. */
export function question(
  id: string,
  from: Party | undefined,
  to: Party | undefined,
  ports: number | readonly number[],
  more: { readonly protocol?: Protocol; readonly either?: boolean } = {},
): readonly Question[] {
  if (from === undefined || to === undefined || from.ends.length === 0 || to.ends.length === 0) return [];
  const list = [...new Set([ports].flat())];
  if (list.length === 0) return [];
  const { protocol = 'TCP', either = false } = more;
  return [{ flow: flowNamed(id), from, to, ports: list, protocol, ...(either && { either }) }];
}

/** Probes of the kubelet: each pod is asked for from its own node. */
export function probeQuestion(
  id: string,
  to: Party,
  ports: readonly number[],
  nodes: readonly string[] = [],
): readonly Question[] {
  const ends: readonly PartyEnd[] = [{ endpoint: { kind: 'node', name: 'its own node' }, pods: [] }];
  const from: Party = { role: 'kubelet', label: 'kubelet', standIn: false, ends };
  return question(id, from, to, ports).map((each) => ({ ...each, kubelet: true, nodes }));
}

/** A flow that is needed only where answers are too long for UDP: DNS by TCP. */
export function overTcp({ flow, ...rest }: Question): Question {
  return {
    ...rest,
    flow: { ...flow, id: `${flow.id}-tcp`, need: 'if used', why: `${flow.why}; answers too long for UDP` },
    protocol: 'TCP',
  };
}

/** A question of a flow that is needed only where somebody is there to need it: nobody said that anybody scrapes. */
export function ifThere(questions: readonly Question[]): readonly Question[] {
  return questions.map((each) =>
    each.from.ends.some(({ unknown }) => unknown !== undefined)
      ? { ...each, flow: { ...each.flow, need: 'if used' } }
      : each,
  );
}

/** The pods of a party. */
export function podsIn({ ends }: Party): readonly ClusterPod[] {
  return ends.flatMap(({ pods }) => pods);
}
