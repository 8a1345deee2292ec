import type { MappingNode, YamlNode } from './nodes.ts';
import type { Frame, OpenEntry, Parser } from './parser-state.ts';
import { shorten } from './scalars.ts';
import { rememberUnsayable } from './unsayable.ts';

/** Up to so many entries a map is searched from the start; larger ones have an index. */
const SMALL = 12;

/** Adds the value at hand under the frame's key. The last of equal keys wins, with a warning. */
export function addEntry(p: Parser, frame: Frame, value: YamlNode): void {
  const entry: OpenEntry = {
    key: frame.keyText,
    keyStart: frame.keyStart,
    keyEnd: frame.keyEnd,
    value,
    identity: frame.keyIdentity,
  };
  if (frame.keyRefusal !== undefined) {
    rememberUnsayable(p, entry, 'invalid-key', frame.keyRefusal, entry.keyStart, entry.keyEnd);
  }
  const earlier = put(p, frame, entry);
  if (earlier === undefined || frame.merged?.delete(entry.identity)) return;
  p.problems.push({
    code: 'duplicate-key',
    severity: 'warning',
    message: `The key \`${shorten(entry.key)}\` stands twice in this map. kubectl and Helm take the last; strict readers refuse it.`,
    start: entry.keyStart,
    end: entry.keyEnd,
    help: 'Remove one of the two.',
    key: entry.key,
    valueStart: value.start,
  });
}

/** Puts an entry in its place, or in the place of the one with the same key, which it gives back. */
function put(p: Parser, frame: Frame, entry: OpenEntry): OpenEntry | undefined {
  const entries = frame.entries;
  const at = find(frame, entry.identity);
  if (at < 0) {
    frame.index?.set(entry.identity, entries.length);
    entries.push(entry);
    return undefined;
  }
  const earlier = entries[at]!;
  entries[at] = entry;
  const text = entry.identity === entry.key ? JSON.stringify(entry.key) : entry.key;
  p.repeatedKeys.push({ text, valueStart: entry.value.start, replaced: earlier.value });
  return earlier;
}

function find(frame: Frame, identity: string): number {
  const entries = frame.entries;
  if (entries.length <= SMALL) {
    for (let i = 0; i < entries.length; i++) if (entries[i]!.identity === identity) return i;
    return -1;
  }
  if (frame.index === undefined) frame.index = new Map(entries.map((entry, i) => [entry.identity, i]));
  return frame.index.get(identity) ?? -1;
}

/**
 * Merges a map, or a list of maps of which the earlier win, into the map that is read. It acts where it stands, unlike
 * in the YAML merge specification: it overwrites the keys above it. False when there is nothing to merge.
 */
export function mergeInto(p: Parser, frame: Frame, node: YamlNode): boolean {
  const sources = node.kind === 'sequence' ? node.items.toReversed() : [node];
  if (!sources.every((source) => source.kind === 'mapping')) return false;
  for (const source of sources as MappingNode[]) {
    for (const entry of source.entries as OpenEntry[]) {
      if (entry.identity !== entry.key) frame.typedKeys = true;
      put(p, frame, entry);
      frame.merged ??= new Set();
      frame.merged.add(entry.identity);
    }
  }
  return true;
}

/** Lets one of several keys with the same text win; in kubectl that is a matter of chance. */
export function closeMapping(p: Parser, frame: Frame): void {
  if (!frame.typedKeys) return;
  const byText = new Map<string, OpenEntry>();
  for (const entry of frame.entries) {
    const other = byText.get(entry.key);
    byText.set(entry.key, entry);
    if (other === undefined) continue;
    p.problems.push({
      code: 'clashing-keys',
      severity: 'warning',
      message: `Two keys of different types are both written \`${entry.key}\`; which one kubectl keeps is random.`,
      start: entry.keyStart,
      end: entry.keyEnd,
      help: 'Remove one of the two, or give them different names.',
      key: entry.key,
      valueStart: entry.value.start,
    });
  }
  if (byText.size < frame.entries.length) {
    const kept = frame.entries.filter((entry) => byText.get(entry.key) === entry);
    frame.entries.splice(0, frame.entries.length, ...kept);
  }
}
