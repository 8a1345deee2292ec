import type { Diagnostic } from '../model/index.ts';
import { fault } from './fault.ts';
import { runTool } from './tool.ts';

/** A commit of a repository, under the name that the user gave it. */
export interface GitCommit {
  readonly name: string;
  readonly id: string;
  /** The top of the repository's work tree; absolute, without symbolic links. */
  readonly root: string;
}

/** A file of a commit. */
export interface GitFile {
  /** From the top of the repository, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'link';
  readonly blob: string;
  /** In bytes. */
  readonly size: number;
}

/** What was asked for, or why there is none. */
export type GitResult<T> = { readonly value: T } | { readonly fault: Diagnostic };

/** The content of so many bytes is asked for at a time. */
const batchBytes = 32 * 1024 * 1024;

/** Finds the commit that `name` (a branch, a tag, `HEAD~1`, a hash) stands for in the repository that `cwd` lies in. Reads only. */
export async function findCommit(name: string, cwd: string): Promise<GitResult<GitCommit>> {
  const top = await git(['rev-parse', '--show-toplevel'], cwd);
  if ('fault' in top) return withSubject(top, `cannot read revision ${name}`);
  const root = textOf(top.value);
  const arguments_ = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const found = await git(arguments_, cwd);
  if ('value' in found) return { value: { name, id: textOf(found.value), root } };
  if (!found.failed) return withSubject(found, `cannot read revision ${name}`);
  return { fault: await unknownRevision(name, cwd) };
}

/** The commit at which `a` and `b` parted; its name is the beginning of its hash. */
export async function findMergeBase(a: string, b: string, cwd: string): Promise<GitResult<GitCommit>> {
  const ends = [await findCommit(a, cwd), await findCommit(b, cwd)];
  for (const end of ends) if ('fault' in end) return end;
  const [first, second] = ends.map((end) => ('value' in end ? end.value : undefined));
  const base = await git(['merge-base', first!.id, second!.id], cwd);
  if ('value' in base) {
    const id = textOf(base.value);
    return { value: { name: id.slice(0, 12), id, root: first!.root } };
  }
  if (!base.failed) return base;
  const help = 'compare them as they are: A..B; or fetch more of the history: git fetch --unshallow';
  return { fault: fault('PC1114', `${a} and ${b} have no commit in common`, help) };
}

/** All files of a commit in the order of their paths; what lies in submodules is not among them. */
export async function listFiles(commit: GitCommit): Promise<GitResult<readonly GitFile[]>> {
  const listed = await git(['ls-tree', '-r', '-l', '-z', '--full-tree', commit.id], commit.root);
  if ('fault' in listed) return withSubject(listed, `cannot list the files of ${commit.name}`);
  const lines = listed.value.toString('utf8').split('\0');
  return { value: lines.flatMap(readEntry) };
}

/** `MODE TYPE BLOB SIZE\tPATH`. */
function readEntry(line: string): GitFile[] {
  const [, mode, blob, size, path] = /^(\d+) blob (\w+) +(\d+)\t(.+)$/s.exec(line) ?? [];
  if (mode === undefined || blob === undefined || path === undefined) return [];
  return [{ path, kind: mode === '120000' ? 'link' : 'file', blob, size: Number(size) }];
}

/** The contents of files, in their order. */
export async function readFiles(
  commit: GitCommit,
  files: readonly GitFile[],
): Promise<GitResult<readonly Buffer[]>> {
  const contents: Buffer[] = [];
  for (const batch of batchesOf(files)) {
    const asked = batch.map(({ blob }) => `${blob}\n`).join('');
    const read = await git(['cat-file', '--batch'], commit.root, asked);
    if ('fault' in read) return withSubject(read, `cannot read the files of ${commit.name}`);
    const parts = splitBatch(read.value, batch);
    if (parts === undefined)
      return { fault: fault('PC1114', `git does not have all the files of ${commit.name}`) };
    for (const part of parts) contents.push(part);
  }
  return { value: contents };
}

function batchesOf(files: readonly GitFile[]): GitFile[][] {
  const batches: GitFile[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const file of files) {
    if (size + file.size > batchBytes) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)!.push(file);
    size += file.size;
  }
  return batches;
}

/** Each blob comes as `BLOB blob SIZE`, a line break, its bytes, a line break. undefined where one is missing. */
function splitBatch(output: Buffer, files: readonly GitFile[]): Buffer[] | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { blob, size } of files) {
    const start = output.indexOf(10, at) + 1;
    if (output.toString('latin1', at, start) !== `${blob} blob ${size}\n`) return undefined;
    parts.push(output.subarray(start, start + size));
    at = start + size + 1;
  }
  return parts;
}

type GitOutput = { readonly value: Buffer } | { readonly fault: Diagnostic; readonly failed: boolean };

/** Runs git. `failed`: it ran and said no. */
async function git(args: readonly string[], directory: string, input?: string): Promise<GitOutput> {
  const result = await runTool('git', args, directory, input);
  if (result.kind === 'done') return { value: Buffer.from(result.stdout) };
  if (result.kind === 'missing') {
    const help = 'install git, or check both revisions out and compare the directories';
    return { fault: fault('PC1108', 'git is not on PATH', help), failed: false };
  }
  if (result.kind === 'too large') {
    return { fault: fault('PC1105', 'git has more to say than can be read'), failed: false };
  }
  const said = result.stderr.replace(/^(fatal|error): /gm, '').trim();
  const words = said === '' ? `git ${result.status}` : said;
  return { fault: fault('PC1114', words), failed: true };
}

function withSubject(
  { fault: found }: { readonly fault: Diagnostic },
  subject: string,
): {
  readonly fault: Diagnostic;
} {
  return { fault: { ...found, message: `${subject}: ${found.message}` } };
}

async function unknownRevision(name: string, cwd: string): Promise<Diagnostic> {
  const shallow = await git(['rev-parse', '--is-shallow-repository'], cwd);
  const isShallow = 'value' in shallow && textOf(shallow.value) === 'true';
  const help = isShallow
    ? 'the clone is shallow: fetch more of the history first (git fetch --unshallow; actions/checkout: fetch-depth: 0)'
    : 'git branch --all and git tag list the names that there are; git fetch gets those of the remote';
  return fault('PC1114', `there is no revision ${JSON.stringify(name)} in this repository`, help);
}

function textOf(output: Buffer): string {
  return output.toString('utf8').trim();
}
