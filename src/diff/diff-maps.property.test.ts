import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Document, randomCluster, randomFrom } from '../../test/support/random-cluster.ts';
import { buildCluster, type Cluster } from '../cluster/index.ts';
import { readManifests } from '../manifest/index.ts';
import type { Endpoint, Outcome, Request } from '../model/index.ts';
import { mapReach, type ReachMap } from '../reach/index.ts';
import { decide } from '../verdict/index.ts';
import { type Comparison, comparePairs } from './compare-pairs.ts';
import { compareRows } from './compare-rows.ts';
import { diffMaps, type Effect, type MapDiff } from './index.ts';
import { type MatchedEnd, matchEnds } from './match-ends.ts';

const isPolicy = ({ kind }: Document): boolean => /Policy|Authentication/.test(String(kind));

function mapOf(documents: readonly Document[]): ReachMap {
  const text = documents.map((document) => JSON.stringify(document)).join('\n---\n');
  return mapReach(buildCluster(readManifests([{ name: 'all.yaml', text }])));
}

interface Two {
  readonly before: ReachMap;
  readonly after: ReachMap;
}

/** A random cluster, and the same with some policies taken out and others put in. */
function twoMaps(seed: number): Two {
  const random = randomFrom(seed);
  const features = { mesh: seed % 3 !== 0, admin: seed % 4 === 1, unknowns: seed % 5 === 2 };
  const before = randomCluster(random, features);
  const others = randomCluster(random, features).filter(isPolicy);
  const kept = before.filter((document) => !isPolicy(document) || !random.chance(0.25));
  return { before: mapOf(before), after: mapOf([...kept, ...others.filter(() => random.chance(0.2))]) };
}

/** From the strictest. */
const ranks: readonly Outcome[] = ['deny', 'unknown', 'allow'];

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const some = { numRuns: 25 };

/** Every pair that changes, with the effects that are shown for it. */
function effectsOf({ groups }: MapDiff): ReadonlyMap<string, ReadonlySet<Effect>> {
  const effects = new Map<string, Set<Effect>>();
  for (const { scope, sources, destinations, changes } of groups) {
    const shown = changes.flatMap(({ witnesses }) => witnesses.map(({ effect }) => effect));
    for (const destination of destinations)
      for (const source of scope === 'within' ? [destination] : sources) {
        const key = `${source.label} -> ${destination.label}`;
        effects.set(key, new Set([...(effects.get(key) ?? []), ...shown]));
      }
  }
  return effects;
}

