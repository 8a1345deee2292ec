import { type FlowField, readFlowFields } from './flow-fields.ts';

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

/** A brace is the first thing in the text, but for comments and a marker. */
const braceFirst = /^\ufeff?(?:\s|#.*\n|---(?=\s))*\{/;

/**
 * Guesses which object a refused text was meant to be, from the lines that look like its top-level `apiVersion`, `kind` and `metadata`.
 * A list, two kinds in one piece, or a kind that is no word could be anything: then nothing is said.
 */
export function identifyBrokenPiece(text: string): BrokenPiece {
  if (braceFirst.test(text)) return identifyFlow(text);
  const kinds = new Set([...text.matchAll(/^kind:[ \t]*(\S.*)$/gm)].map((match) => plainValue(match[1]!)));
  const [kind] = kinds;
  if (kind === undefined || kinds.size > 1 || !isOneKind(kind)) return unknownPiece;
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

/**
 * The same for JSON and for YAML in braces. Kinds further in are mostly references; beside a second apiVersion they may be those of an object of its own,
 * which a missing brace made part of this one.
 */
function identifyFlow(text: string): BrokenPiece {
  const fields = [...readFlowFields(text)];
  const all = fields.filter(({ path }) => path.at(-1) === 'kind');
  const own = all.filter(({ path }) => path.length === 1);
  const versions = fields.filter(({ path }) => path.at(-1) === 'apiVersion');
  const kinds = new Set((versions.length > 1 ? all : own).map(({ value }) => value));
  const [kind] = kinds;
  if (kind === undefined || own.length === 0 || kinds.size > 1 || !isOneKind(kind)) return unknownPiece;
  return {
    apiVersion: onlyValue(fields, 'apiVersion'),
    kind,
    namespace: onlyValue(fields, 'metadata.namespace'),
    name: onlyValue(fields, 'metadata.name'),
  };
}

/** undefined where there is none, or several that differ. */
function onlyValue(fields: readonly FlowField[], path: string): string | undefined {
  const [value, ...others] = new Set(
    fields.filter((field) => field.path.join('.') === path).map((field) => field.value),
  );
  return others.length === 0 ? value : undefined;
}

/** False for a list, and for what broke off in the middle or never was a kind. */
function isOneKind(kind: string): boolean {
  return /^[A-Za-z][A-Za-z0-9]*$/.test(kind) && !kind.endsWith('List');
}

function plainValue(text: string): string {
  const quoted = /^(["'])(.*?)\1/.exec(text)?.[2];
  return quoted ?? text.replace(/\s#.*$/, '').trim();
}
