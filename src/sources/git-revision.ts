import { existsSync, realpathSync } from 'node:fs';
import { basename, isAbsolute, join, posix, relative, resolve } from 'node:path';
import type { Diagnostic } from '../model/index.ts';
import { fault } from './fault.ts';
import { projectFileName } from './find-project.ts';
import { type GitCommit, type GitFile, listFiles, readFiles } from './git.ts';
import { type Checkout, checkOut } from './git-checkout.ts';
import { loadSources } from './load.ts';
import { loadProject } from './load-project.ts';
import { isKustomization, isPattern, relativeName } from './names.ts';
import type { Project } from './project.ts';
import { decodeProject, type ProjectResult, readProject } from './read-project.ts';
import { readText } from './text.ts';
import type { Env, Loaded, SourceRequest } from './types.ts';

/** Files larger than this that no path names are left behind when the whole tree is asked for: no manifest is made of them. In bytes. */
const largeFile = 8 * 1024 * 1024;

/** What a revision has of that which was asked for. */
export interface LoadedRevision extends Loaded {
  /** Paths that are not there at that revision. */
  readonly absent: readonly string[];
}

/** The project as it is at a revision. */
export interface RevisionProject extends Loaded {
  /** undefined where its file is wrong, as the diagnostics say, or where there is none. */
  readonly project: Project | undefined;
}

/**
 * Reads what a command line names as it is at a commit, by the rules for files of the work tree, which is not looked at. Sources are called
 * `REVISION:PATH`, with the path from the top of the repository, as git does. Never throws.
 */
export async function loadSourcesAt(commit: GitCommit, request: SourceRequest): Promise<LoadedRevision> {
  const listed = await listFiles(commit);
  if ('fault' in listed) return { sources: [], diagnostics: [listed.fault], absent: [] };
  const here = realpathSync.native(request.cwd);
  const named = [...request.files, ...(request.kustomize ?? [])];
  const outside = named.filter((path) => pathAt(commit, here, path) === undefined);
  if (outside.length > 0) {
    return { sources: [], diagnostics: outside.map((path) => outsideFault(commit, path)), absent: [] };
  }
  const isThere = (path: string): boolean => hasPath(listed.value, pathAt(commit, here, path)!);
  const absent = named.filter((path) => !isPattern(path) && !isThere(path));
  const present = (paths: readonly string[] = []): string[] =>
    paths
      .filter((path) => !absent.includes(path))
      .map((path) => (isAbsolute(path) ? relativeName(here, path) : path));
  const scopes = named.map((path) => pathAt(commit, here, path)!);
  const wanted = wantedFiles(listed.value, scopes, (request.kustomize ?? []).length > 0);
  const checkout = await checkOut(commit, wanted);
  if ('fault' in checkout) return { sources: [], diagnostics: [checkout.fault], absent };
  const loaded = await inCheckout(commit, checkout.value, () =>
    loadSources({
      ...request,
      files: present(request.files),
      kustomize: present(request.kustomize),
      cwd: join(checkout.value.directory, relative(commit.root, here)),
      display: (path) => nameAt(commit, pathAt(commit, here, path)!),
    }),
  );
  return { ...loaded, absent };
}

/**
 * Reads the project at a commit: what its file there names, or, where it has none there, what the file of the work tree at `fallback` does. Never
 * throws.
 */
export async function loadProjectAt(
  commit: GitCommit,
  cwd: string,
  fallback: string | undefined,
  env: Env,
  envOnly: boolean,
): Promise<RevisionProject> {
  const listed = await listFiles(commit);
  if ('fault' in listed) return { project: undefined, sources: [], diagnostics: [listed.fault] };
  const here = realpathSync.native(cwd);
  const own = projectFileAt(listed.value, relativeName(commit.root, here));
  const path = own ?? (fallback === undefined ? undefined : pathAt(commit, here, fallback));
  if (path === undefined) return { project: undefined, sources: [], diagnostics: [] };
  const { project, diagnostics } = await (own === undefined
    ? readProject(fallback!, cwd)
    : readProjectAt(commit, listed.value.find((file) => file.path === own)!));
  const notes = own === undefined ? [fallbackNote(commit, relativeName(cwd, fallback!))] : [];
  const told = [...notes, ...diagnostics];
  if (project === undefined) return { project, sources: [], diagnostics: told };
  const checkout = await checkOut(commit, wantedByProject(listed.value, project, posix.dirname(path)));
  if ('fault' in checkout) return { project: undefined, sources: [], diagnostics: [...told, checkout.fault] };
  const { directory } = checkout.value;
  const placed = { ...project, path: join(directory, path) };
  const nameOf = (absolute: string): string => nameAt(commit, relativeName(directory, absolute));
  const loaded = await inCheckout(commit, checkout.value, () =>
    loadProject(placed, cwd, env, envOnly, nameOf),
  );
  return { project, ...loaded, diagnostics: [...told, ...loaded.diagnostics] };
}

