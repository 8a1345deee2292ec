import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Cluster } from '../cluster/index.ts';
import { checkWords } from '../lint/index.ts';
import type { Diagnostic } from '../model/index.ts';
import { checkCommand, type DiffSide } from '../report/index.ts';
import { findCommit, findMergeBase, type GitCommit } from '../sources/index.ts';
import type { DiffFlags } from './diff.ts';
import { inputError, Refusal, usageError } from './exit.ts';
import { checked, type Gathered, gatherUnchecked, namesSources, openProject } from './gather.ts';
import { accept, gatherCommit } from './gather-revision.ts';
import type { InputFlags } from './input-flags.ts';
import { inputWords } from './input-words.ts';
import type { Terminal } from './terminal.ts';

/** One side of a comparison, read. */
export interface Side extends DiffSide {
  readonly cluster: Cluster;
}

export interface Sides {
  readonly before: Side;
  readonly after: Side;
}

type Report = (diagnostics: readonly Diagnostic[]) => void;

/** What is to be read for a side. */
interface Plan {
  readonly label: string;
  readonly commit: GitCommit | undefined;
  readonly flags: InputFlags;
  /** The other side is a revision. */
  readonly besideGit: boolean;
}

/** Reads both sides. Throws usage errors, and an input error where one of them cannot be read. */
export async function gatherSides(
  sources: readonly string[],
  flags: DiffFlags,
  terminal: Terminal,
  report: Report,
): Promise<Sides> {
  const plans = await planSides(sources, flags, terminal, report);
  const told: Diagnostic[] = [];
  const read = async (plan: Plan): Promise<GatheredSide> => {
    const tell = (diagnostics: readonly Diagnostic[]): void => {
      const fresh = diagnostics.filter((each) => !told.some((other) => isSame(each, other)));
      told.push(...fresh);
      report(fresh);
    };
    const { commit } = plan;
    const found =
      commit === undefined
        ? await gatherFiles(plan, terminal, tell)
        : await gatherCommit(commit, plan.flags, terminal, tell, noPaths);
    return { ...found, plan };
  };
  // The new side first: what is wrong on both is told of the one that can be mended.
  const after = await read(plans.after);
  const before = await read(plans.before);
  checkAbsent(before, after, report);
  checkEither(before, after);
  return { before: sideOf(before), after: sideOf(after) };
}

interface GatheredSide extends Gathered {
  readonly plan: Plan;
  readonly absent: readonly string[];
}

async function planSides(
  sources: readonly string[],
  flags: DiffFlags,
  terminal: Terminal,
  report: Report,
): Promise<{ readonly before: Plan; readonly after: Plan }> {
  const { git, ...rest } = flags;
  if (git === undefined) return planPaths(sources, rest);
  if (sources.includes('-')) throw usageError('standard input has no revisions: with --git name files');
  const named: InputFlags = sources.length === 0 ? rest : { ...rest, filename: sources };
  const [from, dots, to] = splitRange(git);
  const find = async (name: string): Promise<GitCommit> =>
    accept(await findCommit(name, terminal.cwd), report);
  const planOf = (commit: GitCommit, label = commit.name): Plan => ({
    label,
    commit,
    flags: { ...named, git: commit.name },
    besideGit: true,
  });
  if (dots === '...') {
    const after = planOf(await find(to));
    const base = accept(await findMergeBase(from, to, terminal.cwd), report);
    return { before: planOf(base, `${base.name} (where ${from} and ${to} parted)`), after };
  }
  const before = planOf(await find(from));
  if (dots === '..') return { before, after: planOf(await find(to)) };
  return { before, after: { label: 'the work tree', commit: undefined, flags: named, besideGit: true } };
}

function planPaths(
  sources: readonly string[],
  flags: InputFlags,
): { readonly before: Plan; readonly after: Plan } {
  const [old, now, ...more] = sources;
  if (old === undefined || now === undefined || more.length > 0) {
    throw usageError('name two things to compare, OLD and NEW, or revisions with --git', [
      `${sources.length === 0 ? 'nothing was' : `${sources.length} ${sources.length === 1 ? 'was' : 'were'}`} named`,
      ...(more.length > 0 ? ["a glob has to be quoted: portcullis diff 'old/*.yaml' 'new/*.yaml'"] : []),
    ]);
  }
  if (old === '-' && now === '-') throw usageError('only one of OLD and NEW can be standard input');
  const planOf = (path: string): Plan => ({
    label: path === '-' ? 'standard input' : path,
    commit: undefined,
    flags: { ...flags, filename: [path] },
    besideGit: false,
  });
  return { before: planOf(old), after: planOf(now) };
}

/** `A..B` and `A...B`; an end that is left out is HEAD, as with git. */
function splitRange(text: string): readonly [from: string, dots: '' | '..' | '...', to: string] {
  const [, from = '', dots = '', to = ''] = /^(.*?)(\.\.\.?)(.*)$/.exec(text) ?? [undefined, text];
  if (dots === '') return [text, '', ''];
  return [from || 'HEAD', dots as '..' | '...', to || 'HEAD'];
}

function noPaths(): Error {
  return usageError('no manifests: name the paths to read, or write a portcullis.yaml that names them', [
    'portcullis diff --git main..HEAD k8s/',
  ]);
}

/** Files as they are. In the work tree beside a revision paths that are not there any more are left out. */
async function gatherFiles(
  { flags, besideGit }: Plan,
  terminal: Terminal,
  report: Report,
): Promise<Gathered & { readonly absent: readonly string[] }> {
  const { filename = [] } = flags;
  const isGone = (path: string): boolean => !/[*?[{]/.test(path) && !existsSync(resolve(terminal.cwd, path));
  const absent = besideGit ? filename.filter(isGone) : [];
  const project = namesSources(flags) ? undefined : await openProject(terminal, terminal.cwd, report);
  const present = { ...flags, filename: filename.filter((path) => !absent.includes(path)) };
  return { ...(await gatherUnchecked(project, present, terminal, report)), absent };
}

/** A path that one side lacks came or went, and is told; one that neither has is a slip. */
function checkAbsent(before: GatheredSide, after: GatheredSide, report: Report): void {
  const both = before.absent.find((path) => after.absent.includes(path));
  if (both !== undefined) {
    throw inputError(`${both} does not exist, neither at ${before.plan.label} nor at ${after.plan.label}`);
  }
  const missing = [before, after].flatMap(({ plan, absent }) =>
    absent.map((path) => ({ path, label: plan.label })),
  );
  report(
    missing.map(({ path, label }) => ({
      code: 'PC1111',
      severity: 'info',
      message: `${path}: not there at ${label}`,
    })),
  );
}

/** What is taken for granted has to mean something on one side at least. */
function checkEither(before: GatheredSide, after: GatheredSide): void {
  try {
    checked(after, after.plan.flags);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    checked(before, before.plan.flags);
  }
}

function sideOf({ plan, cluster }: GatheredSide): Side {
  const input = inputWords(plan.flags);
  return {
    label: plan.label,
    revision: plan.commit?.name,
    cluster,
    command: (request) => {
      const words = checkWords(cluster, request);
      return words && checkCommand([...input, ...words]);
    },
  };
}

function isSame(a: Diagnostic, b: Diagnostic): boolean {
  return a.code === b.code && a.message === b.message;
}
