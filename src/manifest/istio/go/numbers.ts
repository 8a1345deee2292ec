import { quote } from './quote.ts';

/** What Go's strconv.ParseUint(text, 10, 32) says: the number, or its error in words. */
export function parseUint32(text: string): number | { readonly error: string } {
  const complaint = (what: string) => ({ error: `strconv.ParseUint: parsing ${quote(text)}: ${what}` });
  if (!/^[0-9]+$/.test(text)) return complaint('invalid syntax');
  const value = BigInt(text);
  return value > 0xffffffffn ? complaint('value out of range') : Number(value);
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

/** What Go's strconv.ParseBool reads; undefined where it is an error. */
export function parseBool(text: string): boolean | undefined {
  return booleans.get(text);
}
