import { authzTable } from './authz-table.ts';
import type { Parsed } from './flags.ts';
import { failed, logLine } from './output.ts';
import { namedPods } from './pod-names.ts';
import { parseDump, readRbacFilters } from './rbac-filters.ts';
import type { IstioctlOutput, IstioctlWorld } from './types.ts';

export const authzCheckUsage =
  'Usage:\n  istioctl experimental authz check [<type>/]<name>[.<namespace>] [flags]\n\n';

/** `istioctl x authz check`, of a pod's proxy or of a config dump. Source: istioctl/pkg/authz/authz.go. */
export async function authzCheck({ words, values }: Parsed, world: IstioctlWorld): Promise<IstioctlOutput> {
  const port = Number(values.get('proxy-admin-port') ?? '15000');
  if (words.length > 1)
    return failed('check requires only <pod-name>[.<pod-namespace>]', { usage: authzCheckUsage });
  if (port < 1 || port > 65535) return failed(`port number ${port} must be in the range 1..65535`);
  const file = values.get('file') ?? '';
  if (file !== '') {
    const text = world.readFile(file);
    const failure = `failed to get config dump from file ${file}: `;
    if (typeof text !== 'string') return failed(failure + text.failure);
    return ofDump(text, world.now(), (why) => `${failure}failed to unmarshal proxy config: ${why}`);
  }
  if (words[0] === undefined) return failed('expecting pod name or config dump, found: 0');
  const pods = await namedPods(words[0], values.get('namespace') ?? '', world);
  if ('failure' in pods) return failed(pods.failure);
  const [pod] = pods;
  if (pod === undefined) return failed(`no pods match "${words[0]}"`);
  const failure = `failed to get config dump from pod ${pod.name} in ${pod.namespace}`;
  const answer = await world.admin(pod, port).get('config_dump');
  if ('failure' in answer || answer.status !== 200) return failed(failure);
  return ofDump(answer.body, world.now(), () => failure);
}

function ofDump(text: string, now: Date, unreadable: (why: string) => string): IstioctlOutput {
  const parsed = parseDump(text);
  if ('failure' in parsed) return failed(unreadable(parsed.failure));
  const found = readRbacFilters(parsed.dump);
  if (found === undefined) {
    const type = 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump';
    return failed(`failed to get dynamic listener dump: config dump has no configuration type ${type}`);
  }
  const table = authzTable(found.filters);
  const errors = [...found.errors, ...table.foreign.map((id) => `failed to parse policy name: ${id}`)];
  const log = errors.map((error) => logLine(now, 'error', error)).join('');
  return { stdout: log + (found.listeners === 0 ? '' : table.text), stderr: '', exit: 0 };
}
