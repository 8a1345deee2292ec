import { type Cluster, podsOf } from '../cluster/index.ts';
import { isUnknown, parseAddress, type Request, rangeHolds, type Span } from '../model/index.ts';
import {
  type Desk,
  findSets,
  isProblem,
  type PairsEntry,
  type StatementEntry,
  type TestEntry,
  type Traffic,
} from '../testing/index.ts';
import { candidateOf } from './find-end.ts';
import type { Finding, FoundEnd, Rightness } from './types.ts';

/** Tests of a file, with who reads their names. */
export interface TestsOfFile {
  readonly tests: readonly TestEntry[];
  readonly desk: Desk;
}

/** Says of a denial which test expects it; undefined where none does. */
export type ExpectedDenials = (finding: Finding) => Extract<Rightness, { kind: 'test' }> | undefined;

interface Expectation {
  readonly name: string;
  readonly span: Span;
  readonly covers: (finding: Finding) => boolean;
}

/** Reads what tests expect to be denied: cases by their ends and port, statements by their sets. Tests that cannot be asked expect nothing. */
export function expectedDenials(files: readonly TestsOfFile[]): ExpectedDenials {
  let known: readonly Expectation[] | undefined;
  return (finding) => {
    known ??= files.flatMap(({ tests, desk }) =>
      tests.flatMap((entry) => (entry.kind === 'pairs' ? ofPairs(entry, desk) : ofStatement(entry, desk))),
    );
    const found = known.find(({ covers }) => covers(finding));
    return found === undefined ? undefined : { kind: 'test', name: found.name, span: found.span };
  };
}

function ofPairs(entry: PairsEntry, desk: Desk): readonly Expectation[] {
  return entry.pairs
    .filter(({ expect }) => expect === 'deny')
    .flatMap(({ from, to, span }) => {
      const asked = desk.ask({ from, to, request: entry.request });
      if (isProblem(asked)) return [];
      const { cluster } = desk;
      return {
        name: entry.name,
        span,
        covers: (finding: Finding) =>
          sameEnds(cluster, asked.request, finding) && sameRequest(asked.request, entry, finding),
      };
    });
}

/** True where nothing that the case says of the request beside its ends could be another thing in the log. */
function sameRequest(asked: Request, { request: said }: PairsEntry, finding: Finding): boolean {
  const { evidence, byRequest } = finding;
  if (said.claim !== undefined || said.header !== undefined || said.principal !== undefined) return false;
  if (said.sni !== undefined || (said.jwt !== undefined && said.jwt !== evidence.token)) return false;
  if (!byRequest || asked.http === undefined) return true;
  const { method, path } = finding.request?.http ?? {};
  return asked.http.method === method && asked.http.path === path;
}

function sameEnds(cluster: Cluster, asked: Request, { source, destination, request }: Finding): boolean {
  if (request === undefined || asked.protocol !== request.protocol) return false;
  if (candidateOf(cluster, asked.source).name !== source.name) return false;
  if (asked.destination.kind !== 'service') {
    return candidateOf(cluster, asked.destination).name === destination.name && asked.port === request.port;
  }
  const { namespace, name } = asked.destination;
  const service = cluster.services.get(`${namespace}/${name}`);
  const port = service?.spec.ports.find((each) => each.port === asked.port || each.name === asked.port);
  if (request.destination.kind === 'service') return destination.name === `${namespace}/svc/${name}`;
  const isBehind = podsOf(cluster, namespace, name).some((pod) => pod.key === destination.pod?.key);
  const target = port?.targetPort ?? port?.port;
  const isTarget =
    target === request.port ||
    destination.pod?.ports.some((each) => each.name === target && each.containerPort === request.port) ===
      true;
  return isBehind && isTarget;
}

function ofStatement(entry: StatementEntry, desk: Desk): readonly Expectation[] {
  const sets = findSets(entry, desk);
  if (isProblem(sets)) return [];
  const { senders, receivers } = sets;
  const isIn = (members: typeof senders, { pod, end }: FoundEnd): boolean => {
    if (pod !== undefined) {
      const truth = members.has(pod);
      return !isUnknown(truth) && truth;
    }
    const address = end.kind === 'address' ? parseAddress(end.address) : undefined;
    return address !== undefined && members.ranges.some((range) => rangeHolds(range, address));
  };
  return [
    {
      name: entry.name,
      span: entry.span,
      covers: (finding) =>
        isIn(senders, finding.source) &&
        isIn(receivers, finding.destination) &&
        speaksOf(entry.requests, finding),
    },
  ];
}

/** True where the statement is certain to speak of the request; what it says in patterns is compared as it is written. */
function speaksOf(traffic: Traffic, { request }: Finding): boolean {
  if (request === undefined || traffic.hosts !== undefined || traffic.withoutToken === true) return false;
  const { ports, protocol, methods, paths } = traffic;
  const { method, path } = request.http ?? {};
  if (protocol !== undefined && protocol !== request.protocol) return false;
  if (ports !== undefined && !ports.includes(request.port)) return false;
  if (methods !== undefined && (method === undefined || !methods.includes(method))) return false;
  return paths === undefined || (path !== undefined && paths.some((each) => matchesPath(each, path)));
}

function matchesPath(pattern: string, path: string): boolean {
  if (pattern === '*') return true;
  if (pattern.endsWith('*')) return path.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('*') ? path.endsWith(pattern.slice(1)) : pattern === path;
}
