import {
  type CollectedValues,
  collectValues,
  type FlagFault,
  readValuesFile,
  type ValuesFile,
} from '../../istio/values/index.ts';
import type { Diagnostic, Source } from '../../model/index.ts';
import { readFileText } from '../../sources/index.ts';
import { decodeText } from '../../yaml/index.ts';
import { inputError, type Refusal, usageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import type { InstallationFlags } from './policies.ts';

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
    sources.push(name === '-' ? await readInput(terminal) : readOne(name, terminal.cwd, report));
  }
  return sources;
}

async function readInput(terminal: Terminal): Promise<Source> {
  return { name: '-', text: decodeText(await terminal.readInput()).text };
}

function readOne(name: string, cwd: string, report: Report): Source {
  const read = readFileText(name, cwd, name);
  if ('source' in read) return read.source;
  // An empty values file is fine with Helm.
  if (read.fault.severity === 'warning') return { name, text: '' };
  report([read.fault]);
  throw inputError('not everything that was named could be read');
}

/** Values files; reports what there is to say about them, throws an input error where one is none. */
export function readValues(sources: readonly Source[], report: Report): readonly ValuesFile[] {
  const read = sources.map(readValuesFile);
  const diagnostics = read.flatMap((each) => each.diagnostics);
  if (diagnostics.length > 0) report(diagnostics);
  return read.map(({ file }) => {
    if (file === undefined) throw inputError('not every values file could be used');
    return file;
  });
}

/** Adds up values files and the `--set…` flags. Throws a usage error for a flag that cannot be read. */
export function addUpValues(
  files: readonly ValuesFile[],
  flags: InstallationFlags,
  cwd: string,
): CollectedValues {
  const collected = collectValues({
    files,
    set: flags.set ?? [],
    setString: flags.setString ?? [],
    setJson: flags.setJson ?? [],
    setFile: flags.setFile ?? [],
    setLiteral: flags.setLiteral ?? [],
    readFile: (name) => readSetFile(name, cwd),
  });
  if ('fault' in collected) throw flagError(collected.fault);
  return collected;
}

function readSetFile(name: string, cwd: string): string {
  const read = readFileText(name, cwd, name);
  if ('source' in read) return read.source.text;
  if (read.fault.severity === 'warning') return '';
  throw inputError(`--set-file: ${read.fault.message}`);
}

/** The text of the flag with a mark at the place, as compilers show it. */
export function flagError({ flag, text, message, at, help }: FlagFault): Refusal {
  const line = text.replace(/[\t\r\n]/g, ' ');
  const details = [line, `${' '.repeat(at)}^`, help];
  return usageError(
    `cannot read ${flag} ${JSON.stringify(text)}: ${message}`,
    text === '' ? [help] : details,
  );
}
