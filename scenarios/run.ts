import { styleText } from 'node:util';
import { play, readScenario } from '../src/cli/index.ts';
import { colourStyle, formatDiagnostics, formatText, plainStyle } from '../src/report/index.ts';

/** Plays a scenario for a person to read: each step, what it applies, its verdicts and their proofs. Exit code 1 if one is not as expected. */
const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write('usage: node scenarios/run.ts FOLDER\n');
  process.exit(64);
}
const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const style = colours ? colourStyle : plainStyle;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const heading = (text: string): string => (colours ? styleText('bold', text) : text);

say(heading(readScenario(folder).title));
let failed = 0;
let shown = '';
for await (const step of play(folder)) {
  say(`\n${heading(`(${step.name}) ${step.say}`)}`);
  for (const file of step.delete) say(`    - ${file}`);
  for (const file of step.apply) say(`    + ${file}`);
  const warnings = formatDiagnostics(
    step.diagnostics.filter(({ severity }) => severity !== 'info'),
    style,
  );
  if (warnings !== shown) say(`\n${warnings}`);
  shown = warnings;
  for (const { answer, differences } of step.questions) {
    say(`\n${formatText(answer, style).trimEnd()}`);
    for (const line of differences) say(`NOT AS EXPECTED: ${line}`);
    failed += differences.length > 0 ? 1 : 0;
  }
}
say(
  failed === 0
    ? '\nEvery verdict is as the scenario says.'
    : `\n${failed} verdicts are not as the scenario says.`,
);
process.exitCode = failed === 0 ? 0 : 1;
