/** As much of an object as lines of a text tell that nobody can parse. */
export interface BrokenPiece {
  readonly apiVersion: string | undefined;
  readonly kind: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

const unknownPiece: BrokenPiece = {
  apiVersion: undefined,
  kind: undefined,
  namespace: undefined,
  name: undefined,
};

/**
 * Guesses which object a refused text was meant to be, from the lines that look like its top-level `apiVersion`, `kind` and `metadata`.
 * A list, or two kinds in one piece, could hold anything: then nothing is said.
 */
export function identifyBrokenPiece(text: string): BrokenPiece {
  if (/^\s*\{/.test(text)) return identifyJson(text);
  const kinds = new Set([...text.matchAll(/^kind:[ \t]*(\S.*)$/gm)].map((match) => plainValue(match[1]!)));
  const [kind] = kinds;
  if (kinds.size > 1 || (kind?.endsWith('List') ?? false)) return unknownPiece;
  const apiVersion = /^apiVersion:[ \t]*(\S.*)$/m.exec(text)?.[1];
  const metadata = findMetadata(text);
  return {
    apiVersion: apiVersion === undefined ? undefined : plainValue(apiVersion),
    kind,
    namespace: metadata.get('namespace'),
    name: metadata.get('name'),
  };
}

/** The fields one step below `metadata:`, written as a block or in braces on one line. */
function findMetadata(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const [, inline = '', block = ''] =
    /^metadata:(.*)\n?((?:[ \t]+\S.*\n?|[ \t]*(?:#.*)?\n)*)/m.exec(text) ?? [];
  for (const [, key, value] of inline.matchAll(/[{,]\s*(name|namespace):\s*([^,}\s]+)/g)) {
    fields.set(key!, plainValue(value!));
  }
  const indent = /^([ \t]+)\S/m.exec(block)?.[1] ?? '';
  for (const line of block.split('\n')) {
    if (!line.startsWith(indent)) continue;
    const [, key, value] = /^(name|namespace):[ \t]*(\S.*)$/.exec(line.slice(indent.length)) ?? [];
    if (key !== undefined && value !== undefined) fields.set(key, plainValue(value));
  }
  return fields;
}

function identifyJson(text: string): BrokenPiece {
  const stringAt = (key: string): string | undefined =>
    new RegExp(`"${key}"\\s*:\\s*"([^"\\\\]*)"`).exec(text)?.[1];
  const kind = stringAt('kind');
  if (kind === undefined || kind.endsWith('List')) return unknownPiece;
  return {
    apiVersion: stringAt('apiVersion'),
    kind,
    namespace: stringAt('namespace'),
    name: stringAt('name'),
  };
}

function plainValue(text: string): string {
  const quoted = /^(["'])(.*?)\1/.exec(text)?.[2];
  return quoted ?? text.replace(/\s#.*$/, '').trim();
}
