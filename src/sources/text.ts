import type { Diagnostic, Source } from '../model/index.ts';
import { decodeText } from '../yaml/index.ts';
import { fault } from './fault.ts';

/** A text that was read, with what there is to say about its characters; or why there is none. */
export type TextResult =
  | { readonly source: Source; readonly diagnostics?: readonly Diagnostic[] }
  | { readonly fault: Diagnostic };

/**
 * Turns bytes into the text that the user knows as `name`. Binary content is an error, bytes that are not UTF-8 are a warning (PC1104).
 * Nothing but white space is a fault too (PC1103): from a pipe an error, as then the command before it has most likely failed.
 */
export function readText(name: string, bytes: Uint8Array): TextResult {
  const { text, problems } = decodeText(bytes);
  const source = { name, text };
  if (text.trim() === '') {
    if (name !== '-') return { fault: fault('PC1103', `${name} is empty`, undefined, 'warning') };
    return { fault: fault('PC1103', 'standard input is empty', 'see whether the command before it failed') };
  }
  const diagnostics = problems.map((problem) => ({
    ...fault('PC1104', problem.message, problem.help, problem.severity),
    span: { source, start: problem.start, end: problem.end },
  }));
  const broken = problems.find(({ severity }) => severity === 'error');
  if (broken !== undefined)
    return { fault: fault('PC1104', `${name} is a binary file, not YAML or JSON`, broken.help) };
  return diagnostics.length === 0 ? { source } : { source, diagnostics };
}
