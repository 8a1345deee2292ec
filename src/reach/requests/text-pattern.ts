import type { Pattern } from '../../model/index.ts';
import type { TextTest } from '../../policy/authorization/index.ts';
import { remember } from './remember.ts';

/** One place of a pattern: a sign that it takes; with `many` any number of them, with `optional` perhaps none. */
export interface Token {
  /** The sign, and what else is the same to it; undefined where it takes a whole class of signs. */
  readonly signs: string | undefined;
  /** The same function for the same class. */
  readonly takes: (sign: string) => boolean;
  readonly many: boolean;
  readonly optional: boolean;
}

const anyText: Token = { signs: undefined, takes: () => true, many: true, optional: true };
const line: Token = { signs: undefined, takes: (sign) => sign !== '\n', many: true, optional: false };

/** A test as places one behind the other that the whole text must fill. */
export function tokensOf(test: TextTest): readonly Token[] {
  const { pattern } = test;
  const { form, text, ignoreCase = false } = pattern;
  switch (form) {
    case 'exact':
      return literal(text, ignoreCase);
    case 'prefix':
      return [...literal(text, ignoreCase), anyText];
    case 'suffix':
      return [anyText, ...literal(text, ignoreCase)];
    case 'presence':
      return test.matches('') ? [anyText] : [line];
    case 'regex':
      return templateTokens(pattern);
    case 'range':
      throw new Error(`an address range is no pattern of texts: ${text}`);
  }
}

/** A text that the regular expression matches as a rule: `filling` wherever it leaves the text open. */
export function sampleOf(pattern: Pattern, filling: string): string {
  return templateTokens(pattern)
    .map(({ signs, many }) => (many ? filling : (signs ?? filling[0]!)))
    .join('');
}

/** Does the token take whatever comes? */
export function takesAnything(token: Token | undefined): boolean {
  return token === anyText;
}

function literal(text: string, ignoreCase: boolean): readonly Token[] {
  return text.split('').map((sign) => {
    const signs = ignoreCase && /[A-Za-z]/.test(sign) ? sign.toLowerCase() + sign.toUpperCase() : sign;
    return { signs, takes: (other) => signs.includes(other), many: false, optional: false };
  });
}

const templateTokens = remember(readExpression);

/** An escaped sign, a class, a group of alternatives of these or a plain sign; then perhaps `+` or `*`. */
const place = /(?:\\(.)|\[([^\]]*)\]|\(\?:((?:\\.|\[[^\]]*\]|[^)])*)\)|([^\\[(|)]))([+*]?)/suy;

/** Reads a regular expression of the kind that path templates become: places in a row, each for one sign or any number of them. */
function readExpression({ text }: Pattern): readonly Token[] {
  const tokens: Token[] = [];
  place.lastIndex = 0;
  while (place.lastIndex < text.length) {
    const at = place.lastIndex;
    const found = place.exec(text);
    if (found === null) throw new Error(`cannot walk the regular expression ${text}: at ${at}`);
    const [, escaped, listed, alternatives, plain, count] = found;
    const many = count !== '';
    const optional = count === '*';
    const signs = escaped ?? plain;
    const takes =
      signs === undefined ? classOf(listed === undefined ? alternatives! : `[${listed}]`) : isSign(signs);
    tokens.push({ signs, takes, many, optional });
  }
  return tokens;
}

function isSign(sign: string): Token['takes'] {
  return (other) => other === sign;
}

const classes = new Map<string, Token['takes']>();

/** One of the alternatives: classes and signs. */
function classOf(alternatives: string): Token['takes'] {
  const known = classes.get(alternatives);
  if (known !== undefined) return known;
  const parts = alternatives.match(/\[[^\]]*\]|\\.|[^|]/gsu) ?? [];
  const signs = new Set(
    parts.flatMap((part) =>
      part.length > 1 && part[0] === '[' ? readClass(part.slice(1, -1)) : [part.at(-1)!],
    ),
  );
  const takes = (sign: string): boolean => signs.has(sign);
  classes.set(alternatives, takes);
  return takes;
}

/** The signs of a class: ranges, and signs for themselves. */
function readClass(text: string): readonly string[] {
  return (text.match(/.-.|./gsu) ?? []).flatMap((part) => {
    const [first, last] = [part.charCodeAt(0), part.charCodeAt(part.length - 1)];
    return Array.from({ length: last - first + 1 }, (_, i) => String.fromCharCode(first + i));
  });
}
