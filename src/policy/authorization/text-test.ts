import type { Pattern } from '../../model/index.ts';

/** A condition on one text: as a function, and as the pattern that tells which texts it can tell apart. */
export interface TextTest {
  readonly pattern: Pattern;
  matches(text: string): boolean;
}

/**
 * What a lone `*` asks for. `given`: there is a value, even an empty one (headers, methods, hosts). `something`: RE2 `.+`, at least one character and
 * no line break (paths, claims, server names).
 */
export type Presence = 'given' | 'something';

/**
 * Istio's string forms: `*` presence, `*x` suffix, `x*` prefix, else exact; asked in this order, so that `*x*` is the suffix `x*`. A star elsewhere is
 * literal. Source: istio pilot/pkg/security/authz/matcher.
 */
export function readTextTest(value: string, presence: Presence, ignoreCase = false): TextTest {
  if (value === '*') return presence === 'given' ? given : something;
  if (value.startsWith('*')) return suffixTest(value.slice(1), ignoreCase);
  if (value.endsWith('*')) return prefixTest(value.slice(0, -1), ignoreCase);
  return exactTest(value, ignoreCase);
}

const given: TextTest = { pattern: { form: 'presence', text: '' }, matches: () => true };

/** RE2 `.+`. */
export const something: TextTest = {
  pattern: { form: 'presence', text: '' },
  matches: (text) => text !== '' && !text.includes('\n'),
};

/** Equal to `text`. */
export function exactTest(text: string, ignoreCase = false): TextTest {
  const wanted = fold(text, ignoreCase);
  return {
    pattern: describe('exact', text, ignoreCase),
    matches: (value) => fold(value, ignoreCase) === wanted,
  };
}

/** Starts with `text`. */
export function prefixTest(text: string, ignoreCase = false): TextTest {
  const wanted = fold(text, ignoreCase);
  return {
    pattern: describe('prefix', text, ignoreCase),
    matches: (value) => fold(value, ignoreCase).startsWith(wanted),
  };
}

/** Ends with `text`. */
export function suffixTest(text: string, ignoreCase = false): TextTest {
  const wanted = fold(text, ignoreCase);
  return {
    pattern: describe('suffix', text, ignoreCase),
    matches: (value) => fold(value, ignoreCase).endsWith(wanted),
  };
}

/** A regular expression in the syntax that RE2 and JavaScript share, matched whole. */
export function regexTest(source: string): TextTest {
  const expression = new RegExp(`^(?:${source})$`);
  return { pattern: { form: 'regex', text: source }, matches: (text) => expression.test(text) };
}

/** Writes `text` so that a regular expression takes it literally. */
export function quoteRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function describe(form: Pattern['form'], text: string, ignoreCase: boolean): Pattern {
  return ignoreCase ? { form, text, ignoreCase } : { form, text };
}

/** Envoy folds ASCII letters only. */
function fold(text: string, ignoreCase: boolean): string {
  return ignoreCase ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}
