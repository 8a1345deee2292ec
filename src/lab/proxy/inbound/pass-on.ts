import { formatIdentity, type HttpRequest, type ProxiedRequest } from '../../../model/index.ts';
import { jwtRulesFor } from '../../../policy/request-authentication/index.ts';
import { judgeTokens, type ProxyVerdict } from '../../../verdict/index.ts';
import type { Peer } from '../certificates/peer.ts';
import type { HeaderList } from '../http/headers.ts';
import { without } from '../http/headers.ts';
import type { Picture } from '../sidecar/picture.ts';
import type { DescribedTokens } from '../tokens/describe.ts';

/** What the filters made of a request that they let pass. */
export interface PassedRequest {
  readonly verdict: ProxyVerdict;
  readonly proxied: ProxiedRequest;
  readonly tokens: DescribedTokens;
  readonly http: HttpRequest;
}

/** Headers that the proxy writes itself. */
const ownHeaders = ['x-forwarded-client-cert', 'x-forwarded-proto'];

/** The headers that go on to the application: those that were sent, less what ends here, with what the proxy and its JWT filter put in. */
export function passOnHeaders(
  picture: Picture,
  sent: HeaderList,
  passed: PassedRequest,
  peer: Peer | undefined,
): HeaderList {
  const { proxied } = passed;
  const seen = proxied.headers;
  const kept = sent.filter(([name]) => seen.has(name) || isToken(name, passed));
  const proto = seen.get('x-forwarded-proto')?.[0];
  const withOwn: HeaderList = [
    ...without(kept, ...ownHeaders, 'te'),
    ...(seen.has('te') ? [['te', 'trailers'] as const] : []),
    ...(proto === undefined ? [] : [['x-forwarded-proto', proto] as const]),
    ...clientCertificate(picture, sent, peer),
  ];
  return afterTokens(picture, withOwn, passed);
}

/** A header that was taken out for the engine's sake because a token stood in it. */
function isToken(name: string, { http, tokens }: PassedRequest): boolean {
  return (
    tokens.http !== http &&
    http.headers?.[name] !== undefined &&
    tokens.http.headers?.[name] !== http.headers[name]
  );
}

/** Says who the client is, behind what a proxy before said. A client without a certificate has it taken away. */
function clientCertificate({ own, cluster }: Picture, sent: HeaderList, peer: Peer | undefined): HeaderList {
  if (peer === undefined) return [];
  const by =
    own === undefined
      ? ''
      : `spiffe://${formatIdentity({ trustDomain: cluster.mesh.trustDomain, namespace: own.namespace, serviceAccount: own.serviceAccount })}`;
  const element = `By=${by};Hash=${peer.hash};Subject="${peer.subject}";URI=spiffe://${peer.identity}`;
  const before = sent.filter(([name]) => name === 'x-forwarded-client-cert').map(([, value]) => value);
  return [['x-forwarded-client-cert', [...before, element].join(',')]];
}

/** What the JWT filter does to the headers, found by what it does to those that the engine has. */
function afterTokens(
  picture: Picture,
  headers: HeaderList,
  { proxied, tokens, verdict }: PassedRequest,
): HeaderList {
  const step = verdict.steps.find(({ layer }) => layer === 'request authentication');
  if (step?.because.kind !== 'token') return headers;
  const rules = jwtRulesFor(picture.cluster, picture.target);
  const before = proxied.headers;
  const { request } = judgeTokens(rules, tokens.http, { jwt: tokens.jwt, complete: true }, proxied);
  const gone = [...before.keys()].filter((name) => !request.headers.has(name));
  const changed = [...request.headers].filter(([name, values]) => before.get(name) !== values);
  const payload = [...tokens.payloads.values()].at(-1) ?? '';
  const put = changed.flatMap(([name, values]) =>
    values.map((value) => [name, value === 'eyJ…' ? payload : value] as const),
  );
  return [...without(headers, ...gone, ...changed.map(([name]) => name)), ...put];
}
