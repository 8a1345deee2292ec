import { dirname, resolve } from 'node:path';
import type { Cluster } from '../cluster/index.ts';
import type { Diagnostic } from '../model/index.ts';
import { mapReach, type ReachMap } from '../reach/index.ts';
import { findProject, type ProjectSource } from '../sources/index.ts';
import type { Problem, TestFile } from '../testing/index.ts';
import { exitCodes, inputError, Refusal } from './exit.ts';
import { type Gathered, gatherCluster, gatherProject, namesSources, openProject } from './gather.ts';
import type { InputFlags } from './input-flags.ts';
import type { Terminal } from './terminal.ts';

/** The manifests that some test files share, read once. */
export interface ManifestGroup {
  readonly gathered: Gathered;
  readonly map: () => ReachMap;
  /** What was named, absolute: files, directories, charts, the project file. */
  readonly roots: readonly string[];
}

/** A test file with the place where it stands. */
export interface PlacedFile {
  /** Absolute. */
  readonly path: string;
  readonly file: TestFile<ProjectSource>;
}

/** Gives the manifests of test files, each set of them read once; a problem where they cannot be read. Throws usage errors. */
export function openGroups(
  flags: InputFlags,
  terminal: Terminal,
  tell: (diagnostics: readonly Diagnostic[]) => void,
): (placed: PlacedFile) => Promise<ManifestGroup | Problem> {
  const groups = new Map<string, Promise<ManifestGroup | Problem>>();
  return (placed) => {
    const own = flagsFor(placed, flags);
    const key = groupKey(placed, own);
    const known = groups.get(key) ?? open(placed, own, terminal, tell);
    groups.set(key, known);
    return known;
  };
}

/** The flags with the namespace of the file, which goes before -n. */
export function flagsFor({ file }: PlacedFile, flags: InputFlags): InputFlags {
  return file.namespace === undefined ? flags : { ...flags, namespace: file.namespace };
}

/** The project file that a test file without manifests of its own uses; undefined where flags name the sources. */
export function projectOf({ path, file }: PlacedFile, flags: InputFlags): string | undefined {
  if (file.manifests !== undefined || namesSources(flags) || flags.git !== undefined) return undefined;
  return findProject(dirname(path));
}

function groupKey(placed: PlacedFile, flags: InputFlags): string {
  const { path, file } = placed;
  const { manifests } = file;
  const sources =
    manifests === undefined
      ? (projectOf(placed, flags) ?? '')
      : [dirname(path), ...manifests.map((entry) => ({ ...entry, span: undefined }))];
  return JSON.stringify([sources, flags.namespace], (_, value) =>
    value instanceof Map ? [...value] : value,
  );
}

async function open(
  placed: PlacedFile,
  flags: InputFlags,
  terminal: Terminal,
  tell: (diagnostics: readonly Diagnostic[]) => void,
): Promise<ManifestGroup | Problem> {
  try {
    const { gathered, roots } = await gather(placed, flags, terminal, tell);
    return { gathered, map: mapOnce(gathered.cluster), roots };
  } catch (error) {
    if (!(error instanceof Refusal) || error.exitCode === exitCodes.usage) throw error;
    return { problem: error.message, details: error.details };
  }
}

async function gather(
  { path, file }: PlacedFile,
  flags: InputFlags,
  terminal: Terminal,
  tell: (diagnostics: readonly Diagnostic[]) => void,
): Promise<Pick<ManifestGroup, 'gathered' | 'roots'>> {
  const { manifests } = file;
  if (manifests === undefined && (namesSources(flags) || flags.git !== undefined)) {
    const named = [...(flags.filename ?? []), ...(flags.kustomize ?? [])];
    const roots = named.map((each) => resolve(terminal.cwd, each));
    return { gathered: await gatherCluster(flags, terminal, tell), roots };
  }
  if (flags.git !== undefined) {
    throw inputError('the file names its manifests, which are not read with --git');
  }
  const project =
    manifests === undefined
      ? await openProject(terminal, dirname(path), tell)
      : { path, sources: manifests, mesh: {}, authorizers: [], assume: [], ignoreKinds: [] };
  const directory = dirname(project.path);
  const named = project.sources.map((entry) =>
    resolve(directory, entry.kind === 'helm' ? entry.chart : entry.path),
  );
  return { gathered: await gatherProject(project, flags, terminal, tell), roots: [project.path, ...named] };
}

function mapOnce(cluster: Cluster): () => ReachMap {
  let map: ReachMap | undefined;
  return () => {
    map ??= mapReach(cluster);
    return map;
  };
}
