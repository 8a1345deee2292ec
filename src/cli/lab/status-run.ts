import { type LabHandle, listLabs } from '../../lab/index.ts';
import type { Pod } from '../../lab/store/index.ts';
import { formatJson, type JsonValue, reportVersion } from '../../report/index.ts';
import { exitCodes } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { type ListedObject, openApi } from './api.ts';
import { chooseLab, refuseOutsideLinux } from './choose-lab.ts';
import { listDrops } from './drops-run.ts';
import { describeAge } from './duration.ts';
import { proxyWords } from './proxy-flag.ts';
import { readReadiness } from './readiness.ts';
import type { StatusFlags } from './status.ts';
import { formatTable } from './table.ts';

/** A lab as `lab status` shows it. */
interface LabStatus {
  readonly lab: LabHandle;
  readonly pods: { readonly ready: number; readonly total: number };
  readonly sidecars: number;
  /** Packets that policies dropped. */
  readonly drops: number;
  readonly waiting: readonly { readonly pod: string; readonly why: string }[];
}

/** Prints what runs and gives the exit code. Throws Refusal. */
export async function status({ name, output }: StatusFlags, terminal: Terminal): Promise<number> {
  refuseOutsideLinux();
  const labs = name === undefined ? listLabs() : [chooseLab(name, terminal)];
  const statuses = await Promise.all(labs.map(readStatus));
  if (output === 'json') terminal.print(formatJson(toJson(statuses)));
  else if (labs.length === 0) terminal.print('no lab is running; start one: portcullis lab up\n');
  else terminal.print(format(statuses));
  return exitCodes.ok;
}

async function readStatus(lab: LabHandle): Promise<LabStatus> {
  const api = openApi(lab);
  try {
    const [{ ready, total, waiting }, pods, drops] = await Promise.all([
      readReadiness(api),
      api.list<Pod & ListedObject>('/api/v1/pods'),
      listDrops(api),
    ]);
    return {
      lab,
      pods: { ready, total },
      sidecars: pods.filter(hasSidecar).length,
      drops: drops.reduce((sum, drop) => sum + drop.count, 0),
      waiting,
    };
  } finally {
    api.close();
  }
}

/** Istio's proxy is a container, or an init container that stays. */
function hasSidecar({ spec }: Pod): boolean {
  return [...spec.containers, ...(spec.initContainers ?? [])].some(({ name }) => name === 'istio-proxy');
}

function format(statuses: readonly LabStatus[]): string {
  const rows = statuses.map(({ lab, pods, sidecars, drops }) => [
    lab.name,
    `${pods.ready}/${pods.total}`,
    String(sidecars),
    proxyWords(lab.proxy),
    String(drops),
    describeAge(Date.now() - lab.startedAt.getTime()),
    lab.kubeconfig,
  ]);
  const table = formatTable(['NAME', 'READY', 'SIDECARS', 'PROXY', 'DROPS', 'AGE', 'KUBECONFIG'], rows);
  const lines = statuses.flatMap(({ lab, waiting }) =>
    waiting.map(({ pod, why }) => `${lab.name}: not ready: ${pod}: ${why}\n`),
  );
  return [table, ...(lines.length === 0 ? [] : ['\n', ...lines])].join('');
}

function toJson(statuses: readonly LabStatus[]): JsonValue {
  return {
    apiVersion: reportVersion,
    kind: 'LabStatus',
    labs: statuses.map(({ lab, pods, sidecars, drops, waiting }) => ({
      name: lab.name,
      pid: lab.pid,
      startedAt: lab.startedAt.toISOString(),
      server: `https://127.0.0.1:${lab.port}`,
      kubeconfig: lab.kubeconfig,
      pods: { ready: pods.ready, total: pods.total },
      sidecars,
      proxy: { ...lab.proxy },
      drops,
      waiting: waiting.map(({ pod, why }) => ({ pod, why })),
    })),
  };
}
