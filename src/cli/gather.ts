import { buildCluster, type Cluster, type ClusterOptions, type LabelAssumption } from '../cluster/index.ts';
import { type Manifests, readManifests } from '../manifest/index.ts';
import { type Diagnostic, parseRange } from '../model/index.ts';
import {
  type Env,
  findProject,
  type Loaded,
  type LoadedSource,
  loadProject,
  loadSources,
  meshSettings,
  type Project,
  type ProjectAuthorizer,
  parseAssumption,
  readProject,
} from '../sources/index.ts';
import { checkPlugin } from '../verdict/index.ts';
import { checkAssumptions } from './check-assumptions.ts';
import { inputError, usageError } from './exit.ts';
import type { InputFlags } from './input-flags.ts';
import type { Terminal } from './terminal.ts';

/** A cluster read from manifests, and what was found wrong with them. */
export interface Gathered {
  readonly cluster: Cluster;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: readonly LoadedSource[];
  readonly manifests: Manifests;
  /** Of the flags and the project file. */
  readonly assumptions: readonly LabelAssumption[];
  /** What the cluster was built with, to build others like it. */
  readonly options: ClusterOptions;
}

/**
 * Reads what the flags name, or without -f and -k the project file, and builds the cluster. `report` gets the diagnostics before anything is
 * thrown: an input error where a source can't be read at all, for a verdict without it would only look like one. Throws usage errors.
 */
export async function gatherCluster(
  flags: InputFlags,
  terminal: Terminal,
  report: (diagnostics: readonly Diagnostic[]) => void,
): Promise<Gathered> {
  const settings = readSettings(flags);
  if (flags.git !== undefined) {
    const { gatherRevision } = await import('./gather-revision.ts');
    return checked(await gatherRevision(flags.git, flags, terminal, report), flags);
  }
  const project = namesSources(flags) ? undefined : await openProject(terminal, terminal.cwd, report);
  return gatherProject(project, flags, terminal, report, settings);
}

/** True where -f or -k say what to read, and no project file is asked. */
export function namesSources({ filename = [], kustomize = [] }: InputFlags): boolean {
  return filename.length > 0 || kustomize.length > 0;
}

/** Does what `gatherCluster` does, with this project (undefined: what the flags name). */
export async function gatherProject(
  project: Project | undefined,
  flags: InputFlags,
  terminal: Terminal,
  report: (diagnostics: readonly Diagnostic[]) => void,
  settings: Settings = readSettings(flags),
): Promise<Gathered> {
  return checked(await gatherUnchecked(project, flags, terminal, report, settings), flags);
}

/** The same without an error for what is taken for granted and changes nothing. */
export async function gatherUnchecked(
  project: Project | undefined,
  flags: InputFlags,
  terminal: Terminal,
  report: (diagnostics: readonly Diagnostic[]) => void,
  settings: Settings = readSettings(flags),
): Promise<Gathered> {
  const { filename: files = [], kustomize = [] } = flags;
  const env = readEnv(flags.env ?? []);
  const loaded =
    project === undefined
      ? await loadSources({
          files,
          kustomize,
          recursive: flags.recursive === true,
          env,
          envOnly: flags.envOnly === true,
          cwd: terminal.cwd,
          stdin: terminal.readInput,
        })
      : await loadProject(project, terminal.cwd, env, flags.envOnly === true);
  return gatherLoaded(loaded, project, flags, report, settings);
}

/** Builds the cluster of what was read. Reports and throws as `gatherCluster` does, but for assumptions about nothing. */
export function gatherLoaded(
  loaded: Loaded,
  project: Project | undefined,
  flags: InputFlags,
  report: (diagnostics: readonly Diagnostic[]) => void,
  settings: Settings = readSettings(flags),
): Gathered {
  const { podCidr = [], ignoreKind = [] } = flags;
  const manifests = readLoaded(loaded, flags.namespace);
  const ignoredKinds = [...(project?.ignoreKinds ?? []), ...ignoreKind];
  const diagnostics = [...loaded.diagnostics, ...withoutIgnored(manifests, ignoredKinds)];
  report(diagnostics);
  if (loaded.diagnostics.some(({ severity }) => severity === 'error')) {
    throw inputError('not everything that was named could be read');
  }
  const assumptions = [...(project?.assume ?? []), ...settings.assumptions];
  const options: ClusterOptions = {
    mesh: meshSettings(
      { mesh: project?.mesh ?? {}, authorizers: [...(project?.authorizers ?? []), ...settings.authorizers] },
      manifests.mesh,
    ),
    assumptions,
    ignoreKinds: ignoredKinds,
    ...pick('cni', flags.cni ?? project?.cni),
    ...pick('podCIDRs', podCidr.length > 0 ? podCidr : project?.podCIDRs),
  };
  const cluster = buildCluster(manifests, options);
  return { cluster, diagnostics, sources: loaded.sources, manifests, assumptions, options };
}

