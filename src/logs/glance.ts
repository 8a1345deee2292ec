/** What a look at the bytes of a line says of it, before it is taken apart. */
export interface Glance {
  /** Whether a token may stand in it, or a colour, inside which one may. */
  readonly mayHoldSecret: boolean;
  readonly hasBrace: boolean;
}

const glances: readonly Glance[] = [
  { mayHoldSecret: false, hasBrace: false },
  { mayHoldSecret: true, hasBrace: false },
  { mayHoldSecret: false, hasBrace: true },
  { mayHoldSecret: true, hasBrace: true },
];

/** Bytes at which there is something to see: few of them stand in most lines. */
const marks = new Uint8Array(256);
const questionMark = 63;
const escapeByte = 27;
const brace = 123;
const letterJ = 74;
const letterY = 121;
const letterB = 98;
const lowerCase = 32;
for (const mark of [questionMark, escapeByte, brace, letterJ, letterB, letterB - lowerCase]) marks[mark] = 1;

/** Looks once at every byte: each line that holds a hint passes here, and several searches in its text take longer. */
export function glanceAt(bytes: Uint8Array, from: number, to: number): Glance {
  let secret = 0;
  let braces = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at]!;
    if (marks[byte] === 0) continue;
    if (byte === brace) braces = 2;
    // JSON Web Tokens begin with `eyJ`.
    else if (byte === letterJ) secret |= bytes[at - 1] === letterY ? 1 : 0;
    else if (byte === questionMark || byte === escapeByte) secret = 1;
    else if (mayBeScheme(bytes, at)) secret = 1;
  }
  return glances[secret | braces]!;
}

/** `Bearer` or `Basic`, in any case, by its next two letters. */
function mayBeScheme(bytes: Uint8Array, at: number): boolean {
  const second = bytes[at + 1]! | lowerCase;
  const third = bytes[at + 2]! | lowerCase;
  return (second === 101 && third === 97) || (second === 97 && third === 115);
}
