import type { Diagnostic, Source } from '../../model/index.ts';
import { decodeText } from '../../yaml/index.ts';
import { inputError, usageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

type Report = (diagnostics: readonly Diagnostic[]) => void;

/**
 * The texts of the files that a flag names, in their order. As with Helm a comma parts names, and `-` is standard input. An empty file is a text too. Reports
 * what is wrong with their bytes; throws an input error where one cannot be read.
 */
export async function readFiles(
  names: readonly string[],
  flag: string,
  terminal: Terminal,
  report: Report,
): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const name of names.flatMap((each) => each.split(',')).map((each) => each.trim())) {
    if (name === '') throw usageError(`${flag} names no file`);
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name)) {
      throw usageError(`${flag} ${name}: nothing is fetched from a network`, [
        `fetch it first: curl -sSfo values.yaml ${name}`,
      ]);
    }
    sources.push(name === '-' ? await readInput(terminal) : await readOne(name, terminal.cwd, report));
  }
  return sources;
}

async function readInput(terminal: Terminal): Promise<Source> {
  return { name: '-', text: decodeText(await terminal.readInput()).text };
}

async function readOne(name: string, cwd: string, report: Report): Promise<Source> {
  // Loaded where a file is named: most of what is in there is of no use here.
  const { readFileText } = await import('../../sources/index.ts');
  const read = readFileText(name, cwd, name);
  if ('source' in read) return read.source;
  // An empty values file is fine with Helm.
  if (read.fault.severity === 'warning') return { name, text: '' };
  report([read.fault]);
  throw inputError('not everything that was named could be read');
}
