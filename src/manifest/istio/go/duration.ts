/** Nanoseconds in each unit that Go's time.ParseDuration knows. */
const units: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

const limit = 2n ** 63n;

/** What Go's time.ParseDuration says of a text: nanoseconds, or its error in words. */
export function parseDuration(text: string): bigint | { readonly error: string } {
  const complain = (what: string) => ({ error: `time: ${what} ${quoteBytes(text)}` });
  const negative = text.startsWith('-');
  let rest = /^[-+]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '') return complain('invalid duration');
  let total = 0n;
  while (rest !== '') {
    const amount = /^([0-9]*)(?:\.([0-9]*))?/.exec(rest)!;
    const [all, whole = '', fraction = ''] = amount;
    if ((whole === '' && fraction === '') || BigInt(whole || 0) > limit) return complain('invalid duration');
    rest = rest.slice(all.length);
    const name = /^[^0-9.]*/.exec(rest)![0];
    if (name === '') return complain('missing unit in duration');
    rest = rest.slice(name.length);
    const unit = units.get(name);
    if (unit === undefined) return complain(`unknown unit ${quoteBytes(name)} in duration`);
    total += BigInt(whole || 0) * unit + fractionOf(fraction, unit);
    if (total > limit) return complain('invalid duration');
  }
  if (negative) return -total;
  return total === limit ? complain('invalid duration') : total;
}

/** The fraction of a unit, cut to whole nanoseconds with Go's rounding to a 64-bit float. */
function fractionOf(digits: string, unit: bigint): bigint {
  if (digits === '') return 0n;
  const kept = digits.slice(0, 18);
  return BigInt(Math.trunc(Number(kept) * (Number(unit) / 10 ** kept.length)));
}

/** How package time quotes: bytes that are not printable ASCII in hexadecimal. */
function quoteBytes(text: string): string {
  let result = '';
  for (const byte of new TextEncoder().encode(text)) {
    if (byte < 0x20 || byte >= 0x80) result += `\\x${byte.toString(16).padStart(2, '0')}`;
    else
      result += byte === 0x22 || byte === 0x5c ? `\\${String.fromCharCode(byte)}` : String.fromCharCode(byte);
  }
  return `"${result}"`;
}
