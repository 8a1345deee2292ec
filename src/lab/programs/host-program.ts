import type { Program } from '../node/index.ts';
import { commandLine, type ImageCommand } from './command-line.ts';

export interface HostProgramOptions extends Pick<Program, 'files' | 'emptied'> {
  /** Changes the words before they are run. */
  readonly adjust?: (words: readonly string[]) => readonly string[];
}

/** A program of this machine that stands for an image. What it is started with follows the container's `command` and `args`. */
export function hostProgram(image: ImageCommand, options: HostProgramOptions = {}): Program {
  const { adjust = (words) => words, files = [], emptied = [] } = options;
  const program: Program = (context) => context.spawn(adjust(commandLine(context, image)));
  return Object.assign(program, { files, emptied });
}
