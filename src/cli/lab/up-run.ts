import { type LabHandle, type LabOptions, startLab, stopLab } from '../../lab/index.ts';
import { count, parseAddress } from '../../model/index.ts';
import { exitCodes, usageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { type LabApi, openApi } from './api.ts';
import { applyObjects } from './apply.ts';
import { nameWords, newName } from './choose-lab.ts';
import { readDuration } from './duration.ts';
import { readImage } from './image-flag.ts';
import { countPods, type LabInput, readLabInput } from './lab-input.ts';
import { openProgress, type Progress } from './progress.ts';
import { chooseProxy, tellProxy } from './proxy-flag.ts';
import { type Readiness, readReadiness, waitUntilReady } from './readiness.ts';
import { startOrRefuse } from './start-or-refuse.ts';
import { tellApplied, tellWaiting } from './tell-applied.ts';
import type { UpFlags } from './up.ts';

/** Brings up a lab and gives the exit code. Throws Refusal. */
export async function up(flags: UpFlags, terminal: Terminal): Promise<number> {
  const timeout = readDuration(flags.timeout, '--timeout');
  const options = optionsOf(flags);
  const input = await readLabInput(flags, terminal);
  const proxy = await chooseProxy(flags, terminal, countPods(input.objects));
  const progress = openProgress(terminal);
  progress.say(`starting lab ${options.name}`);
  const begun = performance.now();
  const started = await startOrRefuse(() =>
    startLab({ ...options, proxy }, (text) => progress.say(`starting lab ${options.name}: ${text}`)),
  ).finally(progress.end);
  const api = openApi(started.lab);
  try {
    tellProxy(proxy, terminal);
    const code = await fill(started.lab, api, input, { ...flags, timeout, begun }, terminal);
    if (flags.foreground !== true) {
      started.detach();
      return code;
    }
    terminal.warn('Ctrl-C ends the lab\n');
    await Promise.race([started.exited, interrupted()]);
    await stopLab(started.lab);
    return code;
  } catch (error) {
    await stopLab(started.lab);
    throw error;
  } finally {
    api.close();
  }
}

/** Reads what the flags say of the lab itself. Throws a usage error. */
export function optionsOf({ name, nodeAgent, image = [], resolve = [] }: UpFlags): LabOptions {
  return {
    name: newName(name),
    ...(nodeAgent && { nodeAgent }),
    images: image.map(readImage),
    ...(resolve.length > 0 && { resolve: Object.fromEntries(resolve.map(readHost)) }),
  };
}

function readHost(text: string): readonly [string, string] {
  const [name = '', address = ''] = text.split('=');
  if (name !== '' && parseAddress(address)?.family === 4) return [name.toLowerCase(), address];
  throw usageError(
    `cannot read --resolve ${JSON.stringify(text)}: write NAME=ADDRESS, api.example=203.0.113.10`,
  );
}

interface FillOptions {
  readonly wait: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  /** When the lab was asked for, by `performance.now()`. */
  readonly begun: number;
}

async function fill(
  lab: LabHandle,
  api: LabApi,
  { objects, rejected, labelsOf }: LabInput,
  { wait, timeout, begun }: FillOptions,
  terminal: Terminal,
): Promise<number> {
  const progress = openProgress(terminal);
  progress.say(`applying ${count(objects.length, 'object')}`);
  const applied = await applyObjects(api, objects, labelsOf).finally(progress.end);
  tellApplied(applied, terminal);
  const readiness = wait ? await watchPods(api, timeout, terminal) : await readReadiness(api);
  terminal.print(describeLab(lab, readiness, performance.now() - begun));
  if (wait) tellWaiting(readiness, terminal);
  if (rejected > 0 || applied.refused.length > 0) return exitCodes.input;
  return wait && readiness.ready < readiness.total ? exitCodes.expectationFailed : exitCodes.ok;
}

/** Waits for the pods and tells how far they are. */
export async function watchPods(api: LabApi, timeout: number, terminal: Terminal): Promise<Readiness> {
  const progress: Progress = openProgress(terminal);
  return waitUntilReady(api, timeout, ({ ready, total }) =>
    progress.say(`${ready} of ${count(total, 'pod')} ready`),
  ).finally(progress.end);
}

function describeLab({ name, kubeconfig }: LabHandle, { ready, total }: Readiness, took: number): string {
  const words = nameWords(name);
  const pods = ready === total ? `${count(total, 'pod')} ready` : `${ready} of ${count(total, 'pod')} ready`;
  return [
    `Lab ${name} is up: ${pods} after ${(took / 1000).toFixed(1)} s`,
    '',
    `  portcullis lab kubectl${words} get pods -A`,
    `  portcullis lab shell${words}`,
    `  export KUBECONFIG=${kubeconfig}`,
    `  portcullis lab down${words}`,
    '',
  ].join('\n');
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => resolve());
  });
}
