import {
  type HttpRequest,
  notSaid,
  type ProxiedRequest,
  type Request,
  type Symptom,
  type Token,
} from '../model/index.ts';
import { authenticate, outputHeaders, type PlacedRule } from '../policy/request-authentication/index.ts';
import type { FilterResult } from './proxy-authorization.ts';

/** Stands for the text of a token that was described rather than written out: rules can tell only that it is there and what stands before it. */
const tokenText = 'eyJ…';

/** The request with the headers in which its tokens are sent. */
export function withTokenHeaders(http: HttpRequest, jwt: Request['jwt']): HttpRequest {
  if (jwt === undefined || jwt === 'none') return http;
  const headers = new Map(Object.entries(http.headers ?? {}));
  for (const token of [jwt].flat() as readonly Token[]) {
    const location = token.location ?? { header: 'Authorization', prefix: 'Bearer ' };
    if ('param' in location) continue;
    const [name, before] =
      'header' in location ? [location.header, location.prefix ?? ''] : ['cookie', `${location.cookie}=`];
    headers.set(name, [headers.get(name) ?? [], `${before}${tokenText}`].flat());
  }
  return { ...http, headers: Object.fromEntries(headers) };
}

/** What the JWT filter did, and the request as it passes it on. */
export interface TokenResult {
  readonly result: FilterResult;
  readonly request: ProxiedRequest;
}

/** The JWT filter: claims for the filters behind it, or a refusal. */
export function judgeTokens(
  rules: readonly PlacedRule[],
  http: HttpRequest,
  request: Pick<Request, 'jwt' | 'complete'>,
  proxied: ProxiedRequest,
): TokenResult {
  const found = authenticate(rules, http, request);
  switch (found.kind) {
    case 'no rules':
      return { result: { outcome: 'not applicable', because: { kind: 'no token rule' } }, request: proxied };
    case 'unknown': {
      const because = { kind: 'missing facts', facts: found.facts } as const;
      const headers = openHeaders(proxied, rules);
      return {
        result: { outcome: 'unknown', because },
        request: { ...proxied, ...headers, claims: notSaid },
      };
    }
    case 'refused': {
      const because = { kind: 'token', text: found.texts.join(', or '), rule: found.by.reference } as const;
      const symptom = refusalSymptom(http, found.status, found.texts);
      return {
        result: { outcome: 'deny', because, ...(symptom === undefined ? {} : { symptom }) },
        request: { ...proxied, claims: notSaid },
      };
    }
    case 'passed': {
      const because =
        found.by === undefined
          ? ({ kind: 'token', text: 'no token' } as const)
          : ({ kind: 'token', text: 'the token is good', rule: found.by.reference } as const);
      const headers = found.headers(proxied.headers);
      return {
        result: { outcome: 'allow', because },
        request: { ...proxied, claims: found.claims, headers },
      };
    }
  }
}

/** Of headers that rules fill nothing is known where it is not known whether one of them takes a token. */
function openHeaders(
  { headers, headersComplete }: ProxiedRequest,
  rules: readonly PlacedRule[],
): Pick<ProxiedRequest, 'headers' | 'headersComplete'> {
  const filled = outputHeaders(rules);
  return {
    headers: new Map([...headers].filter(([name]) => !filled.has(name))),
    headersComplete: headersComplete && filled.size === 0,
  };
}

/** The response that refuses a token; of a refusal for one of several reasons only what they have in common. */
function refusalSymptom(
  { method }: HttpRequest,
  status: number | undefined,
  texts: readonly string[],
): Symptom | undefined {
  if (status === undefined) return undefined;
  const [text, ...others] = texts;
  if (text === undefined || others.length > 0) return { kind: 'http', status };
  const details = `jwt_authn_access_denied{${text.replaceAll(' ', '_')}}`;
  return { kind: 'http', status, ...(method === 'HEAD' ? {} : { body: text }), details };
}
