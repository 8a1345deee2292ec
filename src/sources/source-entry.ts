import {
  boolean,
  list,
  map,
  type Reader,
  type Reading,
  record,
  report,
  text,
  valueText,
} from '../manifest/index.ts';
import type { FieldPath, Span } from '../model/index.ts';
import type { YamlNode } from '../yaml/index.ts';
import type { ProjectSource } from './project.ts';
import { helmArgument, namespaceName, operand } from './scalar-fields.ts';

/** An entry of `sources`: its kind is told by the one field that names what to read. */
export const sourceEntry: Reader<ProjectSource> = (node, path, reading) => {
  const keys = node.kind === 'mapping' ? node.entries.map(({ key }) => key) : [];
  const kinds = Object.keys(entryReaders).filter((kind) => keys.includes(kind));
  const read = entryReaders[kinds[0] ?? ''] ?? undecided;
  if (kinds.length > 1) {
    report(
      reading,
      node.start,
      node.end,
      `one source cannot be ${kinds.join(' and ')}: make it ${kinds.length} entries`,
    );
    return undefined;
  }
  return read(node, path, reading, { source: reading.source, start: node.start, end: node.end });
};

/** An entry of a test file's `manifests`: what `sources` takes, or the path alone. */
export const manifestEntry: Reader<ProjectSource> = (node, path, reading) => {
  if (node.kind !== 'scalar') return sourceEntry(node, path, reading);
  const span = { source: reading.source, start: node.start, end: node.end };
  const name = operand(node, path, reading);
  return name === undefined ? undefined : { kind: 'path', span, path: name, recursive: false };
};

type EntryReader = (
  node: YamlNode,
  path: FieldPath,
  reading: Reading,
  span: Span,
) => ProjectSource | undefined;

const variables = map(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  'the name of a variable (letters, digits and _, and no digit first)',
  valueText,
);
const files = record({ path: operand, recursive: boolean, namespace: namespaceName });
const template = record({
  template: operand,
  env: variables,
  envOnly: boolean,
  recursive: boolean,
  namespace: namespaceName,
});
const helm = record({
  helm: operand,
  release: operand,
  values: list(operand),
  set: list(text('NAME=VALUE', /^[^=]+=/)),
  args: list(helmArgument),
  namespace: namespaceName,
});
const kustomize = record({ kustomize: operand, namespace: namespaceName });
const anyEntry = record({ path: operand, template: operand, helm: operand, kustomize: operand });

const entryReaders: Readonly<Record<string, EntryReader>> = {
  path(node, at, reading, span) {
    const { path, recursive = false, ...rest } = files(node, at, reading) ?? {};
    return path === undefined ? undefined : { kind: 'path', span, path, recursive, ...rest };
  },
  template(node, at, reading, span) {
    const entry = template(node, at, reading) ?? {};
    const { template: path, env = new Map(), envOnly = false, recursive = false, ...rest } = entry;
    if (path === undefined) return undefined;
    const values = new Map([...env].map(([name, value]) => [name, value ?? undefined]));
    return { kind: 'template', span, path, recursive, env: values, envOnly, ...rest };
  },
  helm(node, at, reading, span) {
    const { helm: chart, values = [], set = [], args = [], ...rest } = helm(node, at, reading) ?? {};
    return chart === undefined ? undefined : { kind: 'helm', span, chart, values, set, args, ...rest };
  },
  kustomize(node, at, reading, span) {
    const { kustomize: path, ...rest } = kustomize(node, at, reading) ?? {};
    return path === undefined ? undefined : { kind: 'kustomize', span, path, ...rest };
  },
};

/** Tells what is wrong with an entry that names nothing to read: often a misspelt field. */
function undecided(node: YamlNode, path: FieldPath, reading: Reading): undefined {
  const before = reading.diagnostics.length;
  anyEntry(node, path, reading);
  if (reading.diagnostics.length > before) return undefined;
  report(reading, node.start, node.end, 'a source needs one of path, template, helm and kustomize');
  return undefined;
}
