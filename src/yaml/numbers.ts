/** A plain or tagged number before it becomes JSON: an integer as its decimal digits, or a float. */
export type YamlNumber = { readonly integer: string } | { readonly float: number };

const INTEGER = /^[+-]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
const FLOAT = /^[+-]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][+-]?[0-9]+)?$/;
const POINT_FIRST = /^\.[0-9](?:_?[0-9])*(?:[eE][+-]?[0-9](?:_?[0-9])*)?$/;

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

/**
 * The number that an unquoted text beginning with a sign, a digit or a point is read as, or `undefined` when it is
 * a string. Underscores go first (after a leading point they must stand between digits). A leading 0 means octal
 * unless a digit says otherwise: `010` is 8, `08` is the float 8.
 */
export function readNumber(text: string): YamlNumber | undefined {
  if (text.charCodeAt(0) === 46) {
    return POINT_FIRST.test(text) ? finite(Number(text.replaceAll('_', ''))) : undefined;
  }
  const digits = withSignFirst(text.includes('_') ? text.replaceAll('_', '') : text);
  if (INTEGER.test(digits)) {
    const integer = readInteger(digits);
    if (integer !== undefined) return { integer };
  }
  return FLOAT.test(digits) ? finite(Number(digits)) : undefined;
}

/** go-yaml reads what follows `0b` by itself, a sign too: `0b-11` is -3. */
function withSignFirst(text: string): string {
  const sign = text.charCodeAt(2);
  return (sign === 43 || sign === 45) && text.startsWith('0b') ? `${text[2]}0b${text.slice(3)}` : text;
}

function finite(value: number): YamlNumber | undefined {
  return Number.isFinite(value) ? { float: value } : undefined;
}

/** Decimal digits of an integer text in any base, or `undefined` outside 64 bits (63 where a sign is written). */
function readInteger(text: string): string | undefined {
  const first = text.charCodeAt(0);
  const signed = first === 43 || first === 45;
  const magnitude = signed ? text.slice(1) : text;
  if (magnitude.length < 16 && (magnitude.length === 1 || magnitude.charCodeAt(0) !== 48)) {
    return first === 43 || (signed && magnitude === '0') ? magnitude : text;
  }
  const value = BigInt(/^0[0-7]/.test(magnitude) ? `0o${magnitude.slice(1)}` : magnitude);
  if (!signed) return value <= UINT64_MAX ? String(value) : undefined;
  const exact = first === 45 ? -value : value;
  return exact >= INT64_MIN && exact <= INT64_MAX ? String(exact) : undefined;
}

/** True for decimal digits of an integer that a signed 64-bit integer holds. */
export function fitsInt64(digits: string): boolean {
  if (digits.length < 19) return true;
  const value = BigInt(digits);
  return value >= INT64_MIN && value <= INT64_MAX;
}

/** The key text of a float: single precision, as Go prints `%g`. */
export function floatKey(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  if (single === 0) return Object.is(single, -0) ? '-0' : '0';
  const [mantissa = '', power = '0'] = shortestSingle(single).split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return plainDecimal(mantissa, exponent);
  const magnitude = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${magnitude}`;
}

/** The fewest digits that single precision reads back as the same value, in exponential notation. */
function shortestSingle(single: number): string {
  for (let digits = 0; digits < 9; digits++) {
    const text = single.toExponential(digits);
    if (Math.fround(Number(text)) === single) return text;
  }
  return single.toExponential(9);
}

function plainDecimal(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}
