import { explainSymptom } from '../debug/index.ts';
import { checkWords } from '../lint/index.ts';
import { checkCommand, formatJson, formatSymptomText, symptomToJson } from '../report/index.ts';
import { ask, readEnds } from './ask.ts';
import type { DebugFlags, SymptomWord } from './debug.ts';
import { writePlan } from './debug-fix.ts';
import { exitCodes, usageError } from './exit.ts';
import { wantsFix } from './fix-flags.ts';
import { planFor } from './fix-plan.ts';
import type { Gathered } from './gather.ts';
import { inputWords } from './input-words.ts';
import { styleFor, type Terminal } from './terminal.ts';

/** Explains what the caller of FROM TO saw; gives the exit code. Throws Refusal. */
export function debugSymptom(
  word: SymptomWord,
  ends: ReturnType<typeof readEnds>,
  gathered: Gathered,
  flags: DebugFlags,
  terminal: Terminal,
): number {
  const { cluster } = gathered;
  const { request, verdict, notes } = ask(cluster, ends, flags);
  const finding = explainSymptom(cluster, request, verdict, word);
  const plan = wantsFix(flags) ? planFor(gathered, flags, terminal.cwd, [request]) : undefined;
  const setting = { notes, ...(plan === undefined ? {} : { fixes: plan.fixes, patches: flags.fixes ?? 1 }) };
  if (flags.output === 'json') terminal.print(formatJson(symptomToJson(finding, setting)));
  else {
    const words = checkWords(cluster, request);
    const check = words && checkCommand([...inputWords(flags), ...words]);
    const style = styleFor(terminal, 'print', flags.color);
    terminal.print(
      formatSymptomText(finding, { ...setting, ...(check === undefined ? {} : { check }) }, style),
    );
  }
  if (plan !== undefined) writePlan(plan, flags, terminal);
  return finding.fits === 'no' ? exitCodes.unknown : exitCodes.deny;
}

/** Takes FROM and TO apart, and refuses what goes with a log only. Throws a usage error. */
export function readSymptomEnds(
  from: string | undefined,
  to: string | undefined,
  flags: DebugFlags,
): ReturnType<typeof readEnds> {
  if (from === undefined || to === undefined) {
    throw usageError('--symptom is about a request: say FROM and TO', [
      'portcullis debug -f manifests/ shop/web http://orders.shop/ --symptom 403',
    ]);
  }
  const logFlag = (['fromLog', 'pod', 'from', 'to', 'watch'] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (logFlag !== undefined) {
    const flag = logFlag === 'fromLog' ? 'from-log' : logFlag;
    throw usageError(`--${flag} is about a log, and --symptom takes the place of one`);
  }
  return readEnds(from, to);
}
