import { setTimeout as sleep } from 'node:timers/promises';
import { type LabHandle, startLab, stopLab } from '../../lab/index.ts';
import type { Pod } from '../../lab/store/index.ts';
import type { Verification } from '../../lab/verify/index.ts';
import { formatJson, type JsonValue, reportVersion } from '../../report/index.ts';
import { exitCodes, inputError } from '../exit.ts';
import { namesSources } from '../gather.ts';
import type { Terminal } from '../terminal.ts';
import { type LabApi, type ListedObject, messageOf, openApi } from './api.ts';
import { applyObjects } from './apply.ts';
import { chooseLab } from './choose-lab.ts';
import { readDuration } from './duration.ts';
import { findPod, workloadsOf } from './find-pod.ts';
import { countPods, readLabInput } from './lab-input.ts';
import { openProgress } from './progress.ts';
import { chooseProxy, tellProxy } from './proxy-flag.ts';
import { startOrRefuse } from './start-or-refuse.ts';
import { tellApplied, tellWaiting } from './tell-applied.ts';
import { optionsOf, watchPods } from './up-run.ts';
import type { VerifyFlags } from './verify.ts';
import { formatVerification } from './verify-text.ts';

const pollMilliseconds = 200;

/** Holds a lab against its verdicts and gives the exit code. Throws Refusal. */
export async function verify(flags: VerifyFlags, terminal: Terminal): Promise<number> {
  if (namesSources(flags) || flags.git !== undefined) return verifyManifests(flags, terminal);
  return verifyLab(chooseLab(flags.name, terminal), flags, terminal);
}

/** In a lab of its own, which ends with the command. */
async function verifyManifests(flags: VerifyFlags, terminal: Terminal): Promise<number> {
  const timeout = readDuration(flags.timeout, '--timeout');
  const { name = `verify-${process.pid}` } = flags;
  const options = optionsOf({ ...flags, name, wait: true });
  const { objects, labelsOf, rejected } = await readLabInput({ ...flags, wait: true }, terminal);
  const proxy = await chooseProxy(flags, terminal, countPods(objects));
  const progress = openProgress(terminal);
  progress.say('starting a lab');
  const { lab } = await startOrRefuse(() =>
    startLab({ ...options, proxy }, (text) => progress.say(`starting a lab: ${text}`)),
  ).finally(progress.end);
  const api = openApi(lab);
  try {
    tellProxy(proxy, terminal);
    const applied = await applyObjects(api, objects, labelsOf);
    tellApplied(applied, terminal);
    tellWaiting(await watchPods(api, timeout, terminal), terminal);
    const code = await verifyLab(lab, flags, terminal);
    return rejected > 0 || applied.refused.length > 0 ? Math.max(code, exitCodes.input) : code;
  } finally {
    api.close();
    await stopLab(lab);
  }
}

async function verifyLab(lab: LabHandle, flags: VerifyFlags, terminal: Terminal): Promise<number> {
  const api = openApi(lab);
  const progress = openProgress(terminal);
  try {
    const from = await chooseKeys(api, flags.from, flags.namespace);
    const to = await chooseKeys(api, flags.to, flags.namespace);
    const asked = api.request('POST', '/portcullis/verify', { from, to, all: flags.all === true });
    const answer = await told(api, asked, progress.say);
    if (answer.status !== 200) throw new Error(`lab ${lab.name}: ${messageOf(answer)}`);
    const result = answer.body as Verification;
    progress.end();
    if (flags.output === 'json') terminal.print(formatJson(toJson(result)));
    else terminal.print(formatVerification(result, flags.output === 'wide'));
    if (result.disagreed > 0) return exitCodes.expectationFailed;
    return result.agreed > 0 ? exitCodes.ok : exitCodes.unknown;
  } finally {
    progress.end();
    api.close();
  }
}

/** Waits for an answer and tells meanwhile how far it is. */
async function told<T>(api: LabApi, answer: Promise<T>, say: (text: string) => void): Promise<T> {
  let done = false;
  const finished = answer.finally(() => {
    done = true;
  });
  finished.catch(() => {});
  await Promise.race([finished.catch(() => {}), sleep(pollMilliseconds)]);
  while (!done) {
    const progress = await api.get<{ done: number; total: number }>('/portcullis/verify');
    say(`${progress.done} of ${progress.total} cells`);
    await Promise.race([finished.catch(() => {}), sleep(pollMilliseconds)]);
  }
  return await finished;
}

/** The pods that words of the command line mean: one, all of a workload, all of a namespace, or the client outside. */
async function chooseKeys(
  api: LabApi,
  texts: readonly string[] | undefined,
  namespace: string | undefined,
): Promise<readonly string[] | undefined> {
  if (texts === undefined || texts.length === 0) return undefined;
  const pods = await api.list<Pod & ListedObject>('/api/v1/pods');
  const keys = await Promise.all(
    texts.map(async (text) => {
      if (text === 'outside') return [text];
      if (text.endsWith('/')) return inNamespace(pods, text.slice(0, -1));
      const found = await findPod(api, text, namespace);
      const pod = pods.find(({ metadata }) => keyOf(metadata) === keyOf(found));
      const makers =
        text.endsWith(`/${found.name}`) || text === found.name || pod === undefined ? [] : workloadsOf(pod);
      const replicas = pods.filter((each) => workloadsOf(each).some((name) => makers.includes(name)));
      return replicas.length === 0 ? [keyOf(found)] : replicas.map(({ metadata }) => keyOf(metadata));
    }),
  );
  return [...new Set(keys.flat())];
}

function inNamespace(pods: readonly Pod[], namespace: string): string[] {
  const found = pods.filter(({ metadata }) => metadata.namespace === namespace);
  if (found.length === 0) throw inputError(`the lab has no pods in namespace ${namespace}`);
  return found.map(({ metadata }) => keyOf(metadata));
}

function keyOf({ namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function toJson({ cells, agreed, disagreed, unknown, untried, conditions }: Verification): JsonValue {
  return {
    apiVersion: reportVersion,
    kind: 'LabVerification',
    summary: {
      cells: cells.length,
      agreed,
      disagreed,
      unknown,
      untried: { ...untried },
      conditions: conditions as unknown as JsonValue,
    },
    cells: cells as unknown as JsonValue,
  };
}
