import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { relativeName } from '../sources/index.ts';
import { inputError } from './exit.ts';

/** What to keep an eye on; all paths are absolute. */
export interface Watched {
  readonly files: readonly string[];
  /** Files, and directories that are watched to the bottom. */
  readonly roots: readonly string[];
}

export interface WatchOptions {
  readonly cwd: string;
  /** Milliseconds since 1970: a file that was written later counts as changed. */
  readonly since: number;
  readonly signal?: AbortSignal | undefined;
}

/** An editor writes a file in several steps; so long nothing may happen before the change counts as done. */
const quiet = 100;

/** Milliseconds by which the clock of a file system may be behind. */
const slack = 10;

/**
 * Waits until files change, appear or go that may have been read; gives their paths from `cwd`, sorted, once nothing more happens. Empty where `signal` ends
 * the waiting. Throws an input error where the system does not let so many directories be watched.
 */
export async function nextChange(
  watched: Watched,
  { cwd, since, signal }: WatchOptions,
): Promise<readonly string[]> {
  const directories = directoriesOf(watched);
  // What happened between the reading and the watching: a file that is new shows in its directory.
  const changed = new Set(
    [...watched.files, ...directories].filter((path) => modifiedAt(path) > since - slack),
  );
  const files = new Set(watched.files);
  const watchers: FSWatcher[] = [];
  try {
    return await new Promise((settle, fail) => {
      let timer: NodeJS.Timeout | undefined;
      const finish = (): void => settle([...changed].map((path) => relativeName(cwd, path)).sort());
      const wait = (): void => {
        clearTimeout(timer);
        timer = setTimeout(finish, quiet);
      };
      const stop = (): void => {
        clearTimeout(timer);
        settle([]);
      };
      for (const directory of directories) {
        const watcher = watch(directory, (_, name) => {
          const path = name === null ? directory : join(directory, name);
          if (!files.has(path) && !mayBeRead(path)) return;
          changed.add(path);
          wait();
        });
        watcher.on('error', fail);
        watchers.push(watcher);
      }
      if (changed.size > 0) wait();
      if (signal?.aborted === true) stop();
      signal?.addEventListener('abort', stop, { once: true });
    });
  } catch (error) {
    throw inputError(`cannot watch for changes: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

/** The directories of all files, and the named directories with those below. Files are not watched themselves: editors put others in their places. */
function directoriesOf({ files, roots }: Watched): ReadonlySet<string> {
  const found = new Set(files.map(dirname).filter(isDirectory));
  const open = [...roots];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!isDirectory(next)) {
      if (isDirectory(dirname(next))) found.add(dirname(next));
      continue;
    }
    found.add(next);
    for (const entry of readdirSync(next, { withFileTypes: true })) {
      if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')) {
        open.push(join(next, entry.name));
      }
    }
  }
  return found;
}

/** Names that manifests, templates, charts and test files have; a new directory may hold some. */
function mayBeRead(path: string): boolean {
  return /\.(ya?ml|json|template|tmpl|tpl)$|[/\\]Kustomization$/.test(path) || isDirectory(path);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
