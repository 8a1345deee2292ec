import {
  type CollectedValues,
  collectValues,
  type FlagFault,
  readValuesFile,
  type ValuesFile,
} from '../../istio/values/index.ts';
import type { Diagnostic, Source } from '../../model/index.ts';
import { inputError, type Refusal, usageError } from '../exit.ts';
import type { InstallationFlags } from './policies.ts';

/** Values files; reports what there is to say about them, throws an input error where one is none. */
export function readValues(
  sources: readonly Source[],
  report: (diagnostics: readonly Diagnostic[]) => void,
): readonly ValuesFile[] {
  const read = sources.map(readValuesFile);
  const diagnostics = read.flatMap((each) => each.diagnostics);
  if (diagnostics.length > 0) report(diagnostics);
  return read.map(({ file }) => {
    if (file === undefined) throw inputError('not every values file could be used');
    return file;
  });
}

/** Adds up values files and the `--set…` flags. Throws a usage error for a flag that cannot be read. */
export async function addUpValues(
  files: readonly ValuesFile[],
  flags: InstallationFlags,
  cwd: string,
): Promise<CollectedValues> {
  const { set = [], setString = [], setJson = [], setFile = [], setLiteral = [] } = flags;
  const readFile = setFile.length === 0 ? () => '' : await setFileReader(cwd);
  const collected = collectValues({ files, set, setString, setJson, setFile, setLiteral, readFile });
  if ('fault' in collected) throw flagError(collected.fault);
  return collected;
}

async function setFileReader(cwd: string): Promise<(name: string) => string> {
  const { readFileText } = await import('../../sources/index.ts');
  return (name) => {
    const read = readFileText(name, cwd, name);
    if ('source' in read) return read.source.text;
    if (read.fault.severity === 'warning') return '';
    throw inputError(`--set-file: ${read.fault.message}`);
  };
}

/** The text of the flag with a mark at the place, as compilers show it. */
function flagError({ flag, text, message, at, help }: FlagFault): Refusal {
  const line = text.replace(/[\t\r\n]/g, ' ');
  const details = text === '' ? [help] : [line, `${' '.repeat(at)}^`, help];
  return usageError(`cannot read ${flag} ${JSON.stringify(text)}: ${message}`, details);
}
