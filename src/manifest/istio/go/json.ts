import { escapeText } from './quote.ts';

/** JSON with the order of its members and repeated names kept. The kinds are the words of Go's errors. */
export type JsonTree =
  | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, value: JsonTree])[] }
  | { readonly kind: 'array'; readonly items: readonly JsonTree[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number' | 'bool' | 'null'; readonly text: string };

export type JsonResult =
  | { readonly value: JsonTree; readonly rest: string }
  | { readonly error: string }
  | { readonly ended: 'before a value' | 'within a value' };

/**
 * Reads the first JSON value of a text as Go's encoding/json does, with its words for what is wrong; what follows the value is `rest`.
 * A text that ends too early is told apart, as Go's Decoder and Unmarshal call that differently.
 */
export function readJson(text: string): JsonResult {
  const reader = new Reader(text);
  reader.skipSpace();
  if (reader.done()) return { ended: 'before a value' };
  const value = reader.readValue();
  if (value !== undefined) return { value, rest: text.slice(reader.position) };
  return reader.error === undefined ? { ended: 'within a value' } : { error: reader.error };
}

/** `'x'`, as Go prints the byte that it did not expect: of a character beyond ASCII the first byte of its UTF-8. */
export function quoteByte(character: string): string {
  const byte = String.fromCharCode(new TextEncoder().encode(character)[0]!);
  if (byte === "'") return "'\\''";
  return byte === '"' ? `'"'` : `'${escapeText(byte)}'`;
}

/** A method that reads gives undefined on failure: `error` says what is wrong, or stays undefined where the text ended. */
class Reader {
  readonly text: string;
  position = 0;
  error: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  done(): boolean {
    return this.position >= this.text.length;
  }

  skipSpace(): void {
    while (/^[ \t\r\n]$/.test(this.text[this.position] ?? '')) this.position++;
  }

  /** The next character that is not white space; undefined at the end. Does not consume it. */
  peek(): string | undefined {
    this.skipSpace();
    return this.done() ? undefined : String.fromCodePoint(this.text.codePointAt(this.position)!);
  }

  fail(character: string, context: string): undefined {
    this.error = `invalid character ${quoteByte(character)} ${context}`;
    return undefined;
  }

  readValue(): JsonTree | undefined {
    const first = this.peek();
    if (first === undefined) return undefined;
    if (first === '{') return this.readObject();
    if (first === '[') return this.readArray();
    if (first === '"') return this.readString();
    if (first === '-' || /^[0-9]$/.test(first)) return this.readNumber();
    if (first === 't') return this.readWord('true', 'bool');
    if (first === 'f') return this.readWord('false', 'bool');
    if (first === 'n') return this.readWord('null', 'null');
    return this.fail(first, 'looking for beginning of value');
  }

  readObject(): JsonTree | undefined {
    const members: (readonly [string, JsonTree])[] = [];
    this.position++;
    if (this.peek() === '}') {
      this.position++;
      return { kind: 'object', members };
    }
    for (;;) {
      const quote = this.peek();
      if (quote === undefined) return undefined;
      if (quote !== '"') return this.fail(quote, 'looking for beginning of object key string');
      const name = this.readString();
      if (name === undefined) return undefined;
      const colon = this.peek();
      if (colon === undefined) return undefined;
      if (colon !== ':') return this.fail(colon, 'after object key');
      this.position++;
      const value = this.readValue();
      if (value === undefined) return undefined;
      members.push([name.text, value]);
      const next = this.peek();
      if (next === undefined) return undefined;
      if (next !== ',' && next !== '}') return this.fail(next, 'after object key:value pair');
      this.position++;
      if (next === '}') return { kind: 'object', members };
    }
  }

  readArray(): JsonTree | undefined {
    const items: JsonTree[] = [];
    this.position++;
    if (this.peek() === ']') {
      this.position++;
      return { kind: 'array', items };
    }
    for (;;) {
      const value = this.readValue();
      if (value === undefined) return undefined;
      items.push(value);
      const next = this.peek();
      if (next === undefined) return undefined;
      if (next !== ',' && next !== ']') return this.fail(next, 'after array element');
      this.position++;
      if (next === ']') return { kind: 'array', items };
    }
  }

  readString(): { readonly kind: 'string'; readonly text: string } | undefined {
    const start = this.position++;
    while (!this.done()) {
      const character = this.text[this.position]!;
      if (character < ' ') return this.fail(character, 'in string literal');
      this.position++;
      if (character === '"') {
        return { kind: 'string', text: JSON.parse(this.text.slice(start, this.position)) as string };
      }
      if (character === '\\' && !this.readEscape()) return undefined;
    }
    return undefined;
  }

  readEscape(): boolean {
    if (this.done()) return false;
    const character = String.fromCodePoint(this.text.codePointAt(this.position)!);
    if (!'"\\/bfnrtu'.includes(character)) {
      this.fail(character, 'in string escape code');
      return false;
    }
    this.position++;
    if (character !== 'u') return true;
    for (let i = 0; i < 4; i++, this.position++) {
      if (this.done()) return false;
      const digit = String.fromCodePoint(this.text.codePointAt(this.position)!);
      if (!/^[0-9a-fA-F]$/.test(digit)) {
        this.fail(digit, 'in \\u hexadecimal character escape');
        return false;
      }
    }
    return true;
  }

  readNumber(): JsonTree | undefined {
    const start = this.position;
    if (this.text[this.position] === '-') this.position++;
    if (this.text[this.position] === '0') this.position++;
    else if (!this.readDigits('in numeric literal')) return undefined;
    if (this.text[this.position] === '.') {
      this.position++;
      if (!this.readDigits('after decimal point in numeric literal')) return undefined;
    }
    if (/^[eE]$/.test(this.text[this.position] ?? '')) {
      this.position++;
      if (/^[-+]$/.test(this.text[this.position] ?? '')) this.position++;
      if (!this.readDigits('in exponent of numeric literal')) return undefined;
    }
    return { kind: 'number', text: this.text.slice(start, this.position) };
  }

  readDigits(context: string): boolean {
    const digits = /^[0-9]*/.exec(this.text.slice(this.position))![0];
    if (digits === '' && !this.done()) {
      this.fail(String.fromCodePoint(this.text.codePointAt(this.position)!), context);
    }
    this.position += digits.length;
    return digits !== '';
  }

  readWord(word: string, kind: 'bool' | 'null'): JsonTree | undefined {
    for (const letter of word) {
      if (this.done()) return undefined;
      const character = String.fromCodePoint(this.text.codePointAt(this.position)!);
      if (character !== letter) {
        return this.fail(character, `in literal ${word} (expecting '${letter}')`);
      }
      this.position++;
    }
    return { kind, text: word };
  }
}
