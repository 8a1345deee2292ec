import type { ImageFile, Program } from '../node/index.ts';
import { programName } from './command-line.ts';
import type { FindExecutable } from './find-executable.ts';
import { hostProgram } from './host-program.ts';
import { shellTools } from './shell-tools/shell-tools.ts';

/** An image whose CMD is a shell. Without a command, and nobody at the other end of its stdin, the shell ends at once, as it does on a real node. */
export function shell(name: 'sh' | 'bash', files: readonly ImageFile[] = []): Program {
  return hostProgram({ entrypoint: [], cmd: [name] }, { files });
}

/** An image of busybox: what this machine has under the same name, else the applet of its busybox, where it has one. */
export function busybox(find: FindExecutable): Program {
  const adjust = (words: readonly string[]): readonly string[] => {
    const [first = ''] = words;
    const own = find('busybox');
    if (own === undefined || find(first) !== undefined || find(programName(first)) !== undefined)
      return words;
    return first.includes('/') && !/^\/(usr\/)?s?bin\//.test(first)
      ? words
      : [own, programName(first), ...words.slice(1)];
  };
  return hostProgram({ entrypoint: [], cmd: ['sh'] }, { adjust, files: shellTools(find) });
}

/** The entry point of curl's image: words that do not start with a program are arguments of curl. */
export function curlEntrypoint(find: FindExecutable): (words: readonly string[]) => readonly string[] {
  return (words) => {
    const [first = ''] = words;
    return first.startsWith('-') || (!first.startsWith('/') && find(first) === undefined)
      ? ['curl', ...words]
      : words;
  };
}
