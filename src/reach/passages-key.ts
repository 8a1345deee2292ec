import { describeSet } from './requests/index.ts';
import type { Passage } from './types.ts';

const known = new WeakMap<readonly Passage[], string>();

/** Equal texts for lists of passages with the same ports and conditions. */
export function passagesKey(passages: readonly Passage[]): string {
  const text = known.get(passages) ?? JSON.stringify(passages.map(describe));
  known.set(passages, text);
  return text;
}

function describe({ protocol, ports, bytes, http }: Passage): unknown {
  const sets = http?.outcome === 'depends' ? [describeSet(http.passing), describeSet(http.unknown)] : [];
  return [protocol, ports.map(({ first, last }) => [first, last]), bytes, http?.outcome, ...sets];
}
