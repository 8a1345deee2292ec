import { parseInteger, splitUnescaped, withoutBrackets } from './go-text.ts';

/** What a part in brackets picks from a list. Source: path.go of operator/pkg/util. */

/** `[N]`, N from -1: an element by number, -1 and a number past the end being a new one. */
export function elementNumber(part: string): number | undefined {
  const number = parseInteger(withoutBrackets(part) ?? '');
  return number !== undefined && number >= -1n ? Number(number) : undefined;
}

/** `[key:value]`: the element whose field has that value. */
export function elementField(part: string): readonly [key: string, value: string] | undefined {
  const pair = splitUnescaped(withoutBrackets(part) ?? '', ':');
  const [key = '', value = ''] = pair;
  if (pair.length !== 2 || key === '' || value === '' || !/^[a-zA-Z0-9_-]*$/.test(key)) return undefined;
  return [key, value];
}

/** `[:value]`, or any text in brackets: the first scalar that this regular expression matches. */
export function elementPattern(part: string): string | undefined {
  const inside = withoutBrackets(part) ?? '';
  if (inside.length > 1 && inside.startsWith(':')) return inside.slice(1);
  return inside === '' ? undefined : inside;
}
