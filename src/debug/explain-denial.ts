import type { Cluster } from '../cluster/index.ts';
import type { Fact, KindedObject, Step } from '../model/index.ts';
import { findNamed, isAtPlace, policiesOf } from './agreement.ts';
import { findDoubts } from './doubts.ts';
import { isOfSystem, type Placing, placeEnd } from './find-end.ts';
import type { Judged } from './judge-denial.ts';
import { judgePairs, type Memory, mostPairs } from './judge-pairs.ts';
import { rightnessOf } from './right.ts';
import type { Candidate, Cause, Claim, Evidence, Finding, FoundEnd, Said } from './types.ts';

/** So many others may fit as well as an end for which the verdict alone speaks. */
const mostOthers = 2;

/** Explains a denial by the verdict: who its ends are, what denies it, or why the manifests say otherwise. */
export function explainDenial(
  cluster: Cluster,
  evidence: Evidence,
  said: Said,
  memory: Memory = new Map(),
): Finding {
  const source = placeEnd(cluster, evidence.source);
  const destination = narrowByPolicy(cluster, evidence, placeEnd(cluster, evidence.destination));
  const protocols: readonly string[] = ['TCP', 'UDP', 'SCTP'];
  const named = evidence.policy && findNamed(cluster, evidence.policy);
  const open = {
    evidence,
    ...(named === undefined ? {} : { named }),
    source: endOf(source, evidence.source),
    destination: endOf(destination, evidence.destination, namespaceOf(cluster, evidence)),
    assumed: [],
    byRequest: false,
  };
  if (!protocols.includes(evidence.protocol)) {
    return { ...open, cause: { kind: 'not judged', protocol: evidence.protocol } };
  }
  const nobody = nobodyThere(evidence, source, destination);
  if (nobody.length > 0) return { ...open, cause: { kind: 'not placed', ends: nobody, count: 0 } };
  const judged = judgePairs(cluster, evidence, source, destination, said, memory);
  const best = bestOf(judged);
  const [first] = best;
  if (first === undefined) return { ...open, cause: { kind: 'unknown', missing: [] } };
  if (isUndecided(best)) {
    const ends = [
      ...(source.candidates.length === 1 ? [] : (['source'] as const)),
      ...(destination.candidates.length === 1 ? [] : (['destination'] as const)),
    ];
    const missing: Cause =
      ends.length > 0 ? { kind: 'not placed', ends, count: best.length } : { kind: 'unknown', missing: [] };
    return { ...open, cause: missing, byRequest: best.some((each) => isOpenAtPlace(each, evidence)) };
  }
  const { request, verdict, assumed } = first;
  const isCut = source.candidates.length * destination.candidates.length > mostPairs;
  const finding = {
    ...open,
    source: chosen(
      first.source,
      source,
      evidence.source,
      best.map((each) => each.source),
      isCut,
    ),
    destination: chosen(
      first.destination,
      destination,
      evidence.destination,
      best.map((each) => each.destination),
      isCut,
    ),
    request,
    verdict,
    assumed,
    // Of whom the line may be, some fit by their requests.
    byRequest: judged.some((each) => each.verdict.missing.some(isOfLine)) || assumed.some(isRequest),
  };
  const cause = causeOf(cluster, evidence, first, finding);
  // What is not known may be told by the line, once it is asked about its own request.
  if (cause.kind === 'unknown') return { ...finding, cause, byRequest: true };
  if (!agrees(cause) && isOpenAtPlace(first, evidence)) finding.byRequest = true;
  const right = rightnessOf(evidence, cause);
  return { ...finding, cause, ...(right === undefined ? {} : { right }) };
}

function causeOf(
  cluster: Cluster,
  evidence: Evidence,
  { explaining, verdict, request }: Judged,
  ends: Pick<Finding, 'source' | 'destination'>,
): Cause {
  if (explaining !== undefined) {
    const { step, agreement } = explaining;
    const before = verdict.steps.find((each) => each.outcome === 'deny');
    return {
      kind: 'denied',
      step,
      agreement,
      ...(before === undefined || before === step ? {} : { before }),
    };
  }
  if (verdict.outcome === 'unknown') return { kind: 'unknown', missing: verdict.missing };
  const doubts = findDoubts(cluster, evidence, request, verdict, ends);
  const isElsewhere = verdict.outcome === 'deny' && !isAtPlace(verdict.decidedBy, evidence);
  return {
    kind: 'allowed',
    doubts,
    ...(isElsewhere ? { elsewhere: verdict.decidedBy } : {}),
  };
}

/** Pods that a policy named by the log can't be of are left out where nothing else says who it is. */
function narrowByPolicy(cluster: Cluster, { at, policy }: Evidence, placing: Placing): Placing {
  const { candidates } = placing;
  const namespace = policy?.namespace;
  if (at === 'network' || namespace === undefined || candidates.length < 2) return placing;
  if (namespace === cluster.mesh.rootNamespace) return placing;
  const inside = candidates.filter(({ pod }) => pod?.namespace === namespace);
  return inside.length === 0 ? placing : { ...placing, candidates: inside };
}

