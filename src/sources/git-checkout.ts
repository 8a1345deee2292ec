import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type GitCommit, type GitFile, type GitResult, readFiles } from './git.ts';

/** Files of a commit in a directory of their own, outside the work tree. */
export interface Checkout {
  /** Absolute, without symbolic links. */
  readonly directory: string;
  /** Removes it. */
  readonly dispose: () => void;
}

/** Writes files of a commit to a new directory. The repository and its work tree stay as they are. */
export async function checkOut(commit: GitCommit, files: readonly GitFile[]): Promise<GitResult<Checkout>> {
  const safe = files.filter(({ path }) => isSafe(path));
  const read = await readFiles(commit, safe);
  if ('fault' in read) return read;
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'portcullis-git-')));
  const dispose = (): void => rmSync(directory, { recursive: true, force: true });
  try {
    // Links last, so that nothing is ever written through one.
    const pieces = safe.map((file, i) => ({ ...file, content: read.value[i]! }));
    for (const kind of ['file', 'link'] as const) {
      for (const piece of pieces) if (piece.kind === kind) writePiece(directory, piece);
    }
  } catch (error) {
    dispose();
    throw error;
  }
  return { value: { directory, dispose } };
}

function writePiece(
  directory: string,
  { path, kind, content }: GitFile & { readonly content: Buffer },
): void {
  const target = join(directory, path);
  mkdirSync(dirname(target), { recursive: true });
  if (kind === 'file') writeFileSync(target, content);
  else symlinkSync(content.toString('utf8'), target);
}

/** Git itself makes no such paths; a repository that was tampered with may have them. */
function isSafe(path: string): boolean {
  return (
    !path.startsWith('/') && !path.split('/').some((part) => part === '..' || part === '.' || part === '')
  );
}
