import type { ImageFile } from '../../node/index.ts';
import type { FindExecutable } from '../find-executable.ts';
import { ncScript } from './nc-script.ts';
import { nslookupScript } from './nslookup-script.ts';
import { wgetScript } from './wget-script.ts';

interface Tool {
  readonly name: string;
  readonly script: string;
  /** The programs of this machine that the script needs. */
  readonly needs: readonly string[];
}

const tools: readonly Tool[] = [
  { name: 'nc', script: ncScript, needs: ['bash', 'getent'] },
  { name: 'nslookup', script: nslookupScript, needs: ['bash', 'timeout', 'getent', 'dd', 'od'] },
  { name: 'wget', script: wgetScript, needs: ['bash', 'curl', 'getent'] },
];

/**
 * What busybox has for a look at the network and this machine may not: where the real program is here, or busybox, nothing is laid but a way to that; else a script of the shell stands in.
 */
export function shellTools(find: FindExecutable): readonly ImageFile[] {
  const busybox = find('busybox');
  return tools.flatMap(({ name, script, needs }): readonly ImageFile[] => {
    const own = find(name);
    if (own !== undefined) return name === 'wget' ? [laid(name, onceOnly(own))] : [];
    const real = `#!/bin/sh\nexec ${busybox} ${name} "$@"\n`;
    const possible = busybox !== undefined || needs.every((need) => find(need) !== undefined);
    const text = busybox === undefined ? script : real;
    return possible ? [laid(name, text)] : [];
  });
}

function laid(name: string, text: string): ImageFile {
  return { path: `/usr/local/bin/${name}`, text, mode: 0o755, optional: true };
}

/** busybox' wget tries once. GNU's tries twenty times, so that a dropped packet would take it minutes to tell. */
function onceOnly(wget: string): string {
  return `#!/bin/sh\ncase $(${wget} --version 2>&1) in GNU*) exec ${wget} --tries=1 "$@" ;; esac\nexec ${wget} "$@"\n`;
}
