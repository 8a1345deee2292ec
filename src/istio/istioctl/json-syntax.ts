type Last = 'nothing' | '{' | '[' | 'name' | ',' | 'value';

/**
 * Why a text is not a JSON object, in the words of the library with which istioctl reads a config dump; to be asked only of a text that JSON.parse refuses or that is
 * no object. Source: protobuf's encoding/protojson and internal/encoding/json.
 */
export function jsonSyntaxFailure(text: string): string {
  const open: string[] = [];
  let last: Last = 'nothing';
  let at = skipBlanks(text, 0);
  if (at === text.length) return syntax(text, at, 'unexpected token ');
  for (; at < text.length; at = skipBlanks(text, at)) {
    const start = at;
    const token = readToken(text, start);
    if ('failure' in token) return token.failure;
    const { raw } = token;
    at = start + raw.length;
    const unexpected = syntax(text, start, `unexpected token ${raw}`);
    const top = open.at(-1);
    const valueNext =
      top === undefined ? last === 'nothing' : top === '{' ? last === 'name' : last === '[' || last === ',';
    if (raw === '{' || raw === '[') {
      if (!valueNext || (open.length === 0 && raw === '[')) return unexpected;
      open.push(raw);
      last = raw;
    } else if (raw === '}' || raw === ']') {
      if (top !== (raw === '}' ? '{' : '[') || last === ',' || last === 'name') return unexpected;
      open.pop();
      last = 'value';
    } else if (raw === ',') {
      if (top === undefined || last !== 'value') return unexpected;
      last = ',';
    } else if (valueNext) {
      if (top === undefined) return unexpected;
      last = 'value';
    } else {
      if (!raw.startsWith('"') || top !== '{' || (last !== '{' && last !== ',')) return unexpected;
      at = skipBlanks(text, at);
      if (at === text.length) break;
      if (text[at] !== ':')
        return syntax(text, at, `unexpected character ${text[at]}, missing ":" after field name`);
      at++;
      last = 'name';
    }
  }
  return unexpectedEnd;
}

const unexpectedEnd = 'proto: unexpected EOF';

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \n\r\t'.includes(text[at]!)) at++;
  return at;
}

function readToken(text: string, at: number): { readonly raw: string } | { readonly failure: string } {
  const first = text[at]!;
  if ('{}[],'.includes(first)) return { raw: first };
  if (first === '"') return readString(text, at);
  const pattern = /(?:null|true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![-+._a-zA-Z0-9])/y;
  pattern.lastIndex = at;
  const [raw] = pattern.exec(text) ?? [];
  if (raw !== undefined) return { raw };
  const [found = first] = /^(?:[-+._a-zA-Z0-9]{1,32}|.)/u.exec(text.slice(at, at + 40)) ?? [];
  return { failure: syntax(text, at, `invalid value ${found}`) };
}

function readString(text: string, start: number): { readonly raw: string } | { readonly failure: string } {
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') return { raw: text.slice(start, at + 1) };
    if (character < ' ') {
      const said = JSON.stringify(character).slice(1, -1).replace('\\u00', '\\x');
      return { failure: syntax(text, start, `invalid character '${said}' in string`) };
    }
    if (character !== '\\') continue;
    const next = text[at + 1];
    const length = next === 'u' ? 6 : 2;
    if (at + length > text.length) break;
    const code = text.slice(at, at + length);
    if (!/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})$/.test(code))
      return { failure: syntax(text, start, `invalid escape code ${JSON.stringify(code)} in string`) };
    at += length - 1;
  }
  return { failure: unexpectedEnd };
}

function syntax(text: string, at: number, what: string): string {
  const lines = text.slice(0, at).split('\n');
  const column = [...lines.at(-1)!].length + 1;
  return `proto: syntax error (line ${lines.length}:${column}): ${what}`;
}
