import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * For a bundle: the doors (`index.ts`) of these rooms load a file when one of its functions is first called. A door leads to all of its room and whatever that is built on, and a
 * command uses a few functions of it; starting the rest took longer than many commands themselves. Files with anything but functions behind the door are loaded at once, as ever.
 */
export function lazyDoors(rooms: readonly string[]): Plugin {
  const filter = new RegExp(`/src/(?:${rooms.join('|')})/index\\.ts$`);
  return {
    name: 'lazy doors',
    setup({ onLoad }) {
      onLoad({ filter }, ({ path }) => {
        const contents = readFileSync(path, 'utf8').replace(
          /^export \{([^}]*)\} from '(\.[^']*)';$/gm,
          (line, names: string, file: string) => lazyExports(names, file, dirname(path)) ?? line,
        );
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** Functions in the place of the exports that call them; undefined where one is no function that the file itself declares. */
function lazyExports(names: string, file: string, folder: string): string | undefined {
  const text = readFileSync(join(folder, file), 'utf8');
  const values = names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));
  const isFunction = (name: string): boolean =>
    new RegExp(`^export (?:async )?function ${name}\\b`, 'm').test(text);
  if (!values.every(isFunction)) return undefined;
  return values
    .map((name) => `export function ${name}(...given) { return require('${file}').${name}(...given); }`)
    .join('\n');
}
