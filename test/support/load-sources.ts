import { type Loaded, loadSources, type SourceRequest } from '../../src/sources/index.ts';

/** Loads files as a command line would that says nothing else. */
export function load(
  cwd: string,
  files: readonly string[],
  rest: Partial<SourceRequest> = {},
): Promise<Loaded> {
  const stdin = (): Promise<Uint8Array> => Promise.reject(new Error('not asked for'));
  return loadSources({ recursive: false, env: new Map(), stdin, cwd, files, ...rest });
}

/** The names of the texts. */
export function names({ sources }: Loaded): string[] {
  return sources.map(({ source }) => source.name);
}

/** Codes and messages. */
export function told({ diagnostics }: Pick<Loaded, 'diagnostics'>): string[] {
  return diagnostics.map(({ code, message }) => `${code} ${message}`);
}
