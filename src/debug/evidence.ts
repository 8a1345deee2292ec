import type { LogRecord } from '../logs/index.ts';
import { type InvalidToken, type Layer, parseIdentity } from '../model/index.ts';
import type { Claim, Denial, Evidence, Said } from './types.ts';

const networkLayers: readonly Layer[] = ['egress policy', 'ingress policy'];

/**
 * What a denial's record says, in the terms of a verdict; what the user said goes before it. `told` gives what other lines of the log state of an
 * address.
 */
export function evidenceOf(
  { record, stream }: Denial,
  said: Said,
  told: (ip: string | undefined) => Claim['elsewhere'],
): Evidence {
  const at = placeOf(record.dialect);
  const isProxy = at === 'proxy';
  const reason = record.reason ?? '';
  // Sidecars and gateways refuse what comes in; agents of a node write of everybody's packets.
  const own = isProxy ? (said.stream ?? stream) : undefined;
  const { method, path } = record;
  const stated = method === undefined && path === undefined ? undefined : { method, path };
  const isHttp = isProxy && (stated !== undefined || (record.status ?? 0) > 0);
  const http = isHttp ? clean({ ...clean(said.request?.http ?? {}), ...clean(stated ?? {}) }) : undefined;
  return {
    at,
    dialect: record.dialect,
    layers: layersOf(at, record),
    source: {
      ...claimOf(record.source),
      elsewhere: told(record.source?.ip),
      said: said.source,
      forwarded: isForwarded(record),
    },
    destination: {
      ...claimOf(record.destination),
      elsewhere: told(record.destination?.ip),
      service: record.destination?.service,
      stream: own,
      said: said.destination,
    },
    port: record.destination?.port ?? said.request?.port,
    protocol: record.protocol ?? said.request?.protocol ?? 'TCP',
    http: http ?? (isProxy ? said.request?.http : undefined),
    token: tokenFault(reason),
    audience: /^jwt_authn_access_denied\{Audiences_/.test(reason),
    authorizer: /^ext_authz_(?:denied|error)/.test(reason),
    policy: record.policy,
    nothingMatched: /matched policy none|matched_policy\[none\]|allow policies exist, but none allowed/.test(
      reason,
    ),
    reason: record.reason,
  };
}

/** Who wrote a line of this dialect: a proxy, ztunnel, or an agent of the network plugin. */
function placeOf(dialect: string): Evidence['at'] {
  if (dialect.startsWith('envoy')) return 'proxy';
  return dialect.startsWith('ztunnel') ? 'ztunnel' : 'network';
}

function layersOf(at: Evidence['at'], { direction, method, reason = '' }: LogRecord): readonly Layer[] {
  if (at === 'network') {
    // A plugin that reads requests does so for policies of its own kinds.
    if (method !== undefined) return [];
    if (direction === undefined) return networkLayers;
    return [direction === 'egress' ? 'egress policy' : 'ingress policy'];
  }
  if (reason.startsWith('jwt_authn')) return ['request authentication'];
  if (reason === 'filter_chain_not_found') return ['mutual TLS'];
  return at === 'ztunnel' ? ['authorization', 'mutual TLS'] : ['authorization'];
}

/** Addresses of connections have ports; one that a header told has none. */
export function isForwarded({ dialect, source, destination }: LogRecord): boolean {
  const isAccessLog = dialect.startsWith('envoy-access') && destination?.port !== undefined;
  return isAccessLog && source?.ip !== undefined && source.port === undefined;
}

function claimOf(end: LogRecord['source']): Claim {
  if (end === undefined) return {};
  const { ip, port, namespace, pod, workload, principal } = end;
  return { ip, port, namespace, pod, workload, principal };
}

/** What Envoy's JWT filter says of a token, in the details of its answer. */
const tokenFaults: readonly (readonly [RegExp, InvalidToken])[] = [
  [/Jwt_is_expired/, 'expired'],
  [/Jwt_not_yet_valid/, 'not-yet-valid'],
  [/Jwt_verification_fails/, 'bad-signature'],
  [/Jwks_doesn't_have_key/, 'unknown-key'],
  [/Jwt_issuer_is_not_configured/, 'unknown-issuer'],
  [/Jwt_|Jwt\b/, 'malformed'],
];

function tokenFault(reason: string): InvalidToken | undefined {
  const { 1: details } = /^jwt_authn_access_denied\{(.*)\}/.exec(reason) ?? [];
  if (details === undefined || /^Audiences/.test(details)) return undefined;
  return tokenFaults.find(([text]) => text.test(details))?.[1];
}

/** Less members that are undefined. */
function clean<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** Tells denials apart that may have different causes; without the request itself, of which most policies ask nothing. */
export function evidenceKey(evidence: Evidence): string {
  const { at, layers, source, destination, port, protocol, http, token, policy, nothingMatched } = evidence;
  const policyWords = policy && [policy.kind, policy.namespace, policy.name, policy.rule];
  const shape = [at, layers, endWords(source), endWords(destination), port, protocol];
  const { audience, authorizer } = evidence;
  const request = [http !== undefined, http?.host, token, audience, authorizer];
  return JSON.stringify([...shape, ...request, policyWords, nothingMatched]);
}

function endWords({ ip, namespace, pod, workload, principal, service, stream, elsewhere }: Claim): unknown {
  const account = principal === undefined ? undefined : (parseIdentity(principal) ?? principal);
  return [ip, namespace, pod, workload, account, service, stream, elsewhere];
}
