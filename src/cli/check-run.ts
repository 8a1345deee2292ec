import type { Cluster } from '../cluster/index.ts';
import type { Diagnostic, Request, Verdict } from '../model/index.ts';
import {
  type Answer,
  formatDiagnostics,
  formatJson,
  formatRemarks,
  formatText,
  formatYaml,
  verdictToJson,
} from '../report/index.ts';
import { decide, UnknownNameError } from '../verdict/index.ts';
import { buildRequest } from './build-request.ts';
import type { CheckFlags } from './check.ts';
import { type EndpointText, readEndpoint } from './endpoint-text.ts';
import { exitCodes, inputError, usageError } from './exit.ts';
import { gatherCluster } from './gather.ts';
import type { RequestFlags } from './request-flags.ts';
import { callerNamespace, resolveDestination, resolveSource } from './resolve-endpoint.ts';
import { styleFor, type Terminal } from './terminal.ts';

/** Answers `check FROM TO` and gives the exit code. Throws Refusal. */
export async function check(
  from: string,
  to: string,
  flags: CheckFlags,
  terminal: Terminal,
): Promise<number> {
  const ends = { from: readSource(from), to: readEndpoint(to) };
  const warn = (diagnostics: readonly Diagnostic[]): void => {
    const style = styleFor(terminal, 'warn', flags.color);
    const shown = diagnostics.filter(({ severity }) => severity !== 'info');
    if (shown.length > 0) terminal.warn(`${formatDiagnostics(shown, style)}\n`);
    const remarks = formatRemarks(diagnostics, style);
    if (remarks !== '') terminal.warn(`${remarks}\n`);
  };
  const { cluster, diagnostics } = await gatherCluster(flags, terminal, warn);
  const answer = { ...ask(cluster, ends, flags), diagnostics };
  terminal.print(format(answer, flags, terminal));
  const { outcome } = answer.verdict;
  if (flags.expect === undefined) return exitCodes[outcome];
  if (flags.expect === outcome) return exitCodes.ok;
  terminal.warn(`expected ${flags.expect}, the outcome is ${outcome}\n`);
  return exitCodes.expectationFailed;
}

function readSource(text: string): EndpointText {
  const source = readEndpoint(text);
  if (source.kind !== 'url' && source.port !== undefined) {
    throw usageError(`FROM has no port: ${JSON.stringify(text)}; --port is the destination's`);
  }
  return source;
}

/** Answers one question about a cluster: names are looked up, the request is built, the verdict is reached. Throws Refusal. */
export function ask(
  cluster: Cluster,
  { from, to }: { readonly from: EndpointText; readonly to: EndpointText },
  flags: RequestFlags & Pick<CheckFlags, 'namespace'>,
): Omit<Answer, 'diagnostics'> {
  const source = resolveSource(cluster, from, flags.namespace ?? 'default');
  const caller = callerNamespace(cluster, source.end, flags.namespace ?? 'default');
  const isHost = to.kind === 'host' || to.kind === 'url';
  const namespace = isHost ? caller : (flags.namespace ?? caller);
  const destination = resolveDestination(cluster, to, namespace, source.end);
  const ends = { source: source.end, destination: destination.end, written: to };
  const request = buildRequest(cluster, ends, flags);
  const verdict = decideNamed(cluster, request.end);
  const notes = [...source.notes, ...destination.notes, ...request.notes];
  if (areBytesUnasked(to, request.end, verdict)) notes.push(bytesNote);
  if (request.end.destination.kind === 'pod' && verdict.steps[0]?.because.kind === 'resolved')
    notes.push(serviceNote);
  return { request: request.end, verdict, notes };
}

const serviceNote =
  "asked as its callers ask it, through its Service; --direct is about the pod's bare address";

const bytesNote =
  'these were bytes that are not HTTP; a URL as destination, or --path, asks about an HTTP request';

/** True where a proxy that reads HTTP judged bytes, and nobody said that bytes were meant. */
function areBytesUnasked(to: EndpointText, request: Request, { steps }: Verdict): boolean {
  if (request.http !== undefined || request.protocol !== 'TCP' || to.kind === 'url') return false;
  const proxies: readonly string[] = ['sidecar', 'gateway', 'waypoint'];
  return steps.some(({ layer, at }) => layer === 'authorization' && proxies.includes(at.kind));
}

/** Names have been looked up before; what is left is a port name that one of several pods lacks. */
function decideNamed(cluster: Cluster, request: Request): Verdict {
  try {
    return decide(cluster, request);
  } catch (error) {
    if (error instanceof UnknownNameError) throw inputError(error.message);
    throw error;
  }
}

function format(answer: Answer, { output, color }: CheckFlags, terminal: Terminal): string {
  if (output === 'json') return formatJson(verdictToJson(answer));
  if (output === 'yaml') return formatYaml(verdictToJson(answer));
  return formatText(answer, styleFor(terminal, 'print', color));
}
