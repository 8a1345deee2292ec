import { usageError } from './exit.ts';

/** Headers by name as first written, and the Host header, which is no header among others. */
export interface HeaderFlags {
  readonly host: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** Reads `Name: value` flags. White space around a value is not part of it; a name that comes again makes a list. Throws a usage error. */
export function readHeaders(flags: readonly string[]): HeaderFlags {
  const headers: Record<string, string | readonly string[]> = Object.create(null);
  const spelling = new Map<string, string>();
  let host: string | undefined;
  for (const flag of flags) {
    const parts = /^([!#$%&'*+.^_`|~\w-]+):(.*)$/.exec(flag);
    if (parts === null) {
      throw usageError(`cannot read --header ${JSON.stringify(flag)}: write 'Name: value' on one line`);
    }
    const [, name = '', text = ''] = parts;
    const value = text.trim();
    if (name.toLowerCase() === 'host') {
      host = value;
      continue;
    }
    const key = spelling.get(name.toLowerCase()) ?? name;
    spelling.set(name.toLowerCase(), key);
    const before = headers[key];
    if (before === undefined) headers[key] = value;
    else headers[key] = [...(typeof before === 'string' ? [before] : before), value];
  }
  return { host, headers };
}
