import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatJson } from '../../report/index.ts';
import { exitCodes, inputError } from '../exit.ts';
import { readScenario } from '../scenario.ts';
import { styleFor, type Terminal } from '../terminal.ts';
import { readDuration } from './duration.ts';
import { readImage } from './image-flag.ts';
import { labTeller } from './lab-input.ts';
import { type LabStep, playInLab } from './play-in-lab.ts';
import { chooseProxy, tellProxy } from './proxy-flag.ts';
import type { RunFlags } from './run.ts';
import { describeEnd, describeStep, stepsToJson } from './run-text.ts';

/** Plays a scenario in a lab of its own and gives the exit code. Throws Refusal. */
export async function run(folder: string, flags: RunFlags, terminal: Terminal): Promise<number> {
  const root = resolve(terminal.cwd, folder);
  if (!existsSync(join(root, 'scenario.yaml'))) throw inputError(`${folder} has no scenario.yaml`);
  const timeout = readDuration(flags.timeout, '--timeout');
  const images = (flags.image ?? []).map(readImage);
  const proxy = await chooseProxy(flags, terminal);
  tellProxy(proxy, terminal);
  const style = styleFor(terminal, 'print');
  const { title } = readScenario(root);
  const isText = flags.output === 'text';
  const steps: LabStep[] = [];
  for await (const step of playInLab({ root, images, proxy, timeout }, terminal)) {
    if (steps.length === 0) labTeller(terminal)(step.diagnostics);
    if (isText && steps.length === 0) terminal.print(`${style.strong(title)}\n`);
    if (isText) terminal.print(describeStep(step, style));
    steps.push(step);
  }
  terminal.print(isText ? describeEnd(steps, style) : formatJson(stepsToJson(title, steps)));
  const failed = steps.some(({ questions }) => questions.some(({ differences }) => differences.length > 0));
  return failed ? exitCodes.expectationFailed : exitCodes.ok;
}
