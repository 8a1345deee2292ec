import { chmodSync, cpSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { type HostEntry, overlayOptions } from './host-tree.ts';
import { createLayout, type Layout } from './layout.ts';
import { bindMount, changeRoot, makeReadOnly, mount, mountFlags } from './linux.ts';
import { newMountNamespace, type Place } from './place.ts';
import type { ImageFile } from './types.ts';

/** A volume at a place of the container. */
export interface Mounted {
  /** On the lab's side: a directory, or a file of one (subPath). */
  readonly source: string;
  readonly at: string;
  readonly readOnly: boolean;
}

export interface RootOptions {
  /** A directory of the lab's for mounting; all containers use the same, each in a namespace of its own. */
  readonly stage: string;
  readonly tree: readonly HostEntry[];
  /** Directories that are empty, then files, laid into the container's own copy. */
  readonly emptied: readonly string[];
  readonly files: readonly ImageFile[];
  readonly mounts: readonly Mounted[];
}

const privateDirectories = [
  '/tmp',
  '/var/tmp',
  '/var/cache',
  '/var/lib',
  '/var/log',
  '/var/mail',
  '/var/opt',
  '/var/spool',
  '/run/lock',
];
/** What nginx as Debian and its image build it writes to. */
const nginxDirectories = ['/var/cache/nginx', '/var/lib/nginx', '/var/log/nginx'];
const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];
const deviceLinks = {
  fd: '/proc/self/fd',
  stdin: '/proc/self/fd/0',
  stdout: '/proc/self/fd/1',
  stderr: '/proc/self/fd/2',
  ptmx: 'pts/ptmx',
};

/**
 * Makes the root of a container in a mount namespace of its own, whose descriptor it gives: a tmpfs; in it the host's directories with the container's own copy above; /dev, /sys, and the lab's /proc
 * for the container's process 1 to mount its own over. When the descriptor is closed and no process is left, the kernel takes all of it away. Throws what can't be mounted.
 */
export function buildRoot(place: Place, options: RootOptions): number {
  return newMountNamespace(place, () => {
    const { stage, tree } = options;
    mount('none', '/', null, mountFlags.recursive | mountFlags.private);
    mount('tmpfs', stage, 'tmpfs', 0, 'mode=755');
    const root = `${stage}/root`;
    mkdirSync(root);
    bindMount(root, root);
    const layout = createLayout(root);
    const overlays = tree.flatMap((entry) => layHostEntry(entry, stage, layout));
    layPrivateDirectories(root);
    const emptied = options.emptied.flatMap((path, index) =>
      layEmptied(path, `${stage}/empty${index}`, layout),
    );
    for (const file of options.files) layFile(file, layout);
    // Mount points first: an overlay doesn't show what is put into its parts after it is mounted.
    const mounts = layMounts(options.mounts, layout);
    for (const mountIt of overlays) mountIt();
    mountSystem(root);
    for (const { source, at, readOnly } of [...emptied, ...mounts]) {
      if (at.startsWith('/dev/')) mkdirSync(root + at, { recursive: true });
      bindMount(source, root + at);
      if (readOnly) makeReadOnly(root + at);
    }
    changeRoot(root);
  });
}

function layHostEntry(entry: HostEntry, stage: string, layout: Layout): (() => void)[] {
  const { name } = entry;
  const target = `${stage}/root/${name}`;
  if (entry.kind === 'link') {
    symlinkSync(entry.target, target);
    return [];
  }
  mkdirSync(target);
  if (entry.kind === 'empty') return [];
  if (entry.kind === 'copy') {
    cpSync(entry.lower, target, { recursive: true, verbatimSymlinks: true });
    return [];
  }
  if (entry.kind === 'bind') {
    layout.add({ at: `/${name}`, upper: undefined, lower: entry.lower });
    const bind = (): void => {
      bindMount(entry.lower, target, true);
      makeReadOnly(target);
    };
    return [bind];
  }
  const upper = `${stage}/upper/${name}`;
  const work = `${stage}/work/${name}`;
  for (const path of [upper, work]) mkdirSync(path, { recursive: true });
  layout.add({ at: `/${name}`, upper, lower: entry.lower });
  return [() => mount('overlay', target, 'overlay', 0, overlayOptions(entry.lower, upper, work))];
}

/** Straight into the tmpfs: the host's links there (/var/run, /var/lock) are the same everywhere. */
function layPrivateDirectories(root: string): void {
  for (const path of ['/proc', '/sys', '/dev', '/run', '/var', '/root', '/etc']) {
    mkdirSync(root + path, { recursive: true });
  }
  for (const path of [...privateDirectories, ...nginxDirectories])
    mkdirSync(root + path, { recursive: true });
  for (const path of ['/tmp', '/var/tmp']) chmodSync(root + path, 0o1777);
  symlinkSync('/run', `${root}/var/run`);
  symlinkSync('/run/lock', `${root}/var/lock`);
}

function layEmptied(path: string, source: string, layout: Layout): Mounted[] {
  const at = layout.makeDirectory(path);
  mkdirSync(source);
  layout.add({ at, upper: source, lower: undefined });
  return [{ source, at, readOnly: false }];
}

function layFile(file: ImageFile, layout: Layout): void {
  if ('link' in file) {
    layout.writeLink(file.path, file.link);
    return;
  }
  try {
    layout.writeFile(file.path, file.text, file.mode);
  } catch (error) {
    if (file.optional !== true) throw error;
  }
}

/** Makes the mount points, outer ones first: one may lie in another volume. */
function layMounts(mounts: readonly Mounted[], layout: Layout): Mounted[] {
  const ordered = mounts.toSorted((a, b) => a.at.split('/').length - b.at.split('/').length);
  return ordered.map((mounted) => {
    const { source } = mounted;
    const at = statSync(source).isDirectory()
      ? layout.makeDirectory(mounted.at)
      : layout.makeFile(mounted.at);
    layout.add({ at, upper: source, lower: undefined });
    return { ...mounted, at };
  });
}

function mountSystem(root: string): void {
  const { readOnly, noSetuid, noDevices, noExecute } = mountFlags;
  // A new /proc may only be mounted where the namespace has one already.
  bindMount('/proc', `${root}/proc`, true);
  try {
    mount('sysfs', `${root}/sys`, 'sysfs', readOnly | noSetuid | noDevices | noExecute);
  } catch {
    // Refused where the host's has something mounted over it, as in some containers. Few programs look there.
  }
  const dev = `${root}/dev`;
  mount('tmpfs', dev, 'tmpfs', noSetuid, 'mode=755,size=64k');
  for (const name of devices) {
    writeFileSync(`${dev}/${name}`, '');
    bindMount(`/dev/${name}`, `${dev}/${name}`);
  }
  for (const [name, target] of Object.entries(deviceLinks)) symlinkSync(target, `${dev}/${name}`);
  for (const name of ['pts', 'shm']) mkdirSync(`${dev}/${name}`);
  mount('devpts', `${dev}/pts`, 'devpts', noSetuid | noExecute, 'newinstance,ptmxmode=0666,mode=620');
  mount('tmpfs', `${dev}/shm`, 'tmpfs', noSetuid | noDevices, 'mode=1777');
}
