import type { ContainerContext, ImageTable, Program } from '../node/index.ts';
import { mappedAgnhost } from './agnhost/agnhost.ts';
import { commandLine, hasOwnCommand } from './command-line.ts';
import { type FindExecutable, findExecutable } from './find-executable.ts';
import { type ImageName, parseImageName } from './image-name.ts';
import { knownImages } from './known-images.ts';
import { nearest } from './nearest.ts';
import type { Remark } from './nginx/stand-in.ts';

/** What a user says runs for an image: a program of this machine with its arguments, or the name of an image that the table knows. */
export interface ImageEntry {
  readonly image: string;
  readonly command: readonly string[];
}

export interface ImageTableOptions {
  /** Go before everything else; the first that fits counts. */
  readonly entries?: readonly ImageEntry[];
  /** The lab's own images, by repository: `istio/proxyv2`, `coredns/coredns`. */
  readonly programs?: Readonly<Record<string, Program>>;
  readonly find?: FindExecutable;
  /** Hears what a user should see of a container beside its log (an Event). */
  readonly remark?: Remark;
}

/**
 * The table from image name to program. Names are compared by repository: registry, tag and digest do not count, but in a user's entry they do where it has them.
 * An image that nothing names gets no program, and a message that says how to name one.
 */
export function imageTable(options: ImageTableOptions): ImageTable {
  const { entries = [], programs = {}, find = findExecutable, remark = () => {} } = options;
  const known: Readonly<Record<string, Program>> = { ...knownImages(find, remark), ...programs };
  const own = entries.map((entry) => ({
    name: parseImageName(entry.image),
    program: mappedProgram(entry, known, find),
  }));
  return (image) => {
    const name = parseImageName(image);
    const mapped = own.find((entry) => fits(entry.name, name));
    if (mapped !== undefined) return mapped.program;
    if (Object.hasOwn(known, name.repository)) return known[name.repository]!;
    return { missing: missing(image, name, Object.keys(known)) };
  };
}

function fits(wanted: ImageName, { registry, repository, tag }: ImageName): boolean {
  return (
    wanted.repository === repository &&
    (wanted.registry === undefined || wanted.registry === (registry ?? 'docker.io')) &&
    (wanted.tag === undefined || wanted.tag === (tag ?? 'latest'))
  );
}

/** `agnhost` is the echo server; another name of the table is that image; anything else is a program of this machine. */
function mappedProgram(
  { image, command }: ImageEntry,
  known: Readonly<Record<string, Program>>,
  find: FindExecutable,
): Program | { readonly missing: string } {
  const [first = '', ...args] = command;
  if (first === 'agnhost') return mappedAgnhost(args);
  const alias = known[parseImageName(first).repository];
  if (alias !== undefined && args.length === 0) return alias;
  const path = find(first);
  if (path === undefined) {
    return {
      missing: `image "${image}" is mapped to ${JSON.stringify(first)}, and this machine has no such program`,
    };
  }
  return (context) => context.spawn(mappedWords(context, path, args, find));
}

/**
 * A mapped program takes the place of the image's ENTRYPOINT; where the mapping has no arguments of its own, the container's `args` are its. A `command` of the container counts where this machine
 * has the program (`sleep`, `sh`), for the one in the image is not here.
 */
function mappedWords(
  context: ContainerContext,
  path: string,
  args: readonly string[],
  find: FindExecutable,
): readonly string[] {
  const { container } = context;
  if (hasOwnCommand(context) && find(container.command![0]!) !== undefined) {
    return commandLine(context, { entrypoint: [], cmd: [] });
  }
  return [path, ...(args.length > 0 ? args : (container.args ?? []))];
}

function missing(image: string, { repository }: ImageName, known: readonly string[]): string {
  const guess = nearest(repository, known);
  return [
    `the lab has no program for image "${image}" (it pulls none).`,
    `Name one of this machine: portcullis lab up --image ${repository}=/usr/bin/app,`,
    `or a server that answers on the container's ports: --image ${repository}=agnhost.`,
    ...(guess === undefined ? [] : [`Did you mean ${guess}?`]),
  ].join(' ');
}
