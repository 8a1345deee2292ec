import { posix } from 'node:path';
import type { ContainerContext } from '../../../node/index.ts';
import { ConfigError, type Directive, parseConfig } from './parse-config.ts';

type Files = Pick<ContainerContext, 'readFile' | 'listDirectory'>;

const directory = '/etc/nginx';
const deepest = 10;

/** Reads a configuration with everything that it includes. Names are relative to /etc/nginx; `*` stands for any letters of a file's name. Throws a ConfigError. */
export async function loadConfig(files: Files, path: string): Promise<readonly Directive[]> {
  const text = await files.readFile(path);
  if (text === undefined) {
    throw new Error(`open() "${path}" failed (2: No such file or directory)`);
  }
  return expand(files, parseConfig(text, path), 0);
}

async function expand(
  files: Files,
  directives: readonly Directive[],
  depth: number,
): Promise<readonly Directive[]> {
  const expanded: Directive[] = [];
  for (const directive of directives) {
    if (directive.name === 'include') expanded.push(...(await included(files, directive, depth)));
    else if (directive.block === undefined) expanded.push(directive);
    else expanded.push({ ...directive, block: await expand(files, directive.block, depth) });
  }
  return expanded;
}

async function included(files: Files, directive: Directive, depth: number): Promise<readonly Directive[]> {
  const [name] = directive.args;
  if (name === undefined || directive.args.length > 1) {
    throw new ConfigError('invalid number of arguments in "include" directive', directive);
  }
  if (depth >= deepest) throw new ConfigError('too deep "include"', directive);
  const found: Directive[] = [];
  for (const path of await matching(files, posix.resolve(directory, name))) {
    const text = await files.readFile(path);
    if (text === undefined) {
      throw new ConfigError(`open() "${path}" failed (2: No such file or directory)`, directive);
    }
    found.push(...(await expand(files, parseConfig(text, path), depth + 1)));
  }
  return found;
}

async function matching({ listDirectory }: Files, pattern: string): Promise<readonly string[]> {
  if (!/[*?]/.test(pattern)) return [pattern];
  const { dir, base } = posix.parse(pattern);
  const letters = base
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const fits = new RegExp(`^(?!\\.)${letters}$`);
  return (await listDirectory(dir)).filter((name) => fits.test(name)).map((name) => `${dir}/${name}`);
}
