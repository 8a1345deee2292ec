import { describe, expect, it } from 'vitest';
import { randomCluster, randomFrom } from '../../../test/support/random-cluster.ts';
import { buildCluster, type Cluster, replacePolicy } from '../../cluster/index.ts';
import { readManifests } from '../../manifest/index.ts';
import type { AuthorizationPolicy, Endpoint, Request, Verdict } from '../../model/index.ts';
import { decide } from '../../verdict/index.ts';
import { lint } from '../index.ts';

const runs = 600;
const codes = ['PC3211', 'PC3212', 'PC3213', 'PC3214'];

interface Told {
  readonly policy: AuthorizationPolicy;
  readonly index: number;
}

function build(seed: number): {
  readonly cluster: Cluster;
  readonly told: ReadonlyMap<string, readonly Told[]>;
} {
  const documents = randomCluster(randomFrom(seed), { mesh: true, admin: false, unknowns: false });
  // Network policies only hide what is asked here.
  const kept = documents.filter(({ kind }) => kind !== 'NetworkPolicy');
  const text = kept.map((document) => JSON.stringify(document)).join('\n---\n');
  const manifests = readManifests([{ name: 'a.yaml', text }]);
  const cluster = buildCluster(manifests);
  const findings = lint(cluster, { objects: manifests.objects, only: codes });
  const told = Map.groupBy(
    findings.filter(({ code, path }) => code !== 'PC3211' || path.length > 3),
    ({ code }) => code,
  );
  return {
    cluster,
    told: new Map(
      [...told].map(([code, list]) => [
        code,
        list.map(({ object, path }) => ({ policy: object as AuthorizationPolicy, index: path[2] as number })),
      ]),
    ),
  };
}

function requestsIn({ pods }: Cluster, seed: number): readonly Request[] {
  const { pick, chance } = randomFrom(seed + 1);
  const keys = [...pods.values()];
  const ends: readonly Endpoint[] = keys.map(({ namespace, name }) => ({ kind: 'pod', namespace, name }));
  const outside: Endpoint = { kind: 'address', address: '203.0.113.7' };
  return Array.from({ length: 60 }, (): Request => {
    const http = {
      method: pick(['GET', 'POST', 'PUT']),
      path: pick(['/', '/a', '/a/b', '/x/b', '/admin/x', '/a/q']),
      host: pick(['web.a', 'x', 'y.b']),
      ...(chance(0.4) ? { headers: { 'x-a': pick(['1', '2', '23']) } } : {}),
    };
    const claims = { iss: 'https://i', sub: pick(['u', 'v']), group: pick(['ops', 'dev1', 'x']) };
    return {
      source: chance(0.15) ? outside : pick(ends),
      destination: pick(ends),
      port: pick([80, 8080, 9000]),
      protocol: 'TCP',
      direct: chance(0.5),
      ...(chance(0.3)
        ? { principal: pick([null, 'cluster.local/ns/a/sa/s', 'cluster.local/ns/q/sa/s']) }
        : {}),
      ...(chance(0.75) ? { http, jwt: chance(0.4) ? { claims } : 'none' } : {}),
      complete: true,
    };
  });
}

/** The cluster without some rules. A policy of which no rule is left is still there: an ALLOW policy then allows nothing. */
function without(cluster: Cluster, told: readonly Told[]): Cluster {
  return [...Map.groupBy(told, ({ policy }) => policy)].reduce((rest, [policy, list]) => {
    const gone = new Set(list.map(({ index }) => index));
    const rules = policy.spec.rules.filter((_, index) => !gone.has(index));
    return replacePolicy(rest, policy, { ...policy, spec: { ...policy.spec, rules } });
  }, cluster);
}

function matched({ steps }: Verdict, { policy, index }: Told): boolean {
  return steps.some(
    ({ because }) =>
      because.kind === 'matched rule' && because.rule.policy === policy && because.rule.path[2] === index,
  );
}

describe('rules that are said to change nothing', () => {
  const worlds = Array.from({ length: runs }, (_, seed) => ({ seed, ...build(seed) }));

  it('change no verdict when they go, all together', () => {
    let count = 0;
    for (const { seed, cluster, told } of worlds) {
      const gone = codes.slice(1).flatMap((code) => told.get(code) ?? []);
      if (gone.length === 0) continue;
      count += gone.length;
      const rest = without(cluster, gone);
      for (const request of requestsIn(cluster, seed)) {
        const before = decide(cluster, request).outcome;
        expect({ seed, request, outcome: decide(rest, request).outcome }).toEqual({
          seed,
          request,
          outcome: before,
        });
      }
    }
    expect(count).toBeGreaterThan(20);
  });

  it('and those that are said never to match never do', () => {
    let count = 0;
    for (const { seed, cluster, told } of worlds) {
      const dead = told.get('PC3211') ?? [];
      // On a TCP port other actions lose what they ask of HTTP, and of several entries one alone may be meant.
      const wholly = dead.filter(({ policy: { spec }, index }) => {
        const { from, to } = spec.rules[index]!;
        return spec.action === 'ALLOW' && from.length < 2 && to.length < 2;
      });
      count += wholly.length;
      if (wholly.length === 0) continue;
      for (const request of requestsIn(cluster, seed)) {
        const verdict = decide(cluster, request);
        for (const each of wholly)
          expect({ seed, request, matched: matched(verdict, each) }).toMatchObject({ matched: false });
      }
    }
    expect(count).toBeGreaterThan(0);
  });
});
