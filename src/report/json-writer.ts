/** Writes members of JSON objects one after another, for reports of millions of small objects. */
export interface JsonWriter {
  /** ASCII text as it is. */
  readonly raw: (text: string) => void;
  /** ASCII text that ends before a value (`,"name":`), and the value. */
  readonly text: (before: string, value: string) => void;
  readonly number: (before: string, value: number) => void;
  /** Makes an object of the members since `place`: the comma there becomes its brace. */
  readonly enclose: (place: number) => void;
  /** Where the next byte goes. */
  readonly place: () => number;
  /** What was written since the last time. */
  readonly take: () => string;
}

/** Bytes of a character at most: `\u0000`, which is more than UTF-8 takes. */
const widest = 6;
const openingBrace = 123;
const quote = 34;
const backslash = 92;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A writer that keeps bytes: to join as many short strings, and to encode what was joined, takes longer. */
export function jsonWriter(): JsonWriter {
  let bytes = new Uint8Array(256 * 1024);
  let end = 0;

  const raw = (text: string): void => {
    makeRoom(text.length);
    const into = bytes;
    let at = end;
    for (let index = 0; index < text.length; index += 1) into[at++] = text.charCodeAt(index);
    end = at;
  };

  const makeRoom = (more: number): void => {
    if (end + more <= bytes.length) return;
    const wider = new Uint8Array(2 * (end + more));
    wider.set(bytes);
    bytes = wider;
  };

  return {
    raw,
    text: (before, value) => {
      makeRoom(before.length + widest * value.length + 2);
      raw(before);
      const into = bytes;
      let at = end;
      into[at++] = quote;
      for (let index = 0; index < value.length; index += 1) {
        const code = value.charCodeAt(index);
        if (code < 32 || code > 126 || code === quote || code === backslash) {
          end += encoder.encodeInto(JSON.stringify(value), into.subarray(end)).written;
          return;
        }
        into[at++] = code;
      }
      into[at++] = quote;
      end = at;
    },
    number: (before, value) => {
      raw(before);
      raw(String(value));
    },
    enclose: (place) => {
      if (place === end) return raw('{}');
      bytes[place] = openingBrace;
      raw('}');
    },
    place: () => end,
    take: () => {
      const text = decoder.decode(bytes.subarray(0, end));
      end = 0;
      return text;
    },
  };
}
