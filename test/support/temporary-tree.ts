import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** What stands at a path: a text, bytes, a link, or a program. */
export type Entry = string | Uint8Array | { readonly link: string } | { readonly program: string };

/** Makes a directory with these entries, which goes when the test ends; gives its path, free of links. */
export function temporaryTree(entries: Readonly<Record<string, Entry>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'portcullis-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  chmodSync(root, 0o755);
  for (const [name, entry] of Object.entries(entries)) {
    const path = join(root, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (name.endsWith('/')) continue;
    if (typeof entry === 'string' || entry instanceof Uint8Array) writeFileSync(path, entry);
    else if ('link' in entry) symlinkSync(entry.link, path);
    else writeFileSync(path, entry.program, { mode: 0o755 });
  }
  return root;
}

/** Sets PATH to these directories until the test ends. */
export function setPath(...directories: readonly string[]): void {
  const before = process.env.PATH;
  process.env.PATH = directories.join(delimiter);
  onTestFinished(() => {
    process.env.PATH = before;
  });
}

/** Is there such a program on PATH? */
export function findProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      return realpathSync(join(directory, name)) !== '';
    } catch {
      return false;
    }
  });
}
