import { type Bits, countBits, eachBit, equalBits, hasBit, hashBits } from './bits.ts';
import { eachSource, type Sources } from './sources.ts';

/** An immutable set of sources that is kept: equal sets from one shelf are the same object. */
export interface EndSet extends Sources {
  readonly size: number;
  readonly list: Uint32Array | undefined;
}

/** Keeps one copy of every set. */
export interface Shelf {
  readonly bound: number;
  readonly none: EndSet;
  readonly known: Map<number, EndSet[]>;
}

/** A shelf for sets of indexes below `bound`. */
export function newShelf(bound: number): Shelf {
  return { bound, none: { size: 0, list: new Uint32Array(0), bits: undefined }, known: new Map() };
}

/** The set on the shelf that holds these sources. */
export function shelve(shelf: Shelf, { list, bits }: Sources): EndSet {
  if (list !== undefined) return shelveList(shelf, Uint32Array.from(list));
  const size = countBits(bits!);
  if (size * 32 < shelf.bound) return shelveList(shelf, listOf(bits!, size));
  const hash = hashBits(bits!);
  const alike = shelf.known.get(hash);
  const found = alike?.find(
    (set) => set.bits !== undefined && set.size === size && equalBits(set.bits, bits!),
  );
  return found ?? put(shelf, hash, { size, list: undefined, bits: bits!.slice() });
}

function shelveList(shelf: Shelf, list: Uint32Array): EndSet {
  if (list.length === 0) return shelf.none;
  const hash = hashBits(list);
  const found = shelf.known
    .get(hash)
    ?.find((set) => set.list !== undefined && set.size === list.length && equalBits(set.list, list));
  return found ?? put(shelf, hash, { size: list.length, list, bits: undefined });
}

function put(shelf: Shelf, hash: number, set: EndSet): EndSet {
  const alike = shelf.known.get(hash);
  if (alike === undefined) shelf.known.set(hash, [set]);
  else alike.push(set);
  return set;
}

function listOf(bits: Bits, size: number): Uint32Array {
  const list = new Uint32Array(size);
  let i = 0;
  eachBit(bits, (index) => {
    list[i++] = index;
  });
  return list;
}

/** Is the index in the set? */
export function isIn(set: EndSet, index: number): boolean {
  const { list } = set;
  if (list === undefined) return hasBit(set.bits!, index);
  let low = 0;
  let high = list.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const value = list[middle]!;
    if (value === index) return true;
    if (value < index) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

/** Calls `visit` with every index, ascending. */
export function eachIn(set: EndSet, visit: (index: number) => void): void {
  eachSource(set, visit);
}