describe('diffMaps', () => {
  it('finds no change between a cluster and itself', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [before, after] = [twoMaps(seed).before, twoMaps(seed).before];
        const { groups, added, removed, objects, settings } = diffMaps(before, after);
        expect({ groups, added, removed, objects, settings }).toEqual({
          groups: [],
          added: [],
          removed: [],
          objects: [],
          settings: [],
        });
      }),
      some,
    );
  });

  it('turns around when the sides do', () => {
    const turned: Readonly<Record<Effect, Effect>> = {
      'newly allowed': 'newly denied',
      'newly denied': 'newly allowed',
      'now unknown': 'no longer unknown',
      'no longer unknown': 'now unknown',
    };
    fc.assert(
      fc.property(seeds, (seed) => {
        const { before, after } = twoMaps(seed);
        const there = effectsOf(diffMaps(before, after));
        const back = effectsOf(diffMaps(after, before));
        const mirrored = new Map(
          [...back].map(([pair, effects]) => [pair, new Set([...effects].map((each) => turned[each]))]),
        );
        expect(new Map([...mirrored].sort())).toEqual(new Map([...there].sort()));
      }),
      some,
    );
  });

  it('never denies anything for a rule that allows more', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = randomFrom(seed);
        const documents = randomCluster(random, { mesh: seed % 2 === 0, admin: false, unknowns: false });
        const wider = documents.map((document) => (random.chance(0.5) ? withOpenRule(document) : document));
        const { groups } = diffMaps(mapOf(documents), mapOf(wider));
        for (const { before, after } of groups.flatMap(({ changes }) =>
          changes.flatMap((each) => each.witnesses),
        )) {
          expect(ranks.indexOf(after.verdict.outcome)).toBeGreaterThan(ranks.indexOf(before.verdict.outcome));
        }
      }),
      some,
    );
  });

  it('finds by rows what it finds pair by pair', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const maps = twoMaps(seed);
        const { both } = matchEnds(maps.before, maps.after);
        const found = [compareRows(maps, both, () => true), comparePairs(maps, both)].map(listPairs);
        expect(found[0]).toEqual(found[1]);
      }),
      some,
    );
  });

  it('misses no request of which the two clusters say different things', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { before, after } = twoMaps(seed);
        const told = effectsOf(diffMaps(before, after));
        const random = randomFrom(seed);
        const { both } = matchEnds(before, after);
        for (let i = 0; i < 40; i++) {
          const [source, destination] = [random.pick(both), random.pick(both)];
          if (source === destination || destination.kind === 'outside') continue;
          const port = random.pick([1, 80, 443, 8080, 9000, 15008]);
          const method = random.pick(['GET', 'POST', undefined]);
          const path = random.pick(['/', '/a', '/a/b', '/admin/x']);
          const sent = { port, ...(method === undefined ? {} : { http: { method, path, host: 'web.a' } }) };
          const outcomes = [
            outcomeOf(before.cluster, source, destination, 'before', sent),
            outcomeOf(after.cluster, source, destination, 'after', sent),
          ];
          if (outcomes[0] !== outcomes[1]) {
            expect([...told.keys()], JSON.stringify({ seed, sent, outcomes })).toContain(
              `${source.label} -> ${destination.label}`,
            );
          }
        }
      }),
      some,
    );
  });
});

/** A policy that allows everything beside what it allows. */
function withOpenRule(document: Document): Document {
  const spec = document.spec as { readonly [field: string]: unknown };
  if (document.kind === 'NetworkPolicy') {
    const types = (spec.policyTypes ?? []) as readonly string[];
    const open = Object.fromEntries(
      types.map((type) => [
        type.toLowerCase(),
        [...((spec[type.toLowerCase()] ?? []) as readonly unknown[]), {}],
      ]),
    );
    return { ...document, spec: { ...spec, ...open } };
  }
  if (document.kind !== 'AuthorizationPolicy' || (spec.action ?? 'ALLOW') !== 'ALLOW') return document;
  return { ...document, spec: { ...spec, rules: [...((spec.rules ?? []) as readonly unknown[]), {}] } };
}

function outcomeOf(
  cluster: Cluster,
  source: MatchedEnd,
  destination: MatchedEnd,
  side: 'before' | 'after',
  sent: Pick<Request, 'port' | 'http'>,
): string {
  const endOf = (end: MatchedEnd): Endpoint => {
    if (end.kind === 'outside') return { kind: 'address', address: end.address };
    const { namespace, name } = end.pods[0]![side];
    return { kind: 'pod', namespace, name };
  };
  const request = {
    source: endOf(source),
    destination: endOf(destination),
    protocol: 'TCP',
    complete: true,
    ...sent,
  } as const;
  return decide(cluster, request).outcome;
}

function listPairs({ findings }: Comparison): readonly string[] {
  return findings
    .flatMap(({ scope, sources, destinations, differences }) => {
      const words = differences.map(({ kind, traffic, protocol, ports }) =>
        JSON.stringify([kind, traffic, protocol, ports]),
      );
      return destinations.flatMap((destination) =>
        (scope === 'within' ? [destination] : sources.filter((source) => source !== destination)).map(
          (source) => `${source.label} -> ${destination.label} ${words.join()}`,
        ),
      );
    })
    .sort();
}
