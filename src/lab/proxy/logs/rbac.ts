import type { ProxiedRequest, Step } from '../../../model/index.ts';
import { authorizationFilters, type Chain } from '../../../policy/authorization/index.ts';
import type { ProxyVerdict } from '../../../verdict/index.ts';
import type { Peer } from '../certificates/peer.ts';
import { addressText, type Connection } from '../sidecar/connection.ts';
import type { Picture } from '../sidecar/picture.ts';
import type { Place, ProxyLog } from './line.ts';

type Judged = Pick<ProxyVerdict, 'steps'>;

const http: Place = { logger: 'rbac', file: 'source/extensions/filters/http/rbac/rbac_filter.cc', line: 0 };
const network: Place = {
  logger: 'rbac',
  file: 'source/extensions/filters/network/rbac/rbac_filter.cc',
  line: 0,
};

/** Says what each RBAC filter did with a request, as Envoy's logger `rbac` does at debug: what it looked at, then its results, shadow before enforced. */
export function logRequestJudged(
  log: ProxyLog,
  picture: Picture,
  connection: Connection,
  verdict: Judged & { readonly proxied: ProxiedRequest | undefined },
  authority: string | undefined,
): void {
  if (!log.isOn('rbac', 'debug') || verdict.proxied === undefined) return;
  const { proxied } = verdict;
  const peer = addressText(connection.remote);
  const remote =
    proxied.remoteAddress === connection.remote.address ? peer : `${String(proxied.remoteAddress)}:0`;
  const checking =
    `checking request: requestedServerName: ${connection.serverName ?? ''}, sourceIP: ${peer}, directRemoteIP: ${peer}, ` +
    `remoteIP: ${remote},localAddress: ${addressText(connection.local)}, ssl: ${describeTls(connection)}, ` +
    `headers: ${describeHeaders(proxied, authority, connection.peer)}, dynamicMetadata: `;
  logSteps(log, picture, connection, verdict, http, checking);
}

/** The same for a connection of other bytes. */
export function logConnectionJudged(
  log: ProxyLog,
  picture: Picture,
  connection: Connection,
  verdict: Judged,
): void {
  if (!log.isOn('rbac', 'debug')) return;
  const peer = addressText(connection.remote);
  const checking =
    `checking connection: requestedServerName: ${connection.serverName ?? ''}, sourceIP: ${peer}, directRemoteIP: ${peer},` +
    `remoteIP: ${peer}, localAddress: ${addressText(connection.local)}, ssl: ${describeTls(connection)}, dynamicMetadata: `;
  logSteps(log, picture, connection, verdict, network, checking);
}

function logSteps(
  log: ProxyLog,
  picture: Picture,
  { thread }: Connection,
  { steps }: Judged,
  place: Place,
  checking: string,
): void {
  const isHttp = place === http;
  const say = (line: number, message: string): void =>
    log.envoy({ ...place, line }, 'debug', message, thread);
  for (const step of filtersRun(picture, steps, isHttp ? 'HTTP' : 'TCP')) {
    say(isHttp ? 84 : 58, checking);
    for (const [line, message] of resultsOf(step, isHttp)) say(line, message);
  }
}

/** The steps of RBAC filters that there are and that the request, or the connection, came to. */
export function filtersRun(
  { cluster, target }: Picture,
  steps: readonly Step[],
  chain: Chain,
): readonly Step[] {
  const filters = authorizationFilters(cluster, target, chain);
  return steps.filter(
    ({ layer, filter, afterDecision }) =>
      layer === 'authorization' &&
      filter !== undefined &&
      afterDecision !== true &&
      (filter !== 'ALLOW' || filters.ALLOW !== undefined),
  );
}

/** Lines of the source beside what stands there. */
function resultsOf(step: Step, isHttp: boolean): readonly (readonly [number, string])[] {
  const results: [number, string][] = [];
  if (step.filter === 'CUSTOM') {
    const id = step.because.kind === 'authorizer' ? (step.because.rule.id ?? 'none') : undefined;
    const asked = id !== undefined || step.outcome === 'unknown';
    results.push(
      asked
        ? [isHttp ? 168 : 172, `shadow denied, matched policy ${id ?? 'istio-ext-authz'}`]
        : [isHttp ? 174 : 178, 'shadow allowed, matched policy none'],
    );
  }
  if (step.shadow !== undefined) {
    const { result, rule } = step.shadow;
    results.push([result === 'denied' ? 168 : 174, `shadow ${result}, matched policy ${rule?.id ?? 'none'}`]);
  }
  const enforced = enforcedResult(step);
  if (enforced !== undefined) {
    results.push([
      step.outcome === 'deny' ? 233 : 222,
      `enforced ${enforced.result}, matched policy ${enforced.id ?? 'none'}`,
    ]);
  } else {
    results.push([isHttp ? 244 : 204, 'no engine, allowed by default']);
  }
  return results;
}

/** What a filter enforced, and by which rule; undefined where it enforces nothing. */
export function enforcedResult({
  filter,
  because,
  outcome,
}: Step): { readonly result: 'allowed' | 'denied'; readonly id: string | undefined } | undefined {
  if (filter === 'CUSTOM' || because.kind === 'no policy of this action') return undefined;
  const result = outcome === 'deny' ? 'denied' : 'allowed';
  const id =
    because.kind === 'matched rule' || because.kind === 'bad authorizer' ? because.rule.id : undefined;
  return { result, id };
}

function describeTls({ peer }: Connection): string {
  if (peer === undefined) return 'none';
  return `uriSanPeerCertificate: spiffe://${peer.identity}, dnsSanPeerCertificate: , subjectPeerCertificate: ${peer.subject}`;
}

/** One header a line, as Envoy prints its header maps. */
function describeHeaders(
  proxied: ProxiedRequest,
  authority: string | undefined,
  peer: Peer | undefined,
): string {
  const pseudo = [
    [':authority', authority ?? ''],
    [':path', String(proxied.path)],
    [':method', String(proxied.method)],
    [':scheme', 'http'],
  ] as const;
  const sent = [...proxied.headers].flatMap(([name, values]) =>
    values.map(
      (value) => [name, name === 'x-forwarded-client-cert' ? withCertificate(value, peer) : value] as const,
    ),
  );
  return [...pseudo, ...sent].map(([name, value]) => `'${name}', '${value}'\n`).join('');
}

const unknownCertificate = 'Hash=;Subject="";';

/** The engine knows no certificates: its own element, the last one, gets what the client's says. What was sent before it stays as it is. */
function withCertificate(value: string, peer: Peer | undefined): string {
  const at = value.lastIndexOf(unknownCertificate);
  if (peer === undefined || at < 0) return value;
  const known = `Hash=${peer.hash};Subject="${peer.subject}";`;
  return value.slice(0, at) + known + value.slice(at + unknownCertificate.length);
}
