import { randomUUID } from 'node:crypto';
import type { HttpRequest, ProxiedRequest } from '../../../model/index.ts';
import { jwtRulesFor } from '../../../policy/request-authentication/index.ts';
import { judgeAtProxy, type ProxyVerdict } from '../../../verdict/index.ts';
import { passthroughAddress } from '../capture/rules.ts';
import type { Exchange } from '../http/exchange.ts';
import { asRequestHeaders, firstValue, type HeaderList, without } from '../http/headers.ts';
import { type LocalReply, replyLocally } from '../http/local-reply.ts';
import { logRequestJudged } from '../logs/rbac.ts';
import { connectPlain } from '../sidecar/connect.ts';
import { addressText, type Connection } from '../sidecar/connection.ts';
import { countConnection } from '../sidecar/count.ts';
import { countRbac } from '../sidecar/count-rbac.ts';
import { forward } from '../sidecar/forward.ts';
import type { Picture } from '../sidecar/picture.ts';
import { createRecord, type RequestRecord } from '../sidecar/record.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { inboundPrefix } from '../sidecar/stat-names.ts';
import { type DescribedTokens, describeTokens } from '../tokens/describe.ts';
import { inboundOf } from './inbound.ts';
import { decoratorOf, inboundCluster } from './names.ts';
import { passOnHeaders } from './pass-on.ts';
import { refusalOf } from './refusal.ts';

/** What Istio's inbound side says for `server`. */
export const inboundServer = 'istio-envoy';

/** Takes one request through the inbound filters, on to the application or back. */
export async function serveRequest(
  sidecar: Sidecar,
  connection: Connection,
  exchange: Exchange,
): Promise<void> {
  const picture = sidecar.picture();
  const port = picture.ownPort(connection.local.port);
  const record = createRecord(sidecar, exchange, connection, {
    statPrefix: inboundPrefix(port),
    upstreamCluster: inboundCluster(port),
    route: 'default',
  });
  const early = refuseEarly(exchange);
  if (early !== undefined) {
    refuse(exchange, record, early);
    return;
  }
  const headers = withRequestId(exchange.headers);
  record.identify(firstValue(headers, 'x-request-id'));
  const http: HttpRequest = {
    method: exchange.method,
    path: exchange.path,
    ...(exchange.host === undefined ? {} : { host: exchange.host }),
    headers: asRequestHeaders(headers),
  };
  const rules = jwtRulesFor(picture.cluster, picture.target).map(({ rule }) => rule);
  const tokens: DescribedTokens =
    rules.length === 0
      ? { http, jwt: [], payloads: new Map() }
      : await describeTokens(rules, http, sidecar.keySets);
  const inbound = inboundOf(picture, connection, { http: tokens.http, jwt: tokens.jwt });
  const verdict = judgeAtProxy(picture.cluster, inbound);
  logRequestJudged(sidecar.log, picture, connection, verdict, exchange.host);
  if (verdict.proxied !== undefined) countRbac(sidecar.stats, inboundPrefix(port), picture, verdict.steps);
  if (verdict.outcome === 'unknown') {
    const { because } = verdict.decidedBy;
    const facts =
      because.kind === 'missing facts' ? because.facts.map(({ kind }) => kind).join(', ') : because.kind;
    sidecar.log.agent(
      'warn',
      undefined,
      `no decision for ${exchange.method} ${exchange.path}: not known: ${facts}`,
    );
  }
  if (verdict.chain === undefined) {
    // The mode has changed since the connection was made: no chain would take it now.
    exchange.abort();
    return;
  }
  const refusal = refusalOf(verdict, tokens);
  if (refusal !== undefined || verdict.proxied === undefined) {
    refuse(exchange, record, refusal ?? { status: 400, body: '', details: 'bad_request' });
    logReply(sidecar, connection, refusal);
    return;
  }
  passOn(sidecar, picture, connection, exchange, record, {
    verdict,
    proxied: verdict.proxied,
    tokens,
    http,
    headers,
  });
}

