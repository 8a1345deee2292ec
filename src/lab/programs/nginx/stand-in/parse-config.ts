/** A directive with its block, as it stands in a file. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block?: readonly Directive[];
  readonly file: string;
  readonly line: number;
}

/** What is wrong with a configuration, with file and line, in nginx' own form. */
export class ConfigError extends Error {
  constructor(message: string, { file, line }: { readonly file: string; readonly line: number }) {
    super(`${message} in ${file}:${line}`);
  }
}

type Token = { readonly kind: 'word' | ';' | '{' | '}'; readonly text: string; readonly line: number };

/** Reads the directives of one file. Includes stay as they are. Throws a ConfigError. Source: ngx_conf_read_token. */
export function parseConfig(text: string, file: string): readonly Directive[] {
  const tokens = tokensOf(text, file);
  let at = 0;
  const readBlock = (depth: number): Directive[] => {
    const directives: Directive[] = [];
    let words: Token[] = [];
    for (; at < tokens.length; at++) {
      const token = tokens[at]!;
      const where = { file, line: token.line };
      if (token.kind === 'word') {
        words.push(token);
        continue;
      }
      if (token.kind === '}') {
        if (words.length > 0 || depth === 0) throw new ConfigError('unexpected "}"', where);
        return directives;
      }
      const [first, ...rest] = words;
      if (first === undefined) throw new ConfigError(`unexpected "${token.kind}"`, where);
      const head = { name: first.text, args: rest.map((word) => word.text), file, line: first.line };
      if (token.kind === '{') at++;
      directives.push(token.kind === '{' ? { ...head, block: readBlock(depth + 1) } : head);
      words = [];
    }
    const end = { file, line: lineAt(text, text.length) };
    if (depth > 0) throw new ConfigError('unexpected end of file, expecting "}"', end);
    if (words.length > 0) throw new ConfigError('unexpected end of file, expecting ";" or "}"', end);
    return directives;
  };
  return readBlock(0);
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** Blanks, a comment, a mark, a quoted word, or a bare word, in which `${name}` belongs together. */
const piece =
  /(\s+)|#[^\n]*|([;{}])|"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|((?:\$\{[^}\s]*\}|\\[\s\S]|[^\s;{"'\\}]|(?<=[^\s;{])["'}])+)/y;

function tokensOf(text: string, file: string): readonly Token[] {
  const tokens: Token[] = [];
  piece.lastIndex = 0;
  while (piece.lastIndex < text.length) {
    const start = piece.lastIndex;
    const match = piece.exec(text);
    const line = lineAt(text, start);
    if (match === null)
      throw new ConfigError('unexpected end of file, expecting a closing quote', { file, line });
    const [, , mark, double, single, bare] = match;
    const word = double ?? single ?? bare;
    if (mark !== undefined) tokens.push({ kind: mark as ';', text: mark, line });
    else if (word !== undefined) tokens.push({ kind: 'word', text: withoutBackslashes(word), line });
  }
  return tokens;
}

const escapes: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' };

/** A backslash takes its meaning from a quote, a backslash, t, r and n; before anything else both stay. */
function withoutBackslashes(word: string): string {
  return word.replace(/\\([\s\S])/g, (whole, next: string) =>
    /["'\\]/.test(next) ? next : (escapes[next] ?? whole),
  );
}
