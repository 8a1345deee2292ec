import { describe, expect, it } from 'vitest';
import { randomCluster, randomFrom } from '../../../test/support/random-cluster.ts';
import { buildCluster, type Cluster } from '../../cluster/index.ts';
import { readManifests } from '../../manifest/index.ts';
import type { Request, Source } from '../../model/index.ts';
import { decide } from '../../verdict/index.ts';
import { findFixes } from './find-fixes.ts';
import type { Fix, FixInput } from './types.ts';

const read: FixInput['read'] = (sources) => {
  const manifests = readManifests(sources);
  return { manifests, cluster: buildCluster(manifests) };
};

const ports = [80, 8080, 9000];
const https = [
  undefined,
  { method: 'GET', path: '/a', host: 'web.a' },
  { method: 'POST', path: '/admin/x', host: 'web.a' },
];

/** All requests of a small cluster that the test tells apart. */
function cellsOf({ pods }: Cluster): readonly Request[] {
  const ends = [...pods.values()].map(({ namespace, name }) => ({ kind: 'pod', namespace, name }) as const);
  const sources = [...ends, { kind: 'address', address: '203.0.113.9' } as const];
  return sources.flatMap((source) =>
    ends
      .filter((destination) => destination !== source)
      .flatMap((destination) =>
        ports.flatMap((port) =>
          https.map(
            (http): Request => ({
              source,
              destination,
              port,
              protocol: 'TCP',
              complete: true,
              ...(http === undefined ? {} : { http }),
            }),
          ),
        ),
      ),
  );
}

/** Labels of ends that a diff says more is allowed between. */
function told(fix: Fix, key: 'newlyAllowed' | 'newlyDenied'): ReadonlySet<string> {
  return new Set(
    fix[key].flatMap(({ scope, sources, destinations }) =>
      destinations.flatMap((to) =>
        (scope === 'within' ? [to] : sources).flatMap((from) => {
          const pods = (end: typeof to): readonly string[] =>
            end.kind === 'outside' ? ['outside'] : end.pods.map(({ after }) => after.key);
          return pods(from).flatMap((a) => pods(to).map((b) => `${a} ${b}`));
        }),
      ),
    ),
  );
}

function pairOf({ source, destination }: Request): string {
  const name = (end: Request['source'] | Request['destination']): string =>
    'name' in end ? `${(end as { namespace: string }).namespace}/${end.name}` : 'outside';
  return `${name(source)} ${name(destination)}`;
}

/** Pods of one workload are one end to a diff. */
function workloadsOf({ pods }: Cluster, pair: string): string {
  return pair
    .split(' ')
    .map((key) => {
      const owner = pods.get(key)?.owner;
      return owner === undefined ? key : `${owner.kind} ${owner.name}`;
    })
    .join(' -> ');
}

function textsOf(seed: number): { readonly sources: readonly Source[]; readonly documents: number } {
  const features = {
    mesh: seed % 3 !== 0,
    admin: seed % 4 === 1,
    unknowns: false,
    wide: process.env.FIX_WIDE !== undefined,
  };
  const documents = randomCluster(randomFrom(seed), features);
  return {
    sources: [{ name: 'all.yaml', text: documents.map((each) => `${yamlOf(each)}\n`).join('---\n') }],
    documents: documents.length,
  };
}

/** JSON is YAML: an object in brackets, on lines. */
function yamlOf(document: unknown): string {
  return block(document, 0).join('\n');
}

function block(value: unknown, depth: number): string[] {
  if (Array.isArray(value) && value.length > 0) {
    return value.flatMap((item) => {
      const [first, ...rest] = block(item, depth + 1);
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, each]) => {
      const lines = block(each, depth + 1);
      const open = typeof each === 'object' && each !== null && Object.keys(each).length > 0;
      return open
        ? [`${JSON.stringify(key)}: # ${key}`, ...lines.map((line) => `  ${line}`)]
        : [`${JSON.stringify(key)}: ${lines[0]}`];
    });
  }
  return [JSON.stringify(value)];
}

describe('fixes of random denials', () => {
  it('let the request through, and open and close just what they say', () => {
    const counted = { denied: 0, found: 0, nothingElse: 0 };
    const reasons = new Map<string, number>();
    for (let seed = Number(process.env.FIX_FROM ?? 1); seed <= Number(process.env.FIX_SEEDS ?? 15); seed++) {
      const { sources } = textsOf(seed);
      const { cluster } = read(sources);
      const cells = cellsOf(cluster);
      const denied = cells.filter((request) => decide(cluster, request).outcome === 'deny');
      if (denied.length === 0) continue;
      const random = randomFrom(seed + 1_000);
      for (const request of random.some(denied, 2, 2)) {
        counted.denied++;
        const search = findFixes({ sources, read, request, limit: 3 });
        if (search.kind === 'no fix') {
          const step = 'step' in search.why ? `${search.why.step.layer} ${search.why.step.because.kind}` : '';
          const key = `${search.why.kind}: ${step}`;
          reasons.set(key, (reasons.get(key) ?? 0) + 1);
          continue;
        }
        counted.found++;
        for (const [i, fix] of search.fixes.entries()) {
          const label = JSON.stringify({ seed, request, actions: fix.actions.map(({ kind }) => kind) });
          const texts = sources.map((source) => ({
            ...source,
            text: fix.edits.find((edit) => edit.source === source.name)?.after ?? source.text,
          }));
          const after = read(texts).cluster;
          expect(decide(after, request).outcome, label).toBe('allow');
          const opened = told(fix, 'newlyAllowed');
          const closed = told(fix, 'newlyDenied');
          let others = 0;
          for (const cell of cells) {
            const [before, now] = [decide(cluster, cell).outcome, decide(after, cell).outcome];
            if (before === now) continue;
            const pair = pairOf(cell);
            const more = now === 'allow' || (now === 'unknown' && before === 'deny');
            if (more && workloadsOf(cluster, pair) === workloadsOf(cluster, pairOf(request))) continue;
            others++;
            expect(
              [...(more ? opened : closed)],
              `${label} ${JSON.stringify(cell)} ${before} ${now}`,
            ).toContain(pair);
          }
          expect(fix.newlyDenied, label).toEqual([]);
          if (fix.widening.pairs === 0) expect(others, label).toBe(0);
          if (i === 0 && fix.widening.pairs === 0) counted.nothingElse++;
        }
      }
    }
    if (process.env.FIX_SEEDS !== undefined) console.log(counted, reasons);
    expect(counted.found).toBeGreaterThan(counted.denied / 2);
  }, 600_000);
});
