import type { NetworkPolicyPort, Protocol } from '../../model/index.ts';
import type { Answer } from './answers.ts';
import type { Context } from './context.ts';
import { parameters } from './parameters.ts';
import type { Opening, Parameter, TightRule } from './types.ts';

/** A flow in words, with its ports and who stands at the other end. */
export interface Flow {
  readonly peers: Answer;
  readonly ports: readonly NetworkPolicyPort[] | 'any';
  readonly why: string;
  readonly without: string;
  readonly notes?: readonly string[];
}

/** The rule of a flow; none where nobody stands at its other end or it has no port. */
export function ruleOf(
  context: Context,
  { peers: answer, ports, why, without, notes = [] }: Flow,
): readonly TightRule[] {
  const { peers, from, open, notes: more = [] } = answer;
  if (peers.length === 0 || ports.length === 0) return [];
  const places = [...new Set(from.flatMap((parameter) => context.seen[parameter] ?? []))];
  const seen = places.length === 0 ? [] : [`Seen in ${places.join(', ')}`];
  const said = from.flatMap((parameter) => context.notes[parameter] ?? []);
  return [
    {
      peers,
      ports,
      why,
      without,
      notes: [...seen, ...new Set(said), ...more, ...open.map(describeOpening), ...notes],
      open,
    },
  ];
}

/** Why a rule is wider than its flow, and what to do about it. */
function describeOpening(opening: Opening): string {
  if (opening.kind === 'parameter') return describeUnknown(opening.parameter);
  if (opening.kind === 'planes')
    return `Whether pods of ${opening.of} have sidecars or are in ambient mode is not known, so this stays open for both; say their labels with --mesh, or give their Namespaces and pods with -f`;
  if (opening.kind === 'ports')
    return `On which ports the pods of ${opening.of} listen is not known, so all TCP ports stay open; name them`;
  return `A NetworkPolicy cannot name the host ${opening.host}, so every address is open on this port; say its addresses`;
}

/** `Not known: the addresses of the nodes, so this stays open; say --node-cidr`. */
function describeUnknown(parameter: Parameter): string {
  const { what, say } = parameters[parameter];
  return `Not known: ${what}, so this stays open; say ${say}`;
}

/** TCP ports by number or name. */
export function tcp(...ports: readonly (number | string)[]): readonly NetworkPolicyPort[] {
  return portsOf('TCP', ports);
}

/** All ports of TCP. */
export const anyTcp: readonly NetworkPolicyPort[] = [{ protocol: 'TCP' }];

/** Ports of one protocol, each once. */
export function portsOf(
  protocol: Protocol,
  ports: readonly (number | string)[],
): readonly NetworkPolicyPort[] {
  return [...new Set(ports)].map((port) => ({ protocol, port }));
}
