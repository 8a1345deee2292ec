import { execFile } from 'node:child_process';
import { accessSync, constants, lstatSync, mkdirSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { mount } from './linux.ts';
import { newMountNamespace } from './place.ts';

/** How a container gets one of the host's top-level directories. */
export type HostEntry =
  | { readonly name: string; readonly kind: 'link'; readonly target: string }
  /** The host's files (or a copy of them) below, the container's own above. */
  | { readonly name: string; readonly kind: 'overlay'; readonly lower: string }
  /** The host's files and whatever is mounted below, read-only: where the kernel refuses an overlay because of those mounts. */
  | { readonly name: string; readonly kind: 'bind'; readonly lower: string }
  /** A copy for each container: where there are no overlays at all (Linux before 5.11). */
  | { readonly name: string; readonly kind: 'copy'; readonly lower: string }
  | { readonly name: string; readonly kind: 'empty' };

/** Directories that a container has for itself: the host's hold what runs there, its logs, its sockets, or nothing for a program. */
const own = new Set(['proc', 'sys', 'dev', 'run', 'tmp', 'var', 'boot', 'media', 'lost+found', 'cdrom']);

/**
 * Looks at the host's root once, for all containers. /etc is copied to `directory` where there is no overlay for it (in a container its resolv.conf is a mount), and for an ordinary user, to whom
 * the kernel would give an overlay of it that he can't write to.
 */
export async function readHostTree(directory: string): Promise<readonly HostEntry[]> {
  const entries = readdirSync('/', { withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink() || entry.isDirectory())
    .map(({ name }) => entryOf(name, directory));
  const etc = entries.find(({ name }) => name === 'etc');
  const mine = statSync('/etc').uid === process.getuid?.();
  if (etc === undefined || (etc.kind === 'overlay' && mine)) return entries;
  const lower = await copyOfEtc(directory);
  const kind = canOverlay(lower, directory) ? 'overlay' : 'copy';
  return entries.map((entry) => (entry === etc ? { name: 'etc', kind, lower } : entry));
}

function entryOf(name: string, directory: string): HostEntry {
  const path = `/${name}`;
  if (lstatSync(path).isSymbolicLink()) return { name, kind: 'link', target: readlinkSync(path) };
  if (own.has(name) || isHidden(path)) return { name, kind: 'empty' };
  if (canOverlay(path, directory)) return { name, kind: 'overlay', lower: path };
  return { name, kind: 'bind', lower: path };
}

/** Empty, or not for this user's eyes (another's /root). */
function isHidden(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return readdirSync(path).length === 0;
  } catch {
    return true;
  }
}

/** Options of an overlay; undefined where a name can't be said in them. `userxattr`: in a user namespace there are no others. */
export function overlayOptions(lower: string, upper: string, work: string): string {
  return `userxattr,lowerdir=${escaped(lower)},upperdir=${escaped(upper)},workdir=${escaped(work)}`;
}

function escaped(path: string): string {
  return path.replace(/[\\:,]/g, String.raw`\$&`);
}

function canOverlay(lower: string, directory: string): boolean {
  const stage = `${directory}/stage`;
  mkdirSync(stage, { recursive: true });
  let works = false;
  newMountNamespace({}, () => {
    mount('tmpfs', stage, 'tmpfs', 0, 'mode=755');
    for (const part of ['upper', 'work', 'root']) mkdirSync(`${stage}/${part}`);
    try {
      mount(
        'overlay',
        `${stage}/root`,
        'overlay',
        0,
        overlayOptions(lower, `${stage}/upper`, `${stage}/work`),
      );
      works = true;
    } catch {
      // Mounts below it (EINVAL), or a file system that can't be a lower one.
    }
  });
  return works;
}

/** A copy of /etc, without what this user may not read. */
async function copyOfEtc(directory: string): Promise<string> {
  const copy = `${directory}/etc`;
  mkdirSync(copy, { recursive: true });
  // cp says with its exit code that it left something out.
  await promisify(execFile)('cp', ['-a', '/etc/.', copy]).catch(() => {});
  return copy;
}
