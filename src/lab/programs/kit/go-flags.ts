/** What a flag takes. Booleans may stand alone. */
export type FlagKind = 'number' | 'string' | 'boolean';

export interface Flags {
  readonly values: ReadonlyMap<string, string | number | boolean>;
  /** Words that are no flags. */
  readonly words: readonly string[];
}

/** A flag that a program does not have, or a value that it cannot take; the message is pflag's. */
export class FlagError extends Error {}

/** Reads `--name=value`, `--name value` and `--switch`, as pflag does, and Go's own `flag` with one dash. Throws a FlagError. */
export function parseFlags(args: readonly string[], kinds: Readonly<Record<string, FlagKind>>): Flags {
  const values = new Map<string, string | number | boolean>();
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [, name, given] = /^--?([A-Za-z][\w-]*)(?:=([\s\S]*))?$/.exec(args[i]!) ?? [];
    if (name === undefined) {
      words.push(args[i]!);
      continue;
    }
    const kind = kinds[name];
    if (kind === undefined) throw new FlagError(`unknown flag: --${name}`);
    const text = given ?? (kind === 'boolean' ? 'true' : args[++i]);
    if (text === undefined) throw new FlagError(`flag needs an argument: --${name}`);
    values.set(name, flagValue(name, kind, text));
  }
  return { values, words };
}

function flagValue(name: string, kind: FlagKind, text: string): string | number | boolean {
  if (kind === 'string') return text;
  const valid = kind === 'number' ? /^-?\d+$/.test(text) : /^(true|false|1|0|t|f)$/i.test(text);
  if (!valid) throw new FlagError(`invalid argument "${text}" for "--${name}" flag`);
  return kind === 'number' ? Number(text) : /^(true|1|t)$/i.test(text);
}
