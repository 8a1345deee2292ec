import { type Bits, countBits, eachBit, equalBits, hasBit, hashBits, noBits, setBit } from './bits.ts';

/** An immutable set of sources: a sorted list where they are few, else bits. Equal sets from one shelf are the same object. */
export interface EndSet {
  readonly size: number;
  readonly list: Uint32Array | undefined;
  readonly bits: Bits | undefined;
}

/** Keeps one copy of every set. */
export interface Shelf {
  readonly bound: number;
  readonly none: EndSet;
  readonly known: Map<number, EndSet[]>;
}

/** A shelf for sets of indexes below `bound`. */
export function newShelf(bound: number): Shelf {
  const none: EndSet = { size: 0, list: new Uint32Array(0), bits: undefined };
  return { bound, none, known: new Map() };
}

/** The set that holds what `bits` holds now; `bits` may be changed afterwards. */
export function shelve(shelf: Shelf, bits: Bits): EndSet {
  const hash = hashBits(bits);
  const shelved = shelf.known.get(hash);
  const size = countBits(bits);
  if (size === 0) return shelf.none;
  const found = shelved?.find((set) => set.size === size && holdsExactly(set, bits));
  if (found !== undefined) return found;
  const set: EndSet =
    size * 32 < shelf.bound
      ? { size, list: listOf(bits, size), bits: undefined }
      : { size, list: undefined, bits: bits.slice() };
  if (shelved === undefined) shelf.known.set(hash, [set]);
  else shelved.push(set);
  return set;
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
  if (set.list === undefined) eachBit(set.bits!, visit);
  else for (const index of set.list) visit(index);
}

/** Adds the set to `bits`. */
export function addSet(bits: Bits, set: EndSet): void {
  if (set.list !== undefined) for (const index of set.list) setBit(bits, index);
  else for (let i = 0; i < bits.length; i++) bits[i]! |= set.bits![i]!;
}

/** The set as bits of its own. */
export function toBits(set: EndSet, bound: number): Bits {
  const bits = noBits(bound);
  addSet(bits, set);
  return bits;
}

function listOf(bits: Bits, size: number): Uint32Array {
  const list = new Uint32Array(size);
  let i = 0;
  eachBit(bits, (index) => {
    list[i++] = index;
  });
  return list;
}

function holdsExactly(set: EndSet, bits: Bits): boolean {
  if (set.bits !== undefined) return equalBits(set.bits, bits);
  for (const index of set.list!) if (!hasBit(bits, index)) return false;
  return true;
}
