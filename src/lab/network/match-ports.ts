import { matchPortName, portsNamed } from '../../cluster/index.ts';
import {
  type AdminPort,
  isUnknown,
  mergePortRanges,
  type PortRange,
  type Protocol,
} from '../../model/index.ts';
import type { Port } from '../../policy/network/index.ts';
import type { RulesetWriter } from './ruleset.ts';
import type { Scene, ScenePod } from './scene.ts';

const protocols: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** A port entry of a rule of either kind. */
interface Entry {
  readonly protocol: Protocol;
  readonly numbers: PortRange | { readonly name: string } | 'any';
}

/** The matches of a NetworkPolicy rule's ports, one of which has to hold; [''] for any. */
export function matchPorts(
  writer: RulesetWriter,
  scene: Scene,
  ports: readonly Port[] | undefined,
): readonly string[] {
  return ports === undefined ? [''] : matchEntries(writer, scene, ports);
}

/** The same of a rule of the admin tiers, where a name stands for any protocol. */
export function matchAdminPorts(
  writer: RulesetWriter,
  scene: Scene,
  ports: readonly AdminPort[] | undefined,
): readonly string[] {
  return ports === undefined ? [''] : matchEntries(writer, scene, ports.flatMap(entriesOf));
}

function entriesOf(port: AdminPort): readonly Entry[] {
  switch (port.kind) {
    case 'range':
      return [{ protocol: port.protocol, numbers: { first: port.start, last: port.end } }];
    case 'any port':
      return [{ protocol: port.protocol, numbers: 'any' }];
    case 'named':
      return protocols.map((protocol) => ({ protocol, numbers: { name: port.name } }));
    case 'unreadable':
      return [];
  }
}

function matchEntries(writer: RulesetWriter, scene: Scene, entries: readonly Entry[]): readonly string[] {
  return protocols.flatMap((protocol) => {
    const own = entries.filter((entry) => entry.protocol === protocol).map(({ numbers }) => numbers);
    if (own.includes('any')) return [`meta l4proto ${protocol.toLowerCase()}`];
    const ranges: PortRange[] = [];
    const names = new Set<string>();
    for (const numbers of own) {
      if (numbers === 'any') continue;
      if ('name' in numbers) names.add(numbers.name);
      else ranges.push(numbers);
    }
    return [...matchNumbers(protocol, ranges), ...matchNames(writer, scene, protocol, names)];
  });
}

function matchNumbers(protocol: Protocol, ranges: readonly PortRange[]): readonly string[] {
  const texts = mergePortRanges(ranges).map(({ first, last }) =>
    first === last ? `${first}` : `${first}-${last}`,
  );
  if (texts.length === 0) return [];
  const wanted = texts.length === 1 ? texts[0] : `{ ${texts.join(', ')} }`;
  return [`${protocol.toLowerCase()} dport ${wanted}`];
}

/** Names are looked up in the destination pod, in both directions: a set of addresses with each one's own numbers. */
function matchNames(
  writer: RulesetWriter,
  scene: Scene,
  protocol: Protocol,
  names: ReadonlySet<string>,
): readonly string[] {
  const found = scene.pods.flatMap((pod) =>
    [...names].flatMap((name) => numbersOf(scene, pod, name, protocol)),
  );
  if (found.length === 0) return [];
  const set = writer.set('ports', 'ipv4_addr . inet_service', [...new Set(found)].sort());
  return [`ip daddr . ${protocol.toLowerCase()} dport ${set}`];
}

/** Of a name that the pod declares twice for one protocol the first counts, unless the setting `cni` says otherwise. */
function numbersOf(scene: Scene, { end, address }: ScenePod, name: string, protocol: Protocol): string[] {
  const source = { pod: undefined, address, label: '' };
  return portsNamed(name, end, protocol)
    .filter((port, i) => {
      const match = matchPortName(name, { source, destination: end, port, protocol }, scene.habits);
      return isUnknown(match) ? i === 0 : match;
    })
    .map((port) => `${address} . ${port}`);
}
