import { assumeAuthorizerAnswer, assumePodAddress, assumePodNode, type Cluster } from '../cluster/index.ts';
import type { Endpoint, Fact, Request, Verdict } from '../model/index.ts';
import { decide, decideConnection } from '../verdict/index.ts';
import { type Explaining, explainingStep } from './agreement.ts';
import { rebuildRequest } from './rebuild-request.ts';
import type { Assumed, Candidate, Evidence, Said } from './types.ts';

/** The verdict on a denial between two ends, and the step that explains it, where there is one. */
export interface Judged {
  readonly source: Candidate;
  readonly destination: Candidate;
  readonly request: Request;
  readonly verdict: Verdict;
  readonly explaining: Explaining | undefined;
  readonly assumed: readonly Assumed[];
}

/** Judges a denial between two ends. What the line leaves open is left open first, and then, where that tells nothing, held to be absent. */
export function judgeDenial(
  cluster: Cluster,
  evidence: Evidence,
  source: Candidate,
  destination: Candidate,
  said: Said,
): Judged | undefined {
  const rebuilt = rebuildRequest(cluster, evidence, source, destination, said);
  if (rebuilt === undefined) return undefined;
  const { request, assumed } = rebuilt;
  const verdict = ask(cluster, evidence, request);
  const explaining = explainingStep(cluster, verdict, evidence);
  const open: Judged = { source, destination, request, verdict, explaining, assumed };
  if (explaining !== undefined) return open;
  return (
    withPlaces(cluster, evidence, open) ??
    withAuthorizer(cluster, evidence, open) ??
    withAbsent(cluster, evidence, open) ??
    open
  );
}

/** The verdict on a request, as far as it is about the log's place: agents of the network see packets alone. */
export function ask(cluster: Cluster, { at }: Pick<Evidence, 'at'>, request: Request): Verdict {
  const { source, destination, port, protocol } = request;
  if (at !== 'network' || destination.kind === 'service' || typeof port === 'string')
    return decide(cluster, request);
  return decideConnection(cluster, { source, destination: destination as Endpoint, port, protocol });
}

/** Addresses and nodes that the manifests leave out and the log tells: that a node was denied means that the pod is not on it. */
function withPlaces(cluster: Cluster, evidence: Evidence, judged: Judged): Judged | undefined {
  const assumed: Assumed[] = [];
  let told = cluster;
  for (const fact of judged.verdict.missing) {
    if (fact.kind === 'pod node') {
      told = assumePodNode(told, fact.pod, 'another node');
      assumed.push({ kind: 'other node', pod: fact.pod });
    } else if (fact.kind === 'pod address') {
      const address = addressInLog(fact.pod, evidence, judged);
      if (address === undefined) continue;
      told = assumePodAddress(told, fact.pod, address);
      assumed.push({ kind: 'address', pod: fact.pod, address });
    }
  }
  if (assumed.length === 0) return undefined;
  const verdict = ask(told, evidence, judged.request);
  const explaining = explainingStep(told, verdict, evidence);
  return explaining === undefined
    ? undefined
    : { ...judged, verdict, explaining, assumed: [...judged.assumed, ...assumed] };
}

function addressInLog(key: string, evidence: Evidence, { source, destination }: Judged): string | undefined {
  if (source.pod?.key === key && evidence.source.forwarded !== true) return evidence.source.ip;
  return destination.pod?.key === key ? evidence.destination.ip : undefined;
}

/** An external authorizer's answer that the log tells. */
function withAuthorizer(cluster: Cluster, evidence: Evidence, judged: Judged): Judged | undefined {
  if (!evidence.authorizer) return undefined;
  for (const { name } of cluster.mesh.authorizers) {
    const told = assumeAuthorizerAnswer(cluster, name, 'deny');
    const verdict = decide(told, judged.request);
    const explaining = explainingStep(told, verdict, evidence);
    if (explaining !== undefined) return { ...judged, verdict, explaining };
  }
  return undefined;
}

/** The same request with nothing beyond what the line states, where that is denied as the log says. */
function withAbsent(cluster: Cluster, evidence: Evidence, judged: Judged): Judged | undefined {
  const { request, verdict } = judged;
  if (verdict.outcome !== 'unknown' || evidence.at === 'network') return undefined;
  const facts = verdict.missing.filter(isOfRequest);
  if (facts.length === 0) return undefined;
  const { http } = request;
  const isBare = http !== undefined && (http.method === undefined || http.path === undefined);
  const closed: Request = {
    ...request,
    ...(http === undefined ? {} : { http: { method: 'GET', path: '/', ...http } }),
    complete: true,
  };
  const answer = decide(cluster, closed);
  const explaining = explainingStep(cluster, answer, evidence);
  if (explaining === undefined) return undefined;
  const absent = facts.filter((fact) => fact.kind === 'token' || !isSaidNow(fact));
  const assumed: Assumed[] = [...judged.assumed];
  if (isBare) assumed.push({ kind: 'http', method: closed.http!.method!, path: closed.http!.path! });
  if (absent.length > 0) assumed.push({ kind: 'absent', facts: absent });
  return { ...judged, request: closed, verdict: answer, explaining, assumed };
}

function isOfRequest(fact: Fact): boolean {
  return fact.kind === 'token' || fact.kind === 'request';
}

function isSaidNow(fact: Fact): boolean {
  return fact.kind === 'request' && (fact.field === 'method' || fact.field === 'path');
}
