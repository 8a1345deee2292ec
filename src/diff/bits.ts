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
