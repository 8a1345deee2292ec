import {
  addBits,
  type Bits,
  bitsMeet,
  dropBits,
  eachBit,
  hasBit,
  isEmptyBits,
  keepBits,
  noBits,
  setBit,
} from './bits.ts';

/** A set of virtual sources that nobody changes: an ascending list where they are few, else bits. */
export interface Sources {
  readonly list: readonly number[] | Uint32Array | undefined;
  readonly bits: Bits | undefined;
}

export const noSources: Sources = { list: [], bits: undefined };

/** The sources of an ascending list. */
export function fewSources(list: readonly number[]): Sources {
  return { list, bits: undefined };
}

/** The sources whose bits are set. */
export function manySources(bits: Bits): Sources {
  return { list: undefined, bits };
}

/** Is nobody among them? */
export function isNobody({ list, bits }: Sources): boolean {
  return list === undefined ? isEmptyBits(bits!) : list.length === 0;
}

/** Those who are in `bits`, too. */
export function within({ list, bits }: Sources, other: Bits): Sources {
  if (list !== undefined) return fewSources(chosen(list, (index) => hasBit(other, index)));
  const both = bits!.slice();
  keepBits(both, other);
  return manySources(both);
}

/** Those who are in both. */
export function common(a: Sources, b: Sources): Sources {
  if (b.bits !== undefined) return within(a, b.bits);
  if (a.bits !== undefined) return within(b, a.bits);
  const others = new Set(b.list);
  return fewSources(chosen(a.list!, (index) => others.has(index)));
}

/** Those who are not in `bits`. */
export function without({ list, bits }: Sources, other: Bits): Sources {
  if (list !== undefined) return fewSources(chosen(list, (index) => !hasBit(other, index)));
  const rest = bits!.slice();
  dropBits(rest, other);
  return manySources(rest);
}

/** Is any of them in `bits`? */
export function meets({ list, bits }: Sources, other: Bits): boolean {
  if (list === undefined) return bitsMeet(bits!, other);
  for (const index of list) if (hasBit(other, index)) return true;
  return false;
}

/** Those of `a` who are not in `b`; both are sets of indexes below `size`. */
export function except(a: Sources, b: Sources, size: number): Sources {
  return isNobody(b) ? a : without(a, asBits(b, size));
}

/** Those of both. */
export function join(a: Sources, b: Sources, size: number): Sources {
  if (isNobody(a)) return b;
  if (isNobody(b)) return a;
  if (a.list !== undefined && b.list !== undefined && (a.list.length + b.list.length) * 32 < size)
    return fewSources([...new Set([...a.list, ...b.list])].sort((x, y) => x - y));
  const all = noBits(size);
  for (const part of [a, b]) enter(all, part);
  return manySources(all);
}

/** Adds the sources to `bits`. */
function enter(into: Bits, { list, bits }: Sources): void {
  if (list === undefined) addBits(into, bits!);
  else for (const index of list) setBit(into, index);
}

/** Calls `visit` with each, ascending. */
export function eachSource({ list, bits }: Sources, visit: (index: number) => void): void {
  if (list === undefined) eachBit(bits!, visit);
  else for (const index of list) visit(index);
}

function asBits(sources: Sources, size: number): Bits {
  if (sources.bits !== undefined) return sources.bits;
  const bits = noBits(size);
  enter(bits, sources);
  return bits;
}

function chosen(list: readonly number[] | Uint32Array, test: (index: number) => boolean): readonly number[] {
  const found: number[] = [];
  for (const index of list) if (test(index)) found.push(index);
  return found;
}