/** Throws an input error for what is taken for granted and changes nothing. */
export function checked(gathered: Gathered, { ignoreKind = [] }: InputFlags): Gathered {
  checkAssumptions(gathered.cluster, gathered.assumptions);
  checkIgnoredKinds(gathered.manifests, ignoreKind);
  return gathered;
}

/** The project file in `directory` or above. Throws a usage error where there is none, an input error where it is wrong, which is reported first. */
export async function openProject(
  terminal: Terminal,
  directory: string,
  report: (diagnostics: readonly Diagnostic[]) => void,
): Promise<Project> {
  const path = findProject(directory);
  if (path === undefined) throw noManifests();
  const { project, diagnostics } = await readProject(path, terminal.cwd);
  if (project !== undefined) {
    checkPluginOf(project);
    return project;
  }
  report(diagnostics);
  throw inputError('the project file cannot be used');
}

/** A usage error: nothing says what to read. */
export function noManifests(): Error {
  return usageError('no manifests: name them with -f FILE, DIRECTORY or - (or -k for kustomize)', [
    'or write a portcullis.yaml that names them, here or in a directory above',
  ]);
}

/** Throws an input error for a network plugin that nobody knows. */
export function checkPluginOf({ cni, path }: Project): void {
  const fault = cni === undefined ? undefined : checkPlugin(cni);
  if (fault !== undefined) throw inputError(`cni in ${path}: ${fault}`);
}

/** A source may have a namespace of its own for objects that name none; what -n says is for all others. */
export function readLoaded({ sources }: Loaded, namespace?: string): Manifests {
  const namespaces = new Map(
    sources.flatMap(({ source, namespace: own }) => (own === undefined ? [] : [[source, own] as const])),
  );
  const texts = sources.map(({ source }) => source);
  return readManifests(texts, { namespaces, ...pick('namespace', namespace) });
}

/** Throws an input error for a kind to ignore that no unread policy has: like an assumption about nothing, it would silently change nothing. */
function checkIgnoredKinds({ foreign }: Manifests, kinds: readonly string[]): void {
  for (const kind of kinds) {
    if (foreign.some((object) => object.kind === kind)) continue;
    throw inputError(
      `--ignore-kind ${kind} changes nothing: no policy of that kind is among what is not read`,
    );
  }
}

/** Nobody needs to be told of a policy that is not read once its kind has been ruled out. */
function withoutIgnored(manifests: Manifests, kinds: readonly string[]): readonly Diagnostic[] {
  const ignored = manifests.foreign
    .filter((object) => kinds.includes(object.kind))
    .map(({ origin }) => origin);
  if (ignored.length === 0) return manifests.diagnostics;
  return manifests.diagnostics.filter(
    ({ code, span }) =>
      code !== 'PC2009' ||
      !ignored.some(
        ({ source, start, end }) => source === span?.source && start <= span.start && span.end <= end,
      ),
  );
}

/** What the flags say beside the sources, read. */
interface Settings {
  readonly assumptions: readonly LabelAssumption[];
  readonly authorizers: readonly ProjectAuthorizer[];
}

function readSettings(flags: InputFlags): Settings {
  for (const cidr of flags.podCidr ?? []) {
    if (!cidr.includes('/') || parseRange(cidr) === undefined) {
      throw usageError(`--pod-cidr ${cidr} is not a range of addresses such as 10.0.0.0/8`);
    }
  }
  const cniFault = flags.cni === undefined ? undefined : checkPlugin(flags.cni);
  if (cniFault !== undefined) throw usageError(`--cni: ${cniFault}`);
  return {
    authorizers: (flags.authorizer ?? []).map(readAuthorizer),
    assumptions: (flags.assume ?? []).map((text) => {
      const assumption = parseAssumption(text);
      if (assumption !== undefined) return assumption;
      throw usageError(`cannot read --assume ${JSON.stringify(text)}`, [
        'write Namespace/NAME:label=value or KIND/NAMESPACE/NAME:label=value',
      ]);
    }),
  };
}

function readAuthorizer(text: string): ProjectAuthorizer {
  const [, name = '', answer] = /^(.+)=(allow|deny)$/.exec(text) ?? [];
  if (answer === 'allow' || answer === 'deny') return { name, answer };
  throw usageError(`cannot read --authorizer ${JSON.stringify(text)}: write NAME=allow or NAME=deny`);
}

/** `NAME=value`, or `NAME` alone for what the environment has. Throws a usage error. */
export function readEnv(flags: readonly string[]): Env {
  return new Map(
    flags.map((flag) => {
      const equals = flag.indexOf('=');
      const name = equals < 0 ? flag : flag.slice(0, equals);
      if (!/^[A-Za-z_]\w*$/.test(name))
        throw usageError(`cannot read --env ${JSON.stringify(flag)}: write NAME=value`);
      return [name, equals < 0 ? undefined : flag.slice(equals + 1)];
    }),
  );
}

function pick<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
}
