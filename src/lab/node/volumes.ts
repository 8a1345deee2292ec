import { existsSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Container, Pod } from '../store/index.ts';
import { expand } from './expand.ts';
import type { Mounted } from './root.ts';
import { isUpdated, VolumeError, type VolumeSources, volumeContent } from './volume-content.ts';
import { createVolumeDirectory, type VolumeDirectory } from './volume-directory.ts';

/** The volumes of one pod. */
export interface Volumes {
  /** Makes all of them; may be called again where it threw. Throws a VolumeError that says which and why. */
  setUp(pod: Pod): Promise<void>;
  /** Writes what has changed in ConfigMaps, Secrets and the pod itself; what is gone stays as it was. */
  refresh(pod: Pod): Promise<void>;
  /** What a container has of them. Throws a VolumeError. */
  mountsOf(container: Container, env: Readonly<Record<string, string>>): readonly Mounted[];
  remove(): Promise<void>;
}

interface AnyMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly subPathExpr?: string;
  readonly readOnly?: boolean;
}

/** `directory` is the pod's own. */
export function createVolumes(directory: string, sources: () => VolumeSources): Volumes {
  const made = new Map<string, VolumeDirectory & { readonly updated: boolean }>();
  let writing: Promise<void> = Promise.resolve();
  let removed = false;

  async function make(pod: Pod): Promise<void> {
    for (const volume of pod.spec.volumes ?? []) {
      const files = explained(volume.name, () => volumeContent(volume as never, pod, sources()));
      const path = join(directory, volume.name);
      await mkdir(path, { recursive: true, mode: 0o777 });
      const entry = made.get(volume.name) ?? { ...createVolumeDirectory(path), updated: isUpdated(volume) };
      made.set(volume.name, entry);
      if (files !== undefined) await entry.write(files);
    }
  }

  async function update(pod: Pod): Promise<void> {
    for (const volume of pod.spec.volumes ?? []) {
      if (removed) return;
      const entry = made.get(volume.name);
      if (entry === undefined || !entry.updated) continue;
      try {
        await entry.write(volumeContent(volume as never, pod, sources()) ?? new Map());
      } catch (error) {
        if (!(error instanceof VolumeError)) throw error;
      }
    }
  }

  /** One after the other: two writers would be in each other's way. */
  function next(work: () => Promise<void>): Promise<void> {
    const done = writing.then(work);
    writing = done.catch(() => {});
    return done;
  }

  return {
    setUp: (pod) => next(() => make(pod)),
    refresh: (pod) => next(() => update(pod)),
    mountsOf: (container, env) =>
      (container.volumeMounts ?? []).map((mount: AnyMount) => {
        const volume = made.get(mount.name);
        if (volume === undefined) throw new VolumeError(`volume "${mount.name}" is not one of the pod's`);
        const subPath = mount.subPath ?? expand(mount.subPathExpr ?? '', (name) => env[name]);
        const source = subPath === '' ? volume.path : partOf(volume, subPath);
        const at = mount.mountPath.startsWith('/') ? mount.mountPath : `/${mount.mountPath}`;
        return { source, at, readOnly: mount.readOnly === true || volume.updated };
      }),
    remove() {
      removed = true;
      return next(() => rm(directory, { recursive: true, force: true }));
    },
  };
}

/** The file or directory that a subPath names, links followed: it stays what it is now when the volume changes. A directory that an emptyDir lacks is made. */
function partOf({ path, updated }: VolumeDirectory & { readonly updated: boolean }, subPath: string): string {
  if (subPath.startsWith('/') || subPath.split('/').includes('..')) {
    throw new VolumeError(`failed to prepare subPath for volumeMount: ${subPath} must be below the volume`);
  }
  const part = join(path, subPath);
  if (!existsSync(part) && lstatSync(part, { throwIfNoEntry: false }) === undefined) {
    if (updated)
      throw new VolumeError(`failed to prepare subPath for volumeMount: ${subPath} is not in the volume`);
    mkdirSync(part, { recursive: true });
  }
  const real = realpathSync(part);
  if (!real.startsWith(`${realpathSync(path)}/`)) {
    throw new VolumeError(`failed to prepare subPath for volumeMount: ${subPath} leads out of the volume`);
  }
  return real;
}

function explained<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    throw new VolumeError(`MountVolume.SetUp failed for volume "${name}" : ${error.message}`);
  }
}
