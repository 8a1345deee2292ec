import { resolvePlainScalar } from '../../../yaml/index.ts';
import type { PlainValue } from '../types.ts';
import type { Style } from './style.ts';

/** How a text is quoted where it need not be. */
export type Quote = 'none' | 'single' | 'double';

/** A value on one line, as in `{a: [b, "8080"]}`; as JSON where the text is JSON. */
export function renderFlow(value: PlainValue, json: boolean, quote: Quote = 'none'): string {
  if (json) return jsonText(value);
  if (isList(value)) return `[${value.map((item) => renderFlow(item, json, quote)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return renderScalar(value, quote, true);
  const entries = Object.entries(value).map(
    ([key, each]) => `${renderScalar(key, 'none', true)}: ${renderFlow(each, json, quote)}`,
  );
  return `{${entries.join(', ')}}`;
}

/** A value as lines of block style; the first is not indented, the others as they stand below it. */
export function renderBlock(value: PlainValue, style: Style, quote: Quote = 'none'): readonly string[] {
  if (isOnOneLine(value, style)) return [renderFlow(value, false, quote)];
  if (isList(value)) {
    return value.flatMap((item) => {
      const [first, ...rest] = renderBlock(item, style, quote);
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  }
  return Object.entries(value as object).flatMap(([key, each]) =>
    renderEntry(key, each as PlainValue, style, quote),
  );
}

/** `key: value` as lines. */
export function renderEntry(
  key: string,
  value: PlainValue,
  style: Style,
  quote: Quote = 'none',
): readonly string[] {
  const name = renderScalar(key, 'none', false);
  const lines = renderBlock(value, style, quote);
  if (isOnOneLine(value, style)) return [`${name}: ${lines[0]}`];
  const indent = ' '.repeat(isList(value) ? style.listStep : style.step);
  return [`${name}:`, ...lines.map((line) => `${indent}${line}`)];
}

/** A scalar that is read as just this value; quoted only where it has to be, or where `quote` says so. */
export function renderScalar(value: null | boolean | number | string, quote: Quote, inFlow: boolean): string {
  if (typeof value !== 'string') return String(value);
  if (quote === 'double' || hasControl(value)) return JSON.stringify(value);
  if (quote === 'single') return `'${value.replaceAll("'", "''")}'`;
  return isPlainSafe(value, inFlow) ? value : JSON.stringify(value);
}

function jsonText(value: PlainValue): string {
  if (isList(value)) return `[${value.map(jsonText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${jsonText(each)}`);
  return `{${entries.join(', ')}}`;
}

function isOnOneLine(value: PlainValue, style: Style): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (!isList(value)) return Object.keys(value).length === 0;
  if (value.length === 0) return true;
  return style.flowLists && value.every((item) => typeof item !== 'object' || item === null);
}

export function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}

function hasControl(text: string): boolean {
  return /[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]/u.test(text);
}

/** Letters first, and nothing that means something to YAML; and it must not read as a number, a boolean or null. */
function isPlainSafe(text: string, inFlow: boolean): boolean {
  if (!/^[A-Za-z0-9_./][A-Za-z0-9_./@:+~=*-]*$/.test(text)) return false;
  if (text.endsWith(':') || (inFlow && text.includes(':'))) return false;
  return typeof resolvePlainScalar(text) === 'string';
}
