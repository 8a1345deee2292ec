import type { Diagnostic } from '../model/index.ts';
import {
  findCommit,
  findProject,
  type GitCommit,
  type GitResult,
  loadProjectAt,
  loadSourcesAt,
} from '../sources/index.ts';
import { inputError, usageError } from './exit.ts';
import { checkPluginOf, type Gathered, gatherLoaded, namesSources, noManifests, readEnv } from './gather.ts';
import type { InputFlags } from './input-flags.ts';
import type { Terminal } from './terminal.ts';

type Report = (diagnostics: readonly Diagnostic[]) => void;

/** A cluster read at a revision, and the paths that are not there at that revision. */
export interface GatheredRevision extends Gathered {
  readonly absent: readonly string[];
}

/** Does what `gatherCluster` does with the sources as they are at a revision; a path that is not there is an error. */
export async function gatherRevision(
  name: string,
  flags: InputFlags,
  terminal: Terminal,
  report: Report,
): Promise<Gathered> {
  const commit = accept(await findCommit(name, terminal.cwd), report);
  const gathered = await gatherCommit(commit, flags, terminal, report);
  const [first] = gathered.absent;
  if (first !== undefined) throw inputError(`${first} does not exist at ${name}`);
  return gathered;
}

/** The same for a commit. Paths that are not there are left out, and told. Throws `nothing` where neither flags nor a project file name any. */
export async function gatherCommit(
  commit: GitCommit,
  flags: InputFlags,
  terminal: Terminal,
  report: Report,
  nothing: () => Error = noManifests,
): Promise<GatheredRevision> {
  const env = readEnv(flags.env ?? []);
  const envOnly = flags.envOnly === true;
  if (flags.filename?.includes('-') === true)
    throw usageError('standard input has no revisions: name files with --git');
  if (namesSources(flags)) {
    const loaded = await loadSourcesAt(commit, {
      files: flags.filename ?? [],
      kustomize: flags.kustomize ?? [],
      recursive: flags.recursive === true,
      env,
      envOnly,
      cwd: terminal.cwd,
      stdin: terminal.readInput,
    });
    return { ...gatherLoaded(loaded, undefined, flags, report), absent: loaded.absent };
  }
  const fallback = findProject(terminal.cwd);
  const { project, ...loaded } = await loadProjectAt(commit, terminal.cwd, fallback, env, envOnly);
  if (project === undefined && loaded.diagnostics.length === 0) throw nothing();
  if (project !== undefined) checkPluginOf(project);
  return { ...gatherLoaded(loaded, project, flags, report), absent: [] };
}

/** What was found, or an input error that is reported first. */
export function accept<T>(result: GitResult<T>, report: Report): T {
  if ('value' in result) return result.value;
  report([result.fault]);
  throw inputError('the revision cannot be read');
}
