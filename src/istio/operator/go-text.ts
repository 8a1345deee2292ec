import { isMap, type Tree } from './tree.ts';

const maxInt64 = 2n ** 63n - 1n;
const digits = String.raw`\d(?:_?\d)*`;
const hexDigits = String.raw`[\da-f](?:_?[\da-f])*`;
const decimal = new RegExp(
  `^[+-]?(?:(?:${digits})\\.?(?:${digits})?|\\.(?:${digits}))(?:e[+-]?(?:${digits}))?$`,
  'i',
);
const hexadecimal = new RegExp(
  `^([+-]?)0x_?(?:(${hexDigits})\\.?(${hexDigits})?|\\.(${hexDigits}))p([+-]?(?:${digits}))$`,
  'i',
);

/** Go's `strconv.Atoi`: a decimal number of 64 bits; undefined for all else. */
export function parseInteger(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const number = BigInt(text.replace('+', ''));
  return number >= -maxInt64 - 1n && number <= maxInt64 ? number : undefined;
}

/** Go's `strconv.ParseFloat`, that takes `inf`, `nan`, hexadecimal numbers with an exponent and `_` between digits too; undefined for all else. */
export function parseFloat64(text: string): number | undefined {
  if (/^nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (decimal.test(text)) return finite(Number(text.replaceAll('_', '')));
  const [, sign, whole = '', fraction = '', alone = '', exponent] = hexadecimal.exec(text) ?? [];
  if (exponent === undefined) return undefined;
  const [mantissa, behind] = [`${whole}${fraction}${alone}`, `${fraction}${alone}`].map((part) =>
    part.replaceAll('_', ''),
  ) as [string, string];
  const power = Number(exponent.replaceAll('_', '')) - 4 * behind.length;
  const number = finite(Number(`0x${mantissa}`) * 2 ** power);
  return number !== undefined && sign === '-' ? -number : number;
}

/** A number that is too large for 64 bits is none. */
function finite(number: number): number | undefined {
  return Number.isFinite(number) ? number : undefined;
}

/** Go's `strconv.ParseBool`; undefined for what it does not take. */
export function parseBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text) ? false : undefined;
}

/** Go's `%v` of a value as JSON gives it. */
export function printed(value: Tree): string {
  if (value === null) return '<nil>';
  if (typeof value === 'number') return printedFloat(value);
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (!isMap(value)) return String(value);
  const keys = Object.keys(value).sort();
  return `map[${keys.map((key) => `${key}:${printed(value[key]!)}`).join(' ')}]`;
}

/** Go writes an exponent from a million on and below 1e-4, with two digits at least. */
function printedFloat(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** Go's `filepath.Clean`, through which istioctl sends its paths: `a//b`, `a/./b` and `a/x/../b` become `a/b`, a slash at the end goes away. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!rooted) kept.push('..');
  }
  if (rooted) return `/${kept.join('/')}`;
  return kept.length === 0 ? '.' : kept.join('/');
}

/**
 * A path of istioctl as its parts: `a.b`, `a.[0].b`, `a[0].b`, `a.[name:x].b`; a dot behind a backslash belongs to the name. What stands behind a name from
 * `[` on is one part.
 * Source: splitPath of operator/pkg/values, PathFromString of operator/pkg/util.
 */
export function splitPath(path: string): string[] {
  const clean = cleanPath(path).replace(/^\./, '').replace(/\.$/, '');
  return splitUnescaped(clean, '.')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const name = part.replaceAll('\\.', '.');
      const bracket = name.indexOf('[');
      return bracket > 0 ? [name.slice(0, bracket), name.slice(bracket)] : [name];
    });
}

/** The parts of a text between separators; one behind a backslash separates nothing. */
export function splitUnescaped(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== separator || (i > 0 && text[i - 1] === '\\')) continue;
    parts.push(text.slice(start, i));
    start = i + 1;
  }
  return text === '' ? [] : [...parts, text.slice(start)];
}

/** What stands between `[` and `]`; undefined where the part is not in brackets. */
export function withoutBrackets(part: string): string | undefined {
  return part.startsWith('[') && part.endsWith(']') ? part.slice(1, -1) : undefined;
}
