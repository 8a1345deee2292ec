import type { Cluster } from '../cluster/index.ts';
import type { Outcome } from '../model/index.ts';
import { jwtRulesFor } from '../policy/request-authentication/index.ts';
import { type Inbound, shakeHands } from '../verdict/index.ts';
import { addBits } from './bits.ts';
import { type ChainView, type Contribution, type RuleReader, viewChain } from './chain-view.ts';
import { allowed, denied, type Flow } from './flow.ts';
import { passageOf } from './passages.ts';
import type { Conjunction, Universe } from './requests/index.ts';
import type { SourceConditions } from './source-conditions.ts';
import { isNobody, meets, type Sources, within, without } from './sources.ts';
import type { HttpPassage } from './types.ts';

/**
 * What one proxy does with the connections of `sources`, which all come to it alike but for who they are. `inbound` is that of one of them and carries no request.
 * Requests are taken to have no X-Forwarded-For, no X-Forwarded-Proto and no certificate header of their own, and no bad token.
 */
export type ProxyFlows = (inbound: Inbound, sources: Sources) => readonly Flow[];

/** Prepares the proxies of a cluster. */
export function proxyFlows(cluster: Cluster, conditions: SourceConditions): ProxyFlows {
  const reader: RuleReader = { conditions, known: new WeakMap() };
  return (inbound, sources) => flowsAtProxy(cluster, reader, inbound, sources);
}

function flowsAtProxy(
  cluster: Cluster,
  reader: RuleReader,
  inbound: Inbound,
  sources: Sources,
): readonly Flow[] {
  const forBytes = shakeHands(cluster, inbound);
  const withHttp = { ...inbound, request: { ...inbound.request, http: {} } };
  const forHttp = shakeHands(cluster, withHttp);
  const tcp =
    forBytes.chain === 'TCP' || forHttp.chain === 'TCP'
      ? viewChain(cluster, reader, inbound, forBytes, 'TCP')
      : undefined;
  const http = forHttp.chain === 'HTTP' ? viewChain(cluster, reader, withHttp, forHttp, 'HTTP') : undefined;
  const doubts = [tcp?.doubtful, http?.doubtful].filter((bits) => bits !== undefined);
  const flows: Flow[] = [];
  let rest = sources;
  if (doubts.length > 0) {
    const all = doubts[0]!.slice();
    for (const bits of doubts) addBits(all, bits);
    const doubtful = within(sources, all);
    rest = without(sources, all);
    if (!isNobody(doubtful))
      flows.push({ sources: doubtful, bytes: 'unknown', http: { outcome: 'unknown' }, doubt: 'road' });
  }
  const universe = universeOf(cluster, inbound);
  for (const part of splitBySources(rest, [tcp, http])) {
    const bytes = forBytes.chain === 'TCP' ? connectionOutcome(tcp!, part) : 'deny';
    const requests =
      http === undefined
        ? forHttp.chain === 'TCP'
          ? plain(connectionOutcome(tcp!, part))
          : denied
        : requestPassage(http, part, universe);
    flows.push({ sources: part, bytes, http: requests, doubt: undefined });
  }
  return flows;
}

function plain(outcome: Outcome): HttpPassage {
  return outcome === 'allow' ? allowed : outcome === 'deny' ? denied : { outcome };
}

/** Parts of `sources` that the same contributions match. */
function splitBySources(sources: Sources, views: readonly (ChainView | undefined)[]): readonly Sources[] {
  if (isNobody(sources)) return [];
  let parts = [sources];
  for (const view of views) {
    for (const { sources: matched } of view === undefined ? [] : contributionsOf(view)) {
      if (matched === undefined) continue;
      parts = parts.flatMap((part) => {
        if (!meets(part, matched)) return [part];
        const outside = without(part, matched);
        return isNobody(outside) ? [part] : [within(part, matched), outside];
      });
    }
  }
  return parts;
}

function contributionsOf({ deny, allow, unknown }: ChainView): readonly Contribution[] {
  return [...deny, ...(allow ?? []), ...unknown];
}

/** The conjunctions of those contributions that match all sources of a part. */
function conjunctionsFor(contributions: readonly Contribution[], part: Sources): readonly Conjunction[] {
  return contributions.flatMap(({ sources, conjunctions }) =>
    sources === undefined || meets(part, sources) ? conjunctions : [],
  );
}

function connectionOutcome({ deny, allow, unknown }: ChainView, part: Sources): Outcome {
  if (conjunctionsFor(deny, part).length > 0) return 'deny';
  if (allow !== undefined && conjunctionsFor(allow, part).length === 0) return 'deny';
  return conjunctionsFor(unknown, part).length > 0 ? 'unknown' : 'allow';
}

function requestPassage({ deny, allow, unknown }: ChainView, part: Sources, universe: Universe): HttpPassage {
  const of = (list: readonly Contribution[]): readonly Contribution[] =>
    list.filter(({ sources }) => sources === undefined || meets(part, sources));
  const matched = {
    allow: allow === undefined ? undefined : of(allow),
    deny: of(deny),
    unknown: of(unknown),
  };
  const key = [matched.allow ?? ['any'], matched.deny, matched.unknown]
    .map((list) => list.map((each) => (typeof each === 'string' ? each : each.id)).join())
    .join(';');
  const known = passages.get(universe) ?? new Map<string, HttpPassage>();
  passages.set(universe, known);
  let passage = known.get(key);
  if (passage === undefined) {
    passage = passageOf(
      {
        any: matched.allow?.flatMap(({ conjunctions }) => conjunctions),
        none: matched.deny.flatMap(({ conjunctions }) => conjunctions),
        unknown: matched.unknown.flatMap(({ conjunctions }) => conjunctions),
      },
      universe,
    );
    known.set(key, passage);
  }
  return passage;
}

const passages = new WeakMap<Universe, Map<string, HttpPassage>>();

const universes = new WeakMap<Cluster, Map<string, Universe>>();

/** What requests at the proxy can look like; the same object for proxies with the same token rules. */
function universeOf(cluster: Cluster, { target }: Inbound): Universe {
  const known = universes.get(cluster) ?? new Map<string, Universe>();
  universes.set(cluster, known);
  const jwtRules = jwtRulesFor(cluster, target);
  const key = jwtRules
    .map(
      ({ reference: { policy, path } }) =>
        `${policy.metadata.namespace}/${policy.metadata.name} ${path.join()}`,
    )
    .join('\n');
  let universe = known.get(key);
  if (universe === undefined) {
    universe = { mesh: cluster.mesh, jwtRules, withoutForwardedFor: true };
    known.set(key, universe);
  }
  return universe;
}
