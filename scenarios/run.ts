import { resolve } from 'node:path';
import { styleText } from 'node:util';
import {
  adviceOf,
  chooseProxy,
  examine,
  type LabQuestion,
  type PlayedStep,
  play,
  playInLab,
  processTerminal,
  proxyWords,
  Refusal,
  readScenario,
} from '../src/cli/index.ts';
import { colourStyle, formatDiagnostics, formatText, plainStyle } from '../src/report/index.ts';

/**
 * Plays a scenario for a person to read: each step, what it applies, its verdicts and their proofs, and where this machine can run a lab what real packets come to. Exit code 1 if something is not
 * as expected.
 */
const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write('usage: node scenarios/run.ts FOLDER\n');
  process.exit(64);
}
const root = resolve(folder);
const podsMilliseconds = 60_000;
const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const style = colours ? colourStyle : plainStyle;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const heading = (text: string): string => (colours ? styleText('bold', text) : text);

type Step = Omit<PlayedStep, 'questions'> & {
  readonly questions: readonly (Omit<LabQuestion, 'packets'> & Partial<Pick<LabQuestion, 'packets'>>)[];
};

say(heading(readScenario(root).title));
let failed = 0;
let untried = 0;
let shown = '';
for await (const step of await openSteps()) tell(step);
say(
  failed === 0
    ? `\nEverything is as the scenario says${untried === 0 ? '' : `, by verdict; ${untried} requests were not tried with packets`}.`
    : `\n${failed} answers are not as the scenario says.`,
);
process.exitCode = failed === 0 ? 0 : 1;

/** The steps with packets where that can be had; where not, says why, and gives them with verdicts alone. */
async function openSteps(): Promise<AsyncIterable<Step>> {
  const advice = adviceOf(await examine());
  if (advice.length > 0) return withoutPackets(advice);
  const terminal = processTerminal();
  const proxy = await chooseProxy({}, terminal);
  const steps = playInLab({ root, images: [], proxy, timeout: podsMilliseconds }, terminal);
  try {
    const first = await steps.next();
    say('Each request is answered twice: by the verdict, and by real packets in a lab on this machine.');
    say(`Sidecars: ${proxyWords(proxy)}.`);
    return (async function* () {
      if (first.done !== true) yield first.value;
      yield* steps;
    })();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return withoutPackets([error.message, ...error.details]);
  }
}

function withoutPackets(why: readonly string[]): AsyncIterable<Step> {
  say('Without packets, by verdict alone: this machine cannot run a lab as it is.');
  for (const line of why) say(`  ${line}`);
  return play(root);
}

function tell(step: Step): void {
  say(`\n${heading(`(${step.name}) ${step.say}`)}`);
  for (const file of step.delete) say(`    - ${file}`);
  for (const file of step.apply) say(`    + ${file}`);
  const warnings = formatDiagnostics(
    step.diagnostics.filter(({ severity }) => severity !== 'info'),
    style,
  );
  if (warnings !== shown) say(`\n${warnings}`);
  shown = warnings;
  for (const { answer, packets, differences } of step.questions) {
    say(`\n${formatText(answer, style).trimEnd()}`);
    if (packets !== undefined) say(`\nReal packets: ${packets.outcome}: ${packets.seen}`);
    if (packets?.outcome === 'untried') untried += 1;
    for (const line of differences) say(`NOT AS EXPECTED: ${line}`);
    failed += differences.length > 0 ? 1 : 0;
  }
}
