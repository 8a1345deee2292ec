import { setTimeout as sleep } from 'node:timers/promises';
import type { AskAdmin } from './admin-client.ts';

/** The versions of files that are to be in force. */
export interface Versions {
  readonly listeners: string;
  readonly clusters: string;
  /** By name. */
  readonly routes: ReadonlyMap<string, string>;
}

const names = [
  'listener_manager.lds.version_text',
  'listener_manager.total_listeners_warming',
  'listener_manager.total_listeners_draining',
  'listener_manager.total_filter_chains_draining',
  'cluster_manager.cds.version_text',
  'cluster_manager.warming_clusters',
] as const;

type Numbers = ReadonlyMap<string, string>;

const pattern = [
  ...names.map((name) => name.replaceAll('.', '\\.')),
  'http\\.outbound_.*\\.rds\\..*\\.version_text',
];
const query = `/stats?filter=${encodeURIComponent(`^(${pattern.join('|')})$`)}`;

/** Milliseconds between two looks, for what Envoy has seen and does not take, and for all of it. */
const [pause, refusal, limit] = [4, 500, 10_000];

/**
 * Waits until Envoy works by these versions and by nothing else: it has read them, what they replace has ended, on its worker's thread, too. Gives what it has
 * refused instead, or never finished; then the configuration before goes on. Envoy answers in the thread that reads the files, and does not count every refusal: one that
 * answers and answers and takes nothing has refused.
 */
export async function untilInForce(ask: AskAdmin, wanted: Versions): Promise<readonly string[]> {
  const end = performance.now() + limit;
  let [seen, since] = ['', performance.now()];
  for (;;) {
    const now = readNumbers((await ask(query)).text);
    const behind = unread(now, wanted);
    if (behind.length === 0 && isSettled(now)) return [];
    const time = performance.now();
    if (time > end) return behind.length === 0 ? ['what was replaced does not end'] : behind;
    const state = JSON.stringify([...now]);
    if (state !== seen) [seen, since] = [state, time];
    if (behind.length > 0 && time - since > refusal) return behind;
    await sleep(pause);
  }
}

function unread(now: Numbers, { listeners, clusters, routes }: Versions): readonly string[] {
  const late = [...routes].some(([name, version]) => {
    const stat = `.rds.${name.replaceAll(':', '_')}.version_text`;
    return [...now].some(([each, text]) => each.endsWith(stat) && text !== `"${version}"`);
  });
  return [
    ...(now.get('listener_manager.lds.version_text') === `"${listeners}"` ? [] : ['listeners']),
    ...(now.get('cluster_manager.cds.version_text') === `"${clusters}"` ? [] : ['clusters']),
    ...(late ? ['routes'] : []),
  ];
}

function isSettled(now: Numbers): boolean {
  const open = [
    'listener_manager.total_listeners_warming',
    'listener_manager.total_listeners_draining',
    'listener_manager.total_filter_chains_draining',
    'cluster_manager.warming_clusters',
  ];
  return open.every((name) => (now.get(name) ?? '0') === '0');
}

function readNumbers(text: string): Numbers {
  return new Map(
    text
      .split('\n')
      .filter((line) => line.includes(': '))
      .map((line) => line.split(': ', 2) as [string, string]),
  );
}
