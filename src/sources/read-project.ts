import { resolve } from 'node:path';
import type { Diagnostic, Source, Span } from '../model/index.ts';
import { type MappingNode, readDocuments, type YamlDocument } from '../yaml/index.ts';
import { relativeName } from './names.ts';
import type { Project } from './project.ts';
import { readBytes } from './read.ts';
import { boolean, count, fieldOf, list, oneOf, type Reading, record, text } from './read-fields.ts';
import { addressRange, assumption, kindName, namespaceName } from './scalar-fields.ts';
import { sourceEntry } from './source-entry.ts';
import { readText } from './text.ts';

/** A project file, or what is wrong with it. */
export interface ProjectResult {
  /** Absent when anything in the file is wrong: half of the settings could turn a verdict around. */
  readonly project?: Project;
  readonly diagnostics: readonly Diagnostic[];
}

/** The `apiVersion` and `kind` of a project file. */
const apiVersion = 'portcullis.dev/v1alpha1';
const kind = 'Sources';

/** Reads the project file at `path`; diagnostics call it by its path from `cwd`. Decoding is strict; nothing throws. */
export async function readProject(path: string, cwd: string = process.cwd()): Promise<ProjectResult> {
  const absolute = resolve(cwd, path);
  const name = relativeName(cwd, absolute);
  const read = readBytes(absolute, name);
  if ('fault' in read) return { diagnostics: [read.fault] };
  const decoded = readText(name, read.bytes);
  if ('fault' in decoded) return { diagnostics: [decoded.fault] };
  return decodeProject(decoded.source, absolute);
}

/** Decodes the text of the project file that stands at `path`. */
export function decodeProject(source: Source, path: string): ProjectResult {
  const documents = [...readDocuments(source.text)];
  const broken = documents.flatMap((document) => brokenYaml(document, source));
  if (broken.length > 0) return { diagnostics: broken };
  const roots = documents.flatMap(({ root }) => root ?? []);
  const [root, second] = roots;
  if (second !== undefined) {
    return refuse('a project file has one document, and this is another', { source, ...rangeOf(second) });
  }
  if (root?.kind !== 'mapping') {
    const span = { source, start: 0, end: 0, ...(root && rangeOf(root)) };
    return refuse(
      `this is not a project file: apiVersion: ${apiVersion} and kind: ${kind} are missing`,
      span,
    );
  }
  const foreign = foreignObject(root, source);
  if (foreign !== undefined) return foreign;
  const reading: Reading = { source, diagnostics: [] };
  const values = fields(root, [], reading);
  if (values === undefined || reading.diagnostics.length > 0) return { diagnostics: reading.diagnostics };
  const { sources = [], mesh = {}, assume = [], ignoreKinds = [], podCIDRs, cni } = values;
  const { externalAuthorizers = [], ...settings } = mesh;
  return {
    project: {
      path,
      sources,
      mesh: settings,
      authorizers: externalAuthorizers.flatMap(({ name, ...rest }) =>
        name === undefined ? [] : { name, ...rest },
      ),
      assume,
      ignoreKinds,
      ...(podCIDRs && { podCIDRs }),
      ...(cni !== undefined && { cni }),
    },
    diagnostics: [],
  };
}

const fields = record({
  apiVersion: text(),
  kind: text(),
  sources: list(sourceEntry),
  mesh: record({
    rootNamespace: namespaceName,
    trustDomain: text(),
    trustDomainAliases: list(text()),
    pathNormalization: oneOf('NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'),
    enableAutoMtls: boolean,
    validatePeerTrustDomain: boolean,
    injectByDefault: boolean,
    revisions: list(namespaceName),
    ambient: boolean,
    selectorPoliciesOnGateways: boolean,
    multipleAuthorizers: boolean,
    ambientDryRun: boolean,
    trustedProxies: count,
    externalAuthorizers: list(
      record({ name: text(), protocol: oneOf('http', 'grpc'), answer: oneOf('allow', 'deny') }, ['name']),
    ),
  }),
  podCIDRs: list(addressRange),
  cni: text(),
  assume: list(assumption),
  ignoreKinds: list(kindName),
});

/** The text is no project file at all: of another kind, or of a version that is not read. */
function foreignObject(root: MappingNode, source: Source): ProjectResult | undefined {
  for (const [field, wanted] of Object.entries({ apiVersion, kind })) {
    const node = fieldOf(root, field);
    if (node === undefined) {
      return refuse(`this is not a project file: ${field}: ${wanted} is missing`, {
        source,
        ...rangeOf(root),
      });
    }
    if (node.kind !== 'scalar' || node.value !== wanted) {
      return refuse(`${field} of a project file must be ${wanted}`, { source, ...rangeOf(node) });
    }
  }
  return undefined;
}

/** A key set twice is an error here: only the last would count, and nobody could tell that it was meant. */
function brokenYaml(document: YamlDocument, source: Source): Diagnostic[] {
  return document.problems
    .filter(
      ({ severity, code }) => severity === 'error' || code === 'duplicate-key' || code === 'clashing-keys',
    )
    .map(({ message, start, end, help }) => ({
      code: 'PC1113',
      severity: 'error' as const,
      message,
      span: { source, start, end },
      ...(help !== undefined && { help }),
    }));
}

function refuse(message: string, span: Span): ProjectResult {
  return { diagnostics: [{ code: 'PC1113', severity: 'error', message, span }] };
}

function rangeOf({ start, end }: { readonly start: number; readonly end: number }): {
  start: number;
  end: number;
} {
  return { start, end };
}
