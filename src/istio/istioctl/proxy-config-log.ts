import { readRequestBody, toPlainValue } from '../../yaml/index.ts';
import type { Parsed } from './flags.ts';
import { allLoggers, type LevelChanges, readLevelChanges } from './level-changes.ts';
import { type EnvoyLevel, readEnvoyLevel } from './levels.ts';
import { failed, logLine } from './output.ts';
import { namedPods } from './pod-names.ts';
import type { EnvoyAdmin, FoundPods, IstioctlOutput, IstioctlWorld } from './types.ts';

export const proxyConfigLogUsage =
  'Usage:\n  istioctl proxy-config log [<type>/]<name>[.<namespace>] [flags]\n\n';

type Answer = { readonly body: string } | { readonly failure: string };

/**
 * `istioctl proxy-config log`. Every proxy is asked first, everything said is checked, and only then is anything set, one request for each change; the last answer of a proxy
 * is shown. Source: istioctl/pkg/proxyconfig/proxyconfig.go logCmd.
 */
export async function proxyConfigLog(parsed: Parsed, world: IstioctlWorld): Promise<IstioctlOutput> {
  const { words, values } = parsed;
  const level = values.get('level') ?? '';
  const reset = values.get('reset') === 'true';
  const port = Number(values.get('proxy-admin-port') ?? '15000');
  const refused = refuse(parsed, level, reset, port);
  if (refused !== undefined) return refused;
  const pods = await findPods(words[0], values, world);
  if ('failure' in pods) return failed(pods.failure, { stdout: pods.log });

  let loggers = '';
  for (const pod of pods) {
    const answer = await post(world.admin(pod, port), 'logging');
    if ('failure' in answer) return failed(answer.failure);
    loggers = answer.body;
  }
  const { changes, log } = await planChanges(level, reset, loggers, values, world);
  if ('failure' in changes) return failed(changes.failure);

  let stdout = log;
  const failures: string[] = [];
  const queries = changes.length === 0 ? [''] : changes.map(([name, wanted]) => `?${name}=${wanted}`);
  for (const pod of pods) {
    let last: Answer = { body: '' };
    for (const query of queries) last = await post(world.admin(pod, port), `logging${query}`);
    const { name, namespace } = pod;
    if ('failure' in last)
      failures.push(`error configuring log level for ${name}.${namespace}: ${last.failure}`);
    else stdout += `${name}.${namespace}:\n${last.body}`;
  }
  if (failures.length === 0) return { stdout, stderr: '', exit: 0 };
  const count = failures.length === 1 ? '1 error' : `${failures.length} errors`;
  return failed(`${count} occurred:\n\t* ${failures.join('\n\t* ')}\n\n`, { stdout });
}

function refuse(
  { words, values }: Parsed,
  level: string,
  reset: boolean,
  port: number,
): IstioctlOutput | undefined {
  const usage = proxyConfigLogUsage;
  if ((values.get('selector') ?? '') === '' && words.length === 0)
    return failed('log requires pod name or --selector', { usage });
  if (reset && level !== '') return failed('--level cannot be combined with --reset', { usage });
  if (!['', 'short'].includes(values.get('output') ?? 'short'))
    return failed('--output is not applicable for this command');
  if (port < 1 || port > 65535) return failed(`port number ${port} must be in the range 1..65535`);
  return undefined;
}

async function findPods(
  word: string | undefined,
  values: ReadonlyMap<string, string>,
  world: IstioctlWorld,
): Promise<Exclude<FoundPods, { failure: string }> | { readonly failure: string; readonly log?: string }> {
  const namespace = values.get('namespace') ?? '';
  const selector = values.get('selector') ?? '';
  if (selector === '') {
    const pods = await namedPods(word ?? '', namespace, world);
    return 'failure' in pods ? { ...pods, log: logLine(world.now(), 'error', 'pods lookup failed') } : pods;
  }
  const pods = await world.podsSelected(selector, namespace === '' ? world.defaultNamespace : namespace);
  if ('failure' in pods)
    return { failure: `not able to locate pod with selector ${selector}: ${pods.failure}` };
  return pods.length === 0 ? { failure: 'no pods found' } : pods;
}

/** `log` is what istioctl logs meanwhile. */
async function planChanges(
  level: string,
  reset: boolean,
  loggers: string,
  values: ReadonlyMap<string, string>,
  world: IstioctlWorld,
): Promise<{ readonly changes: LevelChanges | { readonly failure: string }; readonly log: string }> {
  if (!reset) return { changes: level === '' ? [] : readLevelChanges(level, loggers), log: '' };
  const found = injectorLevel(await world.injectorValues(values.get('istioNamespace') ?? 'istio-system'));
  if (found !== undefined) return { changes: [[allLoggers, found]], log: '' };
  const said =
    'unable to get logLevel from ConfigMap istio-sidecar-injector, using default value "warning" for envoy proxies';
  return { changes: [[allLoggers, 'warning']], log: logLine(world.now(), 'warn', said) };
}

/** The level where istioctl looks for it in the injector's values. Istio's charts write it elsewhere: `global.proxy.logLevel`. */
function injectorLevel(values: string | undefined): EnvoyLevel | undefined {
  if (values === undefined) return undefined;
  const [document] = readRequestBody(values);
  let at: unknown = document?.root === undefined ? undefined : toPlainValue(document.root);
  for (const key of ['sidecarInjectorWebhook', 'global', 'proxy', 'logLevel'])
    at = (at as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  return typeof at === 'string' ? readEnvoyLevel(at) : undefined;
}

async function post(admin: EnvoyAdmin, path: string): Promise<Answer> {
  const answer = await admin.post(path);
  if ('body' in answer && answer.status === 200) return answer;
  const why = 'failure' in answer ? answer.failure : `unexpected status code: ${answer.status}`;
  return { failure: `failed to execute command on Envoy: ${why}` };
}
