import { type Answer, formatJson, formatText, formatYaml, verdictToJson } from '../report/index.ts';
import { ask, readEnds } from './ask.ts';
import type { CheckFlags } from './check.ts';
import { exitCodes } from './exit.ts';
import { gatherCluster } from './gather.ts';
import { tellerOf } from './tell.ts';
import { styleFor, type Terminal } from './terminal.ts';

/** Answers `check FROM TO` and gives the exit code. Throws Refusal. */
export async function check(
  from: string,
  to: string,
  flags: CheckFlags,
  terminal: Terminal,
): Promise<number> {
  const ends = readEnds(from, to);
  const tell = tellerOf(terminal, flags.color);
  const { cluster, diagnostics } = await gatherCluster(flags, terminal, tell);
  const answer = { ...ask(cluster, ends, flags), diagnostics };
  terminal.print(format(answer, flags, terminal));
  const { outcome } = answer.verdict;
  if (flags.expect === undefined) return exitCodes[outcome];
  if (flags.expect === outcome) return exitCodes.ok;
  terminal.warn(`expected ${flags.expect}, the outcome is ${outcome}\n`);
  return exitCodes.expectationFailed;
}

function format(answer: Answer, { output, color }: CheckFlags, terminal: Terminal): string {
  if (output === 'json') return formatJson(verdictToJson(answer));
  if (output === 'yaml') return formatYaml(verdictToJson(answer));
  return formatText(answer, styleFor(terminal, 'print', color));
}
