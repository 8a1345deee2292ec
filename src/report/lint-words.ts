import type { LintReport, Proof, Witness } from '../lint/index.ts';
import { count } from '../model/index.ts';
import { countDiagnostics } from './diagnostics.ts';
import { checkCommand } from './shell.ts';
import { describeQuestion } from './vocabulary.ts';

/** What a report shows of the world around it. */
export interface LintSetting {
  /** The flags that name the input, so that the commands of witnesses can be run as they stand. */
  readonly inputWords: readonly string[];
  /** The pages of docs/codes by code. */
  readonly pages: ReadonlyMap<string, string>;
  readonly version: string;
}

/** A proof in lines: the witnesses, or why there can be none. */
export function describeProof(proof: Proof): readonly string[] {
  const reason = proof.kind === 'witness' ? [] : [`${proof.kind}: ${proof.reason}`];
  return [...reason, ...witnessesOf(proof).map(describeWitness)];
}

/** The requests of a proof; none where nothing can match. */
export function witnessesOf(proof: Proof): readonly Witness[] {
  return proof.kind === 'never matches' ? [] : (proof.witnesses ?? []);
}

/** `witness: shop/web -> shop/db  TCP 5432: deny (from another namespace)`. */
export function describeWitness({ request, outcome, shows, under }: Witness): string {
  const remarks = [under, shows].filter((words) => words !== undefined);
  const said = remarks.length === 0 ? '' : ` (${remarks.join('; ')})`;
  return `witness: ${describeQuestion(request)}: ${outcome}${said}`;
}

/** The command line that asks for a witness; undefined where it cannot be asked for. */
export function witnessCommand(witness: Witness, inputWords: readonly string[]): string | undefined {
  const { words, under } = witness;
  if (words === undefined || under !== undefined) return undefined;
  return checkCommand([...inputWords, ...words]);
}

/** `2 errors and 1 warning; 3 in the baseline, 1 ignored by comments`. */
export function summarizeLint({ entries, known, suppressed, gone }: LintReport): string {
  const rest = [
    ...(known.length === 0 ? [] : [`${known.length} in the baseline`]),
    ...(suppressed.length === 0 ? [] : [`${suppressed.length} ignored by comments`]),
    ...(gone === 0 ? [] : [`${count(gone, 'finding')} of the baseline ${gone === 1 ? 'is' : 'are'} gone`]),
  ];
  const found = entries.length === 0 ? 'no findings' : countDiagnostics(entries);
  return rest.length === 0 ? found : `${found}; ${rest.join(', ')}`;
}

/** The title of a code: the first line of its page without mark and code. */
export function titleOf(code: string, pages: ReadonlyMap<string, string>): string {
  const [first = ''] = (pages.get(code) ?? '').split('\n', 1);
  return first.replace(/^#\s*(PC\d+:\s*)?/, '').trim();
}