/** The ends without which nothing that the manifests have was asked: at a proxy the server, in the network either of them. */
function nobodyThere(
  { at }: Evidence,
  source: Placing,
  destination: Placing,
): readonly ('source' | 'destination')[] {
  const isThere = ({ candidates }: Placing): boolean =>
    candidates.some(
      ({ end, name }) => end.kind !== 'address' || name.startsWith('node/') || name !== end.address,
    );
  if (at !== 'network') return isThere(destination) ? [] : ['destination'];
  return isThere(source) || isThere(destination) ? [] : ['source', 'destination'];
}

/** Those that fit the log best; of them those whom nothing would have stopped before they came to the log's place. */
function bestOf(judged: readonly Judged[]): readonly Judged[] {
  const best = Math.max(0, ...judged.map(({ explaining }) => explaining?.rank ?? 0));
  const fitting = judged.filter(({ explaining }) => (explaining?.rank ?? 0) === best);
  const arrived = fitting.filter(
    ({ explaining, verdict }) =>
      explaining !== undefined && verdict.steps.find(({ outcome }) => outcome === 'deny') === explaining.step,
  );
  return arrived.length > 0 ? arrived : fitting;
}

/** Several pairs fit, and they are denied by different policies; or none fits, and they are not all allowed. */
function isUndecided(best: readonly Judged[]): boolean {
  if (best.length < 2) return false;
  const [first] = best;
  if (first!.explaining === undefined) {
    return first!.verdict.outcome !== 'allow' || best.some(({ verdict }) => verdict.outcome !== 'allow');
  }
  const causes = best.map(({ explaining }) => explaining && deciding(explaining.step));
  return causes.some((cause) => cause === undefined || cause !== causes[0]);
}

const decidingKeys = new WeakMap<KindedObject, number>();
let nextKey = 0;

/** A name for what a step rests on: the same for the same policies. */
function deciding({ layer, because }: Step): string {
  const keys = policiesOf(because).map((object) => {
    const known = decidingKeys.get(object) ?? nextKey++;
    decidingKeys.set(object, known);
    return known;
  });
  return `${layer} ${because.kind} ${keys.join(' ')}`;
}

function chosen(
  candidate: Candidate,
  { by, candidates, conflicts }: Placing,
  claim: Claim,
  fitting: readonly Candidate[],
  isCut: boolean,
): FoundEnd {
  const others = [...new Set(fitting.map(({ name }) => name))].filter((name) => name !== candidate.name);
  const all = candidates.length > 1 ? ([...by, 'verdict'] as const) : by;
  const rivals = new Set(fitting.filter((each) => !isOfSystem(each)).map(({ name }) => name));
  rivals.delete(candidate.name);
  const isStated = by.some((evidence) => evidence !== 'namespace');
  return {
    ...candidate,
    by: all,
    conflicts,
    others,
    rivals: [...rivals],
    guess: !isStated && candidates.length > 1 && (rivals.size > mostOthers || isCut),
    claim,
  };
}

/** A proxy has the policies of its own namespace and of the root namespace. */
function namespaceOf(cluster: Cluster, { at, policy }: Evidence): string | undefined {
  const namespace = at === 'network' ? undefined : policy?.namespace;
  return namespace === cluster.mesh.rootNamespace ? undefined : namespace;
}

/** An end that could not be told: by what the line calls it. */
function endOf({ candidates, by, conflicts }: Placing, claim: Claim, inside?: string): FoundEnd {
  const [only, second] = candidates;
  if (only !== undefined && second === undefined)
    return { ...only, by, conflicts, others: [], rivals: [], guess: false, claim };
  const { namespace, pod, workload, ip, principal, service } = claim;
  const named = [namespace, pod ?? workload].filter((word) => word !== undefined).join('/');
  const unnamed = inside === undefined ? 'somebody' : `somebody in ${inside}`;
  const name = named || ip || principal || service || unnamed;
  return {
    end: { kind: 'host', host: name },
    name,
    by,
    conflicts,
    others: candidates.map((candidate) => candidate.name),
    rivals: [],
    guess: false,
    claim,
  };
}

function isRequest({ kind }: Judged['assumed'][number]): boolean {
  return kind === 'http';
}

/** What the lines of other requests state differently. */
function isOfLine(fact: Fact): boolean {
  return fact.kind === 'request' && (fact.field === 'method' || fact.field === 'path');
}

/** True where the verdict denies it just as the log says. */
function agrees(cause: Cause): boolean {
  if (cause.kind !== 'denied') return false;
  const { agreement } = cause;
  if (agreement.kind === 'nothing matched') return agreement.agrees;
  return agreement.kind === 'same' || agreement.kind === 'not named';
}

/** True where something at the log's place turns on what nobody said: another step may have decided without it. */
function isOpenAtPlace({ verdict }: Judged, evidence: Evidence): boolean {
  return verdict.steps.some((step) => step.outcome === 'unknown' && isAtPlace(step, evidence));
}
