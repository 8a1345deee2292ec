import { setTimeout as sleep } from 'node:timers/promises';
import type { DropSummary } from '../../lab/network/index.ts';
import { formatJson, type JsonValue, reportVersion } from '../../report/index.ts';
import { exitCodes } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { type LabApi, type ListedObject, openApi } from './api.ts';
import { chooseLab } from './choose-lab.ts';
import type { DropsFlags } from './drops.ts';
import { describeAge, readDuration } from './duration.ts';
import { onReaderGone } from './reader-gone.ts';
import { formatTable } from './table.ts';

/** A drop as the lab's API gives it out: times are text. */
type ListedDrop = Omit<DropSummary, 'first' | 'last'> & { readonly first: string; readonly last: string };

const watchMilliseconds = 250;

/** Prints what was dropped and gives the exit code. Throws Refusal. */
export async function drops({ name, output, since, watch }: DropsFlags, terminal: Terminal): Promise<number> {
  const oldest = since === undefined ? 0 : Date.now() - readDuration(since, '--since');
  const api = openApi(chooseLab(name, terminal));
  try {
    const found = (await listDrops(api)).filter(({ last }) => Date.parse(last) >= oldest);
    const names = await nameAddresses(api);
    if (output === 'json') for (const each of watch ? found : []) terminal.print(`${JSON.stringify(each)}\n`);
    if (output === 'json' && !watch) terminal.print(formatJson(toJson(found)));
    if (output !== 'json') terminal.print(format(found, names, output === 'wide'));
    if (watch !== true) return exitCodes.ok;
    return await follow(api, found, output, terminal);
  } finally {
    api.close();
  }
}

/** All drops that the lab has counted. */
export function listDrops(api: LabApi): Promise<readonly ListedDrop[]> {
  return api.list<ListedDrop & ListedObject>('/portcullis/drops');
}

async function follow(
  api: LabApi,
  found: readonly ListedDrop[],
  output: DropsFlags['output'],
  terminal: Terminal,
): Promise<number> {
  const told = new Map(found.map((drop) => [keyOf(drop), drop.count]));
  let isRead = true;
  onReaderGone(() => {
    isRead = false;
  });
  while (isRead) {
    await sleep(watchMilliseconds);
    const fresh = (await listDrops(api)).filter((drop) => drop.count > (told.get(keyOf(drop)) ?? 0));
    if (fresh.length === 0) continue;
    for (const drop of fresh) told.set(keyOf(drop), drop.count);
    const names = await nameAddresses(api);
    if (output === 'json') for (const drop of fresh) terminal.print(`${JSON.stringify(drop)}\n`);
    else
      terminal.print(
        formatTable(headOf(output === 'wide'), rowsOf(fresh, names, output === 'wide')).replace(/^.*\n/, ''),
      );
  }
  return exitCodes.ok;
}

function keyOf({ count: _count, first: _first, last: _last, ...rest }: ListedDrop): string {
  return JSON.stringify(rest);
}

/** Who has an address: pods by their names, Services too. */
async function nameAddresses(api: LabApi): Promise<ReadonlyMap<string, string>> {
  const pods = await api.list('/api/v1/pods');
  return new Map(
    pods.flatMap(({ metadata, spec, status }) =>
      typeof status?.podIP === 'string' && spec?.hostNetwork !== true
        ? [[status.podIP, `${metadata.namespace}/${metadata.name}`] as const]
        : [],
    ),
  );
}

function format(found: readonly ListedDrop[], names: ReadonlyMap<string, string>, wide: boolean): string {
  if (found.length === 0) return 'no policy has dropped a packet\n';
  return formatTable(headOf(wide), rowsOf(found, names, wide));
}

function headOf(wide: boolean): readonly string[] {
  const head = ['LAST', 'COUNT', 'DIRECTION', 'FROM', 'TO', 'PROTOCOL', 'POLICY'];
  return wide ? [...head, 'RULE', 'FIRST', 'SOURCE', 'DESTINATION'] : head;
}

function rowsOf(
  found: readonly ListedDrop[],
  names: ReadonlyMap<string, string>,
  wide: boolean,
): readonly (readonly string[])[] {
  const name = (address: string): string => names.get(address) ?? address;
  return found.map((drop) => {
    const port = drop.destination.port === undefined ? '' : `:${drop.destination.port}`;
    const row = [
      `${describeAge(Date.now() - Date.parse(drop.last))} ago`,
      String(drop.count),
      drop.direction,
      name(drop.source.address),
      `${name(drop.destination.address)}${port}`,
      drop.protocol,
      drop.policies.map(describePolicy).join(', '),
    ];
    if (!wide) return row;
    const rule = drop.rule === undefined ? '-' : String(drop.rule);
    return [...row, rule, drop.first, drop.source.address, `${drop.destination.address}${port}`];
  });
}

function describePolicy({ kind, namespace, name }: DropSummary['policies'][number]): string {
  return `${kind} ${namespace === undefined || namespace === '' ? '' : `${namespace}/`}${name}`;
}

function toJson(found: readonly ListedDrop[]): JsonValue {
  return { apiVersion: reportVersion, kind: 'LabDrops', drops: found as unknown as JsonValue };
}
