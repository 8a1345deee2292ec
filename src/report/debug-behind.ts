import type { DebugBehind } from './debug-view.ts';
import { countWords } from './debug-words.ts';
import type { JsonValue } from './json-value.ts';

/** What a caller's proxy says of somebody behind it: it decided nothing, but saw what the caller saw. */
export function behindWords({
  count,
  kind,
  status,
  reason,
  address,
  host,
  port,
  method,
  path,
  pod,
}: DebugBehind): string {
  const who = pod ?? address ?? (host === undefined ? 'the server' : `${host}:${port}`);
  const where = pod !== undefined && address !== undefined ? `${pod} (${address})` : who;
  const request = [method, path].filter((word) => word !== undefined).join(' ');
  const asked = [request, host === undefined ? '' : `to ${host}:${port}`]
    .filter((word) => word !== '')
    .join(' ');
  const what = asked === '' ? '' : `, ${asked}`;
  const said = `${status} ${reason}, ${countWords(count)}${what}`;
  if (kind === 'refused') {
    return `${said}: the proxy of this log only handed it on; ${where} refused it, or what stands before it`;
  }
  const why = /timeout/.test(reason)
    ? 'nothing answered there, as where a NetworkPolicy drops packets'
    : 'no connection came about, as where nobody listens, or a plugin rejects';
  return `${said}: ${where}: ${why}`;
}

/** What to look at next, as commands. */
export function behindSteps({ kind, pod, ask }: DebugBehind): readonly string[] {
  const [namespace, name] = pod?.split('/') ?? [];
  const log =
    kind === 'refused' && name !== undefined
      ? [`whether it was its sidecar: kubectl logs -n ${namespace} ${name} -c istio-proxy`]
      : [];
  return [...log, ...(ask === undefined ? [] : [ask])];
}

/** The same as an object. */
export function behindToJson(behind: DebugBehind): JsonValue {
  const { ask: _, ...stated } = behind;
  return { ...stated, text: behindWords(behind), next: [...behindSteps(behind)] };
}
