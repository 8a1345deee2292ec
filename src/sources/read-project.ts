import { resolve } from 'node:path';
import {
  boolean,
  count,
  list,
  type OwnFileKind,
  oneOf,
  openOwnFile,
  type Reading,
  record,
  text,
} from '../manifest/index.ts';
import type { Diagnostic, Source } from '../model/index.ts';
import type { Project } from './project.ts';
import { readFileText } from './read-file-text.ts';
import { addressRange, assumption, kindName, namespaceName } from './scalar-fields.ts';
import { sourceEntry } from './source-entry.ts';

/** A project file, or what is wrong with it. */
export interface ProjectResult {
  /** Absent when anything in the file is wrong: half of the settings could turn a verdict around. */
  readonly project?: Project;
  readonly diagnostics: readonly Diagnostic[];
}

const projectFile: OwnFileKind = { words: 'project file', kind: 'Sources', code: 'PC1113' };

/** Reads the project file at `path`; diagnostics call it `name`, its path from `cwd` if nothing is said. Decoding is strict; nothing throws. */
export async function readProject(
  path: string,
  cwd: string = process.cwd(),
  name?: string,
): Promise<ProjectResult> {
  const read = readFileText(path, cwd, name);
  if ('fault' in read) return { diagnostics: [read.fault] };
  return decodeProject(read.source, resolve(cwd, path));
}

/** Decodes the text of the project file that stands at `path`. */
export function decodeProject(source: Source, path: string): ProjectResult {
  const opened = openOwnFile(source, projectFile);
  if ('diagnostics' in opened) return opened;
  const reading: Reading = { source, code: 'PC1110', diagnostics: [] };
  const values = fields(opened.root, [], reading);
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
