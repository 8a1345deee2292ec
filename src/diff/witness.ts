import type { Cluster } from '../cluster/index.ts';
import type { Outcome, Request, Step, Verdict } from '../model/index.ts';
import type { RequestWitness } from '../reach/index.ts';
import { decide } from '../verdict/index.ts';
import type { Difference } from './compare-passages.ts';
import { type Pair, requestsFor, type TwoRequests } from './requests.ts';
import type { Change, ChangeKind, Effect, Turn, Witness } from './types.ts';

/** Both sides, to ask them. */
export interface Clusters {
  readonly before: Cluster;
  readonly after: Cluster;
}

/**
 * A difference of maps with requests that show it, each asked of both sides. A difference that no verdict bears out is `undecided`; undefined where it was
 * surmised only.
 */
export function proveChange(clusters: Clusters, pair: Pair, difference: Difference): Change | undefined {
  const { kind, traffic, protocol, ports, before, after, http } = difference;
  const witnesses = wantedEffects(difference).flatMap(
    (effect) => findWitness(clusters, pair, difference, effect) ?? [],
  );
  const base = { traffic, protocol, ports, before, after, witnesses };
  const isWhole = witnesses.length === wantedEffects(difference).length;
  if (http?.surmised === true && traffic === 'http')
    return witnesses.length === 0 ? undefined : { ...base, kind };
  if (isWhole) return { ...base, kind };
  const [first] = witnesses;
  const left: ChangeKind = first === undefined ? 'undecided' : kind === 'conditions' ? kind : first.effect;
  return { ...base, kind: left };
}

function wantedEffects({ kind, traffic, http }: Difference): readonly Effect[] {
  if (traffic === 'http' && http !== undefined) return [...new Set(http.samples.map(({ effect }) => effect))];
  return kind === 'conditions' || kind === 'undecided' ? [] : [kind];
}

function findWitness(
  clusters: Clusters,
  pair: Pair,
  { traffic, protocol, ports, http }: Difference,
  effect: Effect,
): Witness | undefined {
  const samples =
    traffic === 'http'
      ? http!.samples
          .filter((each) => each.effect === effect)
          .flatMap(({ request }) => [plainer(request), request])
      : [undefined];
  for (const sample of samples) {
    const requests = requestsFor(pair, protocol, ports, sample, traffic === 'any');
    const witness = askBoth(clusters, requests, effect);
    if (witness !== undefined) return witness;
  }
  return undefined;
}

/** The request with the Host that its callers write, if that shows the change as well. */
function plainer({ http: { host: _, ...http }, jwt }: RequestWitness): RequestWitness {
  return { http, jwt };
}

function askBoth(clusters: Clusters, requests: TwoRequests, effect: Effect): Witness | undefined {
  const before = answer(clusters.before, requests.before);
  const after = answer(clusters.after, requests.after);
  if (effectOf(before.verdict.outcome, after.verdict.outcome) !== effect) return undefined;
  return { effect, before, after, turns: turnsOf(before.verdict, after.verdict) };
}

function answer(cluster: Cluster, request: Request): Witness['before'] {
  return { request, verdict: decide(cluster, request) };
}

function effectOf(before: Outcome, after: Outcome): Effect | undefined {
  if (before === after) return undefined;
  if (after === 'unknown') return 'now unknown';
  if (before === 'unknown') return 'no longer unknown';
  return after === 'allow' ? 'newly allowed' : 'newly denied';
}

/** Of the side that does not allow: the step that decides and those that would have done the same, each with its like on the other side. */
function turnsOf(before: Verdict, after: Verdict): readonly Turn[] {
  const isBeforeStricter =
    before.outcome !== 'allow' && (after.outcome === 'allow' || before.outcome === 'deny');
  const [strict, other] = isBeforeStricter ? [before, after] : [after, before];
  const stopping = strict.steps.filter(
    (step) => step !== strict.decidedBy && step.afterDecision === true && step.outcome === strict.outcome,
  );
  return [strict.decidedBy, ...stopping].map((step) => {
    const like = other.steps.find((each) => isLike(each, step));
    return isBeforeStricter ? { before: step, after: like } : { before: like, after: step };
  });
}

/** The same layer at the same kind of place, where pods of the two sides may have different names. */
function isLike(a: Step, b: Step): boolean {
  return a.layer === b.layer && a.filter === b.filter && a.at.kind === b.at.kind;
}