async function readProjectAt(commit: GitCommit, file: GitFile): Promise<ProjectResult> {
  const read = await readFiles(commit, [file]);
  if ('fault' in read) return { diagnostics: [read.fault] };
  const text = readText(nameAt(commit, file.path), read.value[0]!);
  return 'fault' in text ? { diagnostics: [text.fault] } : decodeProject(text.source, file.path);
}

/** `directory` is that of the project file. */
function wantedByProject(files: readonly GitFile[], { sources }: Project, directory: string): GitFile[] {
  const whole = sources.some(({ kind }) => kind === 'helm' || kind === 'kustomize');
  const scopes = sources.flatMap((entry) =>
    entry.kind === 'path' || entry.kind === 'template' ? [posix.join(directory, entry.path)] : [],
  );
  return wantedFiles(files, scopes, whole);
}

/** Reads, removes the checkout, and takes its place in the file system out of what was said. */
async function inCheckout<T extends Loaded>(
  commit: GitCommit,
  { directory, dispose }: Checkout,
  read: () => Promise<T>,
): Promise<T> {
  try {
    const loaded = await read();
    const rename = (text: string): string =>
      text.replaceAll(`${directory}/`, `${commit.name}:`).replaceAll(directory, `${commit.name}:`);
    return {
      ...loaded,
      diagnostics: loaded.diagnostics.map((said) => ({
        ...said,
        message: rename(said.message),
        ...(said.help === undefined ? {} : { help: rename(said.help) }),
      })),
    };
  } finally {
    dispose();
  }
}

/** The path from the top of the repository, `.` for the top itself; undefined where it lies outside. An absolute one may be written with links. */
function pathAt(commit: GitCommit, cwd: string, path: string): string | undefined {
  const isForeign = isAbsolute(path) && !path.startsWith(commit.root) && existsSync(path);
  const found = relativeName(commit.root, isForeign ? realpathSync.native(path) : resolve(cwd, path));
  const isOutside = found === '..' || found.startsWith('../') || isAbsolute(found);
  return isOutside ? undefined : found;
}

/** `main:k8s/db.yaml`; the top is `main:`. */
function nameAt({ name }: GitCommit, path: string): string {
  return path === '.' ? `${name}:` : `${name}:${path}`;
}

function hasPath(files: readonly GitFile[], path: string): boolean {
  return path === '.' || files.some((file) => file.path === path || file.path.startsWith(`${path}/`));
}

/**
 * The files that reading these paths may look at. What kustomize builds, a chart and what a link points to may lie anywhere: then all files of the
 * tree but large ones.
 */
function wantedFiles(files: readonly GitFile[], scopes: readonly string[], whole: boolean): GitFile[] {
  const prefixes = scopes.map((path) => (path === '.' ? '' : path.replace(/[*?[{].*$/, '')));
  const inScope = (path: string): boolean => prefixes.some((prefix) => path.startsWith(prefix));
  const named = files.filter(({ path }) => inScope(path));
  const reachesOut = named.some(({ path, kind }) => kind === 'link' || isKustomization(basename(path)));
  if (!whole && !reachesOut) return named;
  return files.filter(({ path, size }) => size <= largeFile || (!whole && inScope(path)));
}

/** The project file of a directory or the nearest above it, in the tree. */
function projectFileAt(files: readonly GitFile[], directory: string): string | undefined {
  const paths = new Set(files.map(({ path }) => path));
  for (let at = directory; ; at = posix.dirname(at)) {
    const path = at === '.' ? projectFileName : `${at}/${projectFileName}`;
    if (paths.has(path)) return path;
    if (at === '.') return undefined;
  }
}

function outsideFault(commit: GitCommit, path: string): Diagnostic {
  return fault('PC1101', `${path} lies outside the repository, so ${commit.name} does not have it`);
}

function fallbackNote(commit: GitCommit, path: string): Diagnostic {
  return fault(
    'PC1111',
    `${commit.name} has no project file: ${path} of the work tree was used`,
    undefined,
    'info',
  );
}
