import { usageError } from './exit.ts';

type Claims = Record<string, unknown>;

/** Claims that are always text, whatever they look like. */
const textClaims = new Set(['iss', 'sub']);

/**
 * Reads `key=value` flags as the claims of a token. Dots in a key lead into objects (`realm.role=x`), but for a key with `/` or `:`, which is one name;
 * `[a.b][c]=x` writes each name in brackets. A value that is JSON is that (`5`, `true`, `["a"]`), any other is text; `iss` and `sub` are always text.
 * A key that comes again makes a list. Throws a usage error.
 */
export function readClaims(flags: readonly string[]): Claims {
  const claims = newClaims();
  for (const flag of flags) {
    const { path, text } = splitClaim(flag);
    const value = path.length === 1 && textClaims.has(path[0]!) ? text : readValue(text);
    addClaim(claims, path, value, flag);
  }
  return claims;
}

function splitClaim(flag: string): { readonly path: readonly string[]; readonly text: string } {
  const bracketed = /^((?:\[[^\]]+\])+)=(.*)$/s.exec(flag);
  if (bracketed !== null) {
    const [, names = '', text = ''] = bracketed;
    return { path: names.slice(1, -1).split(']['), text };
  }
  const equals = flag.indexOf('=');
  if (equals < 1) throw usageError(`cannot read --claim ${JSON.stringify(flag)}: write key=value`);
  const key = flag.slice(0, equals);
  const path = /[/:]/.test(key) ? [key] : key.split('.');
  return { path, text: flag.slice(equals + 1) };
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function addClaim(claims: Claims, path: readonly string[], value: unknown, flag: string): void {
  let inside = claims;
  for (const name of path.slice(0, -1)) {
    const next = inside[name] ?? newClaims();
    if (typeof next !== 'object' || next === null || Array.isArray(next)) {
      throw usageError(`--claim ${JSON.stringify(flag)}: ${name} is not an object`);
    }
    inside[name] = next;
    inside = next as Claims;
  }
  const last = path.at(-1)!;
  const before = inside[last];
  if (before === undefined) inside[last] = value;
  else inside[last] = [...(Array.isArray(before) ? before : [before]), value];
}

/** Without a prototype: a claim may be called `constructor`. */
function newClaims(): Claims {
  return Object.create(null);
}
