/** A field that was found in broken braces: `['metadata', 'name']` and its text. */
export interface FlowField {
  /** Keys alone; places in lists are left out, and keys in between that are very deep. */
  readonly path: readonly string[];
  readonly value: string;
}

// Quotes that are not closed end with their line.
const TOKEN =
  /(?<=^|\s)#.*|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\n]|'')*'?|[{}[\],]|:(?=[\s"'{}[\],]|$)|[^\s{}[\],"':#](?:[^\s{}[\],:]|:(?![\s{}[\],]|$))*|[:#]/g;

const mostKeys = 8;

/**
 * The fields with a single value in JSON, or in YAML in braces, that need not be right: what is missing or too much goes unnoticed, and paths behind it are
 * then deeper or flatter than they were meant. Never throws.
 */
export function* readFlowFields(text: string): Generator<FlowField> {
  const path: string[] = [];
  let words: string[] = [];
  let key: string | undefined;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.length > 1 && token.startsWith('#')) continue;
    if (token === ':') {
      // Two words before a colon are a value and the next key, where a comma is missing.
      const next = words.pop() ?? '';
      if (key !== undefined && words.length > 0) yield { path: withKey(path, key), value: words.join(' ') };
      key = next;
      words = [];
      continue;
    }
    if (!/^[{}[\],]$/.test(token)) {
      words.push(unquote(token));
      continue;
    }
    if (key !== undefined && words.length > 0) yield { path: withKey(path, key), value: words.join(' ') };
    if (token === '{' || token === '[') path.push(key ?? '');
    else if (token !== ',') path.pop();
    key = undefined;
    words = [];
  }
  if (key !== undefined && words.length > 0) yield { path: withKey(path, key), value: words.join(' ') };
}

function withKey(path: readonly string[], key: string): readonly string[] {
  return [...path.slice(0, mostKeys), key].filter((part) => part !== '');
}

function unquote(token: string): string {
  return /^(["'])(.*)\1$/s.exec(token)?.[2] ?? token;
}
