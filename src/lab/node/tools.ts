import { findExecutable } from './executable.ts';

/** The programs of util-linux that stand before a container's own, by their full paths. */
export interface Tools {
  readonly unshare: string;
  readonly setpriv: string;
  readonly setsid: string;
}

/** As /proc names them. */
export const toolNames: ReadonlySet<string> = new Set(['unshare', 'setpriv', 'setsid']);

/** Throws where one is not installed. */
export function findTools(): Tools {
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/usr/bin:/sbin:/bin`;
  const find = (name: string): string => {
    try {
      return findExecutable(name, path, '/');
    } catch {
      throw new Error(`${name} (of util-linux) is not installed`);
    }
  };
  return { unshare: find('unshare'), setpriv: find('setpriv'), setsid: find('setsid') };
}