/** What the HTTP codec refuses by itself. Source: envoy http1/codec_impl.cc and conn_manager_impl.cc. */
function refuseEarly({ version, host, upgrade }: Exchange): LocalReply | undefined {
  if (version === 'HTTP/1.0') return { status: 426, body: 'Upgrade Required', details: 'low_version' };
  if (host === undefined) return { status: 400, body: '', details: 'missing_host_header' };
  if (upgrade !== undefined && upgrade.toLowerCase() !== 'websocket' && upgrade.toLowerCase() !== 'h2c') {
    return { status: 403, body: '', details: 'upgrade_failed' };
  }
  return undefined;
}

function refuse(
  exchange: Exchange,
  record: RequestRecord,
  { status, body, details, flag, headers }: LocalReply,
): void {
  record.answer({ code: status, details, flags: flag });
  replyLocally(exchange, status, body, inboundServer, headers);
}

function logReply({ log }: Sidecar, { id, thread }: Connection, refusal: LocalReply | undefined): void {
  const place = { logger: 'http', file: 'source/common/http/filter_manager.cc', line: 1106 };
  log.envoy(
    place,
    'debug',
    `[Tags: "ConnectionId":"${id}"] Sending local reply with details ${refusal?.details}`,
    thread,
  );
}

/** Every request has a number by which logs name it. */
function withRequestId(headers: HeaderList): HeaderList {
  return firstValue(headers, 'x-request-id') === undefined
    ? [...headers, ['x-request-id', randomUUID()]]
    : headers;
}

interface Admitted {
  readonly verdict: ProxyVerdict;
  readonly proxied: ProxiedRequest;
  readonly tokens: DescribedTokens;
  /** As it was sent. */
  readonly http: HttpRequest;
  readonly headers: HeaderList;
}

function passOn(
  sidecar: Sidecar,
  picture: Picture,
  { local, peer }: Connection,
  exchange: Exchange,
  record: RequestRecord,
  admitted: Admitted,
): void {
  const port = picture.ownPort(local.port);
  const headers = passOnHeaders(picture, admitted.headers, admitted, peer);
  const version = exchange.version === 'HTTP/2' ? 'HTTP/2' : 'HTTP/1.1';
  const decorator = decoratorOf(port);
  const cluster = inboundCluster(port);
  const { network } = sidecar.context;
  forward(sidecar, exchange, record, {
    cluster,
    targets: [
      {
        name: addressText(local),
        target: {
          key: `inbound|${local.port}|${version}`,
          version,
          connect: () =>
            countConnection(
              sidecar.stats,
              cluster,
              connectPlain(network, { ...local, source: passthroughAddress }),
            ),
        },
      },
    ],
    attempts: 1,
    path: pathToForward(picture, admitted),
    host: typeof admitted.proxied.authority === 'string' ? admitted.proxied.authority : '',
    headers: [...without(headers, 'x-envoy-attempt-count'), ['x-envoy-attempt-count', '1']],
    server: inboundServer,
    responseHeaders: decorator === undefined ? [] : [['x-envoy-decorator-operation', decorator]],
  });
}

/** The normalized path; a token that stood in the query goes on with it where its rule says so. */
function pathToForward(picture: Picture, { verdict, proxied, tokens, http }: Admitted): string {
  const path = typeof proxied.path === 'string' ? proxied.path : '/';
  if (tokens.http.path === http.path || !isTokenForwarded(picture, verdict)) return path;
  const sent = (http.path ?? '').replace(/#.*$/s, '');
  const query = sent.includes('?') ? sent.slice(sent.indexOf('?')) : '';
  return `${path.split('?')[0]}${query}`;
}

function isTokenForwarded({ cluster, target }: Picture, { steps }: ProxyVerdict): boolean {
  const step = steps.find(({ layer }) => layer === 'request authentication');
  if (step?.because.kind !== 'token' || step.because.rule === undefined) return true;
  const { policy, path } = step.because.rule;
  const rule = jwtRulesFor(cluster, target).find(
    ({ reference }) => reference.policy === policy && `${reference.path}` === `${path}`,
  );
  return rule?.rule.forwardOriginalToken === true;
}
