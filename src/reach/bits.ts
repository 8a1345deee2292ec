/** A set of indexes below some bound, one bit each. */
export type Bits = Uint32Array;

/** An empty set for indexes below `size`. */
export function noBits(size: number): Bits {
  return new Uint32Array((size + 31) >>> 5);
}

/** The set of all indexes below `size`. */
export function allBits(size: number): Bits {
  const bits = noBits(size).fill(0xffffffff);
  if (size & 31) bits[bits.length - 1] = (1 << (size & 31)) - 1;
  return bits;
}

/** Puts an index into a set. */
export function setBit(bits: Bits, index: number): void {
  bits[index >>> 5]! |= 1 << (index & 31);
}

/** Takes an index out of a set. */
export function clearBit(bits: Bits, index: number): void {
  bits[index >>> 5]! &= ~(1 << (index & 31));
}

/** Is the index in the set? */
export function hasBit(bits: Bits, index: number): boolean {
  return (bits[index >>> 5]! & (1 << (index & 31))) !== 0;
}

/** Adds all of `more` to `bits`. */
export function addBits(bits: Bits, more: Bits): void {
  for (let i = 0; i < bits.length; i++) bits[i]! |= more[i]!;
}

/** Keeps in `bits` what is in `other`, too. */
export function keepBits(bits: Bits, other: Bits): void {
  for (let i = 0; i < bits.length; i++) bits[i]! &= other[i]!;
}

/** Takes all of `less` out of `bits`. */
export function dropBits(bits: Bits, less: Bits): void {
  for (let i = 0; i < bits.length; i++) bits[i]! &= ~less[i]!;
}

/** Is nothing in the set? */
export function isEmptyBits(bits: Bits): boolean {
  for (let i = 0; i < bits.length; i++) if (bits[i] !== 0) return false;
  return true;
}

/** Do the sets share an index? */
export function bitsMeet(a: Bits, b: Bits): boolean {
  for (let i = 0; i < a.length; i++) if ((a[i]! & b[i]!) !== 0) return true;
  return false;
}

/** How many indexes are in the set. */
export function countBits(bits: Bits): number {
  let count = 0;
  for (let i = 0; i < bits.length; i++) {
    let word = bits[i]!;
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** Calls `visit` with every index in the set, ascending. */
export function eachBit(bits: Bits, visit: (index: number) => void): void {
  for (let i = 0; i < bits.length; i++) {
    let word = bits[i]!;
    while (word !== 0) {
      const low = word & -word;
      visit((i << 5) + 31 - Math.clz32(low));
      word ^= low;
    }
  }
}

/** The indexes in the set, ascending. */
export function listBits(bits: Bits): readonly number[] {
  const list: number[] = [];
  eachBit(bits, (index) => {
    list.push(index);
  });
  return list;
}

/** Are the sets the same? */
export function equalBits(a: Bits, b: Bits): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A number that is the same for the same set, and rarely for others. */
export function hashBits(bits: Bits): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bits.length; i++) hash = Math.imul(hash ^ bits[i]!, 0x01000193) ^ (hash >>> 15);
  return hash >>> 0;
}
