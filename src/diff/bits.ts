/** Adds one set to another. */
export function addBits(bits: Uint32Array, more: Uint32Array): void {
  for (let i = 0; i < bits.length; i++) bits[i]! |= more[i]!;
}

/** True where the index is in the set. */
export function hasBit(bits: Uint32Array, index: number): boolean {
  return ((bits[index >>> 5]! >>> (index & 31)) & 1) === 1;
}

/** Calls `visit` with every index that is in the set. */
export function eachBit(bits: Uint32Array, visit: (index: number) => void): void {
  for (let i = 0; i < bits.length; i++) {
    for (let word = bits[i]!; word !== 0; word &= word - 1) visit(i * 32 + 31 - Math.clz32(word & -word));
  }
}

/** The first index of a set; -1 where it is empty. */
export function firstBit(bits: Uint32Array): number {
  const at = bits.findIndex((word) => word !== 0);
  return at < 0 ? -1 : at * 32 + 31 - Math.clz32(bits[at]! & -bits[at]!);
}

/** The same text for equal sets: the words that are not zero, with their places. */
export function textOfBits(bits: Uint32Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bits.length; i++)
    if (bits[i] !== 0) parts.push(`${i.toString(36)}:${bits[i]!.toString(36)}`);
  return parts.join();
}
