import type { ContainerContext } from '../node/index.ts';

/** What an image starts when a container says nothing of it. */
export interface ImageCommand {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
}

/** The words that a container starts with: `command` takes the place of ENTRYPOINT and CMD, `args` that of CMD. */
export function commandLine({ container }: ContainerContext, image: ImageCommand): readonly string[] {
  const { command, args } = container;
  if (command !== undefined && command.length > 0) return [...command, ...(args ?? [])];
  return [...image.entrypoint, ...(args !== undefined && args.length > 0 ? args : image.cmd)];
}

/** Whether the container says itself what it starts. */
export function hasOwnCommand({ container }: ContainerContext): boolean {
  return container.command !== undefined && container.command.length > 0;
}

/** The last part of a program's path. */
export function programName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
