import type { Dialect, LogFields } from '../types.ts';
import { addressOf, endOf, pathOf, textOf, timeBefore } from '../values.ts';
import { wordsOf } from '../words-of.ts';
import { denialHints, envoyDenial, hostOfServerName } from './envoy-denial.ts';

/** No request line that Envoy takes is longer. */
const longestRequest = 100_000;
/** The server name is the last that is read, behind fourteen words and what ended the connection. */
const mostWords = 16;

/**
 * Istio's text format of access logs. The details hold brackets and the policy's name (`[ns[a]-policy[b]-rule[0]]`), so
 * the line is cut at blanks. Of a TCP connection they stand one field later, as what ended it.
 */
export const envoyAccess: Dialect = {
  name: 'envoy-access',
  hints: denialHints,
  read: ({ text, json, outerTime }) => {
    if (json !== undefined) return undefined;
    const at = text.search(
      /(?<= )(?:rbac_access_denied|ext_authz_|jwt_authn_access_denied|filter_chain_not_found)/,
    );
    const head = text.slice(Math.max(0, at - longestRequest), Math.max(0, at));
    const request = /"([^"]*)" (\d{1,3}) \S+ (- )?$/.exec(head);
    if (request === null) return undefined;
    const end = text.indexOf(' ', at);
    const denial = envoyDenial(text.slice(at, end < 0 ? undefined : end));
    if (denial === undefined) return undefined;
    const [, requested, status, before] = request;
    // After the details of a request stands what ended the connection; of a connection that is the details.
    const rest = wordsOf(end < 0 ? '' : text.slice(end), mostWords).slice(before === undefined ? 1 : 0);
    return {
      part: 'whole',
      decision: denial.decision,
      fields: {
        time: timeBefore(head.slice(0, request.index)) ?? outerTime,
        ...endsOf(rest),
        ...requestOf(requested!),
        status: Number(status) || undefined,
        policy: denial.policy,
        reason: denial.reason,
      },
    };
  },
};

/** The request line, whose path may hold blanks where a client sent them. */
function requestOf(line: string): LogFields {
  const match = /^(\S+) (.*) \S+$/.exec(line);
  return { method: textOf(match?.[1]), path: pathOf(match?.[2]) };
}

/** The two ends, by their places behind the details. */
function endsOf(words: readonly string[]): LogFields {
  const [cluster, , local, remote, serverName] = words.slice(10);
  if (cluster === undefined || !/^-$|\|/.test(cluster)) return {};
  const server = addressOf(local);
  return {
    source: addressOf(remote),
    destination: endOf(server?.ip, server?.port, { service: serviceOf(cluster, serverName) }),
    direction: directionOfCluster(cluster),
  };
}

/** `inbound|80||` means what it says; gateways write `outbound|…` of requests that came in. */
export function directionOfCluster(cluster: unknown): 'ingress' | undefined {
  return typeof cluster === 'string' && /^inbound(?:-vip)?\|/.test(cluster) ? 'ingress' : undefined;
}

/**
 * The Service for which a waypoint answered (`inbound-vip|80|http|web.shop.svc.cluster.local;`), or that the client's
 * sidecar named as the server.
 */
export function serviceOf(cluster: unknown, serverName: unknown): string | undefined {
  const answered =
    typeof cluster === 'string' ? /^inbound-vip\|\d+\|[^|]*\|([^|;]+);?$/.exec(cluster)?.[1] : undefined;
  return answered ?? hostOfServerName(textOf(serverName));
}
