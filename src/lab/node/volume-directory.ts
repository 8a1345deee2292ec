import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Files, VolumeError } from './volume-content.ts';

/** A volume's directory. Its files are links into `..data`, a link to the newest version, so that all of them change at one moment. Source: k8s.io/kubernetes/pkg/volume/util/atomic_writer.go. */
export interface VolumeDirectory {
  readonly path: string;
  /** Writes another content; nothing happens where it's the same. */
  write(files: Files): Promise<void>;
}

export function createVolumeDirectory(path: string): VolumeDirectory {
  let written: Files | undefined;
  let version = 0;

  async function replace(files: Files): Promise<void> {
    const name = `..${new Date().toISOString().replace(/[-T:]/g, '_').slice(0, 19)}.${++version}`;
    await mkdir(join(path, name), { recursive: true, mode: 0o755 });
    for (const [file, { bytes, mode }] of files) {
      const place = join(path, name, file);
      await mkdir(dirname(place), { recursive: true });
      await writeFile(place, bytes, { mode });
    }
    await symlink(name, join(path, '..data_tmp'));
    await rename(join(path, '..data_tmp'), join(path, '..data'));
    const wanted = new Set([...files.keys()].map((file) => file.split('/')[0]!));
    const there = await readdir(path);
    for (const entry of there) {
      if (entry === name || entry === '..data') continue;
      if (!wanted.delete(entry)) await rm(join(path, entry), { recursive: true, force: true });
    }
    for (const entry of wanted) await symlink(join('..data', entry), join(path, entry));
  }

  return {
    path,
    async write(files) {
      for (const file of files.keys()) {
        if (file.startsWith('/') || file.split('/').includes('..'))
          throw new VolumeError(`invalid path: ${file}`);
      }
      if (written !== undefined && sameFiles(files, written)) return;
      written = files;
      await replace(files);
    },
  };
}

function sameFiles(a: Files, b: Files): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([path, { bytes, mode }]) => {
    const other = b.get(path);
    return other !== undefined && other.mode === mode && Buffer.compare(bytes, other.bytes) === 0;
  });
}
