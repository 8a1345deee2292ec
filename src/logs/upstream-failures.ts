import { hintFinder } from './find-hints.ts';
import { parseLine, unwrapLine } from './parse-line.ts';
import type { LogEnd, LogLine } from './types.ts';
import { addressOf, pathOf, textOf } from './values.ts';
import { wordsOf } from './words-of.ts';

/**
 * What access logs of a caller's proxy say of somebody behind it. It is no decision of that proxy's, so there is no
 * record of it, but it says whose log to look into.
 */
export interface UpstreamFailure {
  /** `refused`: an answer 401 or 403 came from there. `no connection`: none came about. */
  readonly kind: 'refused' | 'no connection';
  /** 0 of a TCP connection. */
  readonly status: number;
  /** Envoy's own words: flags and details. */
  readonly reason: string;
  readonly client?: LogEnd | undefined;
  /** The address behind the proxy. */
  readonly server?: LogEnd | undefined;
  /** The host and the port that were asked for. */
  readonly service?: { readonly host: string; readonly port: number } | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
}

/** Failures that are alike, with the first of them. */
export interface UpstreamFailures {
  readonly first: UpstreamFailure;
  readonly count: number;
}

/** Counts such lines in the bytes of a log; beside the reader, for who wants to know. */
export interface UpstreamWatch {
  /** Takes the next bytes, cut anywhere. */
  readonly push: (bytes: Uint8Array) => void;
  /** The end of the log: gives what was counted, the most frequent first. */
  readonly end: () => readonly UpstreamFailures[];
}

/** What stands in such lines and in no others, as text and as JSON. */
const finder = hintFinder([
  '" 403 - via_upstream',
  '" 401 - via_upstream',
  '" 503 UF',
  '" 503 URX',
  '" 0 UF',
  '"response_code":403',
  '"response_code":401',
  '"response_code":503',
  '"response_code":0',
  '"response_code": 403',
  '"response_code": 401',
  '"response_code": 503',
  '"response_code": 0',
]);
const newline = 10;
/** A longer line that goes on in the next bytes is left out. */
const longestRest = 64 * 1024;
/** So many that differ are counted. */
const mostKinds = 100;

/** Starts a count; what it holds is bounded. */
export function watchUpstream(): UpstreamWatch {
  const counted = new Map<string, { readonly first: UpstreamFailure; count: number }>();
  const decoder = new TextDecoder();
  let rest: Uint8Array = new Uint8Array();

  const scan = (bytes: Uint8Array, from: number, to: number): void => {
    for (let hit = finder.next(bytes, from, to); hit !== undefined; ) {
      const start = bytes.lastIndexOf(newline, hit.at) + 1;
      const found = bytes.indexOf(newline, hit.at);
      const end = found < 0 || found > to ? to : found;
      const failure = readFailure(decoder.decode(bytes.subarray(start, end)));
      if (failure !== undefined) count(failure);
      hit = finder.next(bytes, end, to);
    }
  };
  const count = (failure: UpstreamFailure): void => {
    const { kind, status, server, service, method } = failure;
    const key = JSON.stringify([kind, status, service ?? server, server?.ip, method]);
    const known = counted.get(key);
    if (known !== undefined) known.count += 1;
    else if (counted.size < mostKinds) counted.set(key, { first: failure, count: 1 });
  };

  return {
    push: (bytes) => {
      const first = bytes.indexOf(newline);
      const stop = bytes.lastIndexOf(newline) + 1;
      if (rest.length > 0) {
        const end = first < 0 ? bytes.length : first;
        const line = new Uint8Array(rest.length + end);
        line.set(rest);
        line.set(bytes.subarray(0, end), rest.length);
        rest = first < 0 ? line.subarray(0, longestRest) : new Uint8Array();
        if (first < 0) return;
        scan(line, 0, line.length);
        scan(bytes, first + 1, stop);
      } else scan(bytes, 0, stop);
      if (bytes.length - stop <= longestRest) rest = bytes.slice(stop);
    },
    end: () => {
      scan(rest, 0, rest.length);
      rest = new Uint8Array();
      return [...counted.values()].sort((one, other) => other.count - one.count);
    },
  };
}

function readFailure(raw: string): UpstreamFailure | undefined {
  let line: LogLine | undefined = parseLine(raw);
  for (let depth = 0; depth < 4 && line !== undefined; depth += 1) {
    const failure = line.json === undefined ? ofText(line.text) : ofObject(line.json);
    if (failure !== undefined) return failure;
    line = unwrapLine(line);
  }
  return undefined;
}

interface Stated {
  readonly status: number;
  readonly flags: string;
  readonly details: string;
  /** What failed on the way there. */
  readonly transport: string;
  readonly host: unknown;
  readonly cluster: unknown;
  readonly client: unknown;
  readonly method: unknown;
  readonly path: unknown;
}

/** Istio's text format, from the request on. */
function ofText(text: string): UpstreamFailure | undefined {
  const match = /"([^"]*)" (?=(?:40[13] - via_upstream|(?:503|0) U(?:F|RX)) ?)/.exec(text.slice(0, 100_000));
  if (match === null) return undefined;
  const [status, flags, details, , transport, , , , , , , , , host, cluster, , , client] = wordsOf(
    `${text.slice(match.index + match[0].length)} `,
    18,
  );
  const request = /^(\S+) (.*) \S+$/.exec(match[1]!);
  return failureOf({
    status: Number(status),
    flags: flags ?? '',
    details: details ?? '',
    transport: transport ?? '',
    host,
    cluster,
    client,
    method: request?.[1],
    path: request?.[2],
  });
}

function ofObject(json: Readonly<Record<string, unknown>>): UpstreamFailure | undefined {
  const { response_code, response_flags, response_code_details, upstream_cluster } = json;
  if (response_code === undefined || upstream_cluster === undefined) return undefined;
  return failureOf({
    status: Number(response_code),
    flags: String(response_flags ?? ''),
    details: String(response_code_details ?? ''),
    transport: String(json.upstream_transport_failure_reason ?? ''),
    host: json.upstream_host,
    cluster: upstream_cluster,
    client: json.downstream_remote_address,
    method: json.method,
    path: json.path,
  });
}

function failureOf(stated: Stated): UpstreamFailure | undefined {
  const { status, flags, details, transport, host, cluster, client, method, path } = stated;
  const refused = (status === 403 || status === 401) && details === 'via_upstream';
  const unconnected = (status === 503 || status === 0) && flags.split(',').includes('UF');
  if (!refused && !unconnected) return undefined;
  // What a server's own proxy writes of the application behind it is no refusal of a policy.
  if (typeof cluster !== 'string' || cluster.startsWith('inbound')) return undefined;
  const [, port, named] = /^outbound\|(\d+)\|[^|]*\|([\w.-]+)$/.exec(cluster) ?? [];
  const said = [flags, details, transport].map(textOf).filter((word) => word !== undefined);
  return {
    kind: refused ? 'refused' : 'no connection',
    status,
    reason: [...new Set(said)].join(' '),
    client: addressOf(client),
    server: addressOf(host),
    service: named === undefined ? undefined : { host: named, port: Number(port) },
    method: textOf(method),
    path: pathOf(path),
  };
}
