import { setTimeout as sleep } from 'node:timers/promises';
import { type ImageEntry, type LabHandle, type ProxyChoice, startLab, stopLab } from '../../lab/index.ts';
import type { Answer } from '../../report/index.ts';
import { loadProject, type ProjectSource } from '../../sources/index.ts';
import { readLoaded } from '../gather.ts';
import { type Scenario, type ScenarioStep, sourcesAfter } from '../scenario.ts';
import type { Terminal } from '../terminal.ts';
import { type LabApi, openApi } from './api.ts';
import { type Applied, applyObjects, deleteObjects, type ToApply } from './apply.ts';
import { newName } from './choose-lab.ts';
import { objectsToApply } from './lab-input.ts';
import { type Packets, probe, probeSeconds } from './probe.ts';
import { packetDifferences } from './probe-result.ts';
import { openProgress } from './progress.ts';
import { type Readiness, waitUntilReady } from './readiness.ts';
import { startOrRefuse } from './start-or-refuse.ts';
import { createIssuer, type TokenIssuer } from './token-issuer.ts';

/** A lab in which a scenario is played. */
export interface ScenarioLab {
  readonly lab: LabHandle;
  /** Brings the lab to a step, from the one before it. */
  readonly enter: (step: number) => Promise<{ readonly applied: Applied; readonly readiness: Readiness }>;
  /** Sends the request of an answer; asked again for a while where packets and verdict differ, for a policy takes a moment. */
  readonly ask: (answer: Pick<Answer, 'request' | 'verdict'>) => Promise<AskedPackets>;
  readonly close: () => Promise<void>;
}

/** What packets came to, and in what that differs from the verdict. */
export interface AskedPackets {
  readonly packets: Packets;
  readonly differences: readonly string[];
}

export interface ScenarioLabOptions {
  readonly root: string;
  readonly scenario: Scenario;
  readonly images: readonly ImageEntry[];
  readonly proxy: ProxyChoice;
  /** Milliseconds for pods to get ready. */
  readonly timeout: number;
}

const settleMilliseconds = 2000;
const againMilliseconds = 100;

/** Starts a lab of its own for a scenario. It ends with `close`, and with this process. Throws a Refusal. */
export async function openScenarioLab(
  { root, scenario, images, proxy, timeout }: ScenarioLabOptions,
  terminal: Terminal,
): Promise<ScenarioLab> {
  const progress = openProgress(terminal);
  const issuer = sendsTokens(scenario) ? createIssuer() : undefined;
  const name = newName(`scenario-${process.pid}`);
  const all = [...images, ...(await standIns(root, scenario, images))];
  progress.say('starting a lab');
  const { lab } = await startOrRefuse(() =>
    startLab({ name, images: all, proxy }, (text) => progress.say(`starting a lab: ${text}`)),
  ).finally(progress.end);
  const api = openApi(lab);
  let changed = Date.now();
  return {
    lab,
    enter: async (step) => {
      const working = openProgress(terminal);
      working.say('applying');
      try {
        const applied = await applyStep(api, { root, scenario, step, issuer });
        changed = Date.now();
        const readiness = await waitUntilReady(api, timeout, ({ ready, total }) =>
          working.say(`${ready} of ${total} pods ready`),
        );
        return { applied, readiness };
      } finally {
        working.end();
      }
    },
    ask: async ({ request, verdict }) => {
      const working = openProgress(terminal);
      working.say('waiting for packets');
      try {
        return await askUntilSettled(
          () => probe(lab, api, request, issuer),
          verdict,
          changed + settleMilliseconds,
        );
      } finally {
        working.end();
      }
    },
    close: async () => {
      api.close();
      await stopLab(lab);
    },
  };
}

async function askUntilSettled(
  send: () => Promise<Packets>,
  verdict: Answer['verdict'],
  settled: number,
): Promise<AskedPackets> {
  if (!isOfSidecars(verdict)) {
    const seen = 'the lab has sidecars, but neither ztunnel nor waypoints';
    return { packets: { outcome: 'untried', seen }, differences: [] };
  }
  for (;;) {
    const packets = await send();
    const differences =
      packets.outcome === 'untried' ? [] : packetDifferences(verdict, packets, probeSeconds);
    if (differences.length === 0 || Date.now() > settled) return { packets, differences };
    await sleep(againMilliseconds);
  }
}

function isOfSidecars({ steps }: Answer['verdict']): boolean {
  return steps.every(({ at }) => at.kind !== 'ztunnel' && at.kind !== 'waypoint');
}

/** A step of a scenario, and who signs its tokens. */
interface StepToApply {
  readonly root: string;
  readonly scenario: Scenario;
  readonly step: number;
  readonly issuer: TokenIssuer | undefined;
}

async function applyStep(api: LabApi, { root, scenario, step, issuer }: StepToApply): Promise<Applied> {
  const { delete: gone }: ScenarioStep = scenario.steps[step]!;
  if (gone.length > 0) await deleteObjects(api, await readObjects(root, gone.map(fileSource(scenario))));
  const before = step === 0 ? [] : sourcesAfter(scenario, step - 1);
  const known = new Set(before.map(wordsOf));
  const fresh = sourcesAfter(scenario, step).filter((source) => !known.has(wordsOf(source)));
  const objects = (await readObjects(root, fresh)).map((each) => ({
    ...each,
    object: issuer?.trust(each.object) ?? each.object,
  }));
  return applyObjects(api, objects, () => ({}));
}

function sendsTokens({ steps }: Scenario): boolean {
  const flags = steps.flatMap(({ expect }) => expect.map((each) => each.flags ?? {}));
  return flags.some(({ jwt, claim }) => claim !== undefined || (jwt !== undefined && jwt !== 'none'));
}

function wordsOf({ span: _span, ...source }: ProjectSource): string {
  return JSON.stringify(source, (_key, value: unknown) => (value instanceof Map ? [...value] : value));
}

function fileSource({ base }: Scenario): (path: string) => ProjectSource {
  const { span } = base[0]!;
  return (path) => ({ kind: 'path', path, recursive: false, span });
}

async function readObjects(root: string, sources: readonly ProjectSource[]): Promise<readonly ToApply[]> {
  const project = {
    path: `${root}/scenario.yaml`,
    sources,
    mesh: {},
    authorizers: [],
    assume: [],
    ignoreKinds: [],
  };
  const loaded = await loadProject(project, root);
  return objectsToApply(loaded.sources, readLoaded(loaded));
}

/** Images that the lab has no program for are played by its echo server, which answers on the ports that the container declares. */
async function standIns(
  root: string,
  scenario: Scenario,
  named: readonly ImageEntry[],
): Promise<readonly ImageEntry[]> {
  const { imageTable, isOwnImage } = await import('../../lab/programs/index.ts');
  const find = imageTable({ entries: named });
  const objects = await readObjects(root, sourcesAfter(scenario, scenario.steps.length - 1));
  const images = new Set(objects.flatMap(({ object }) => imagesIn(object.value)));
  return [...images]
    .filter((image) => 'missing' in find(image) && !isOwnImage(image))
    .map((image) => ({ image, command: ['agnhost'] }));
}

/** The images of all containers anywhere in an object. */
function imagesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'containers' in value && Array.isArray(value.containers) ? value.containers : [];
  const images = own.flatMap(({ image }: { image?: unknown }) => (typeof image === 'string' ? [image] : []));
  return [...images, ...Object.values(value).flatMap(imagesIn)];
}
