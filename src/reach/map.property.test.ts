import { describe, expect, it } from 'vitest';
import { checkMap } from '../../test/support/map-checker.ts';
import {
  type Document,
  type Features,
  randomCluster,
  randomFrom,
  smallest,
} from '../../test/support/random-cluster.ts';
import { randomOptions } from '../../test/support/random-extras.ts';
import type { ClusterOptions } from '../cluster/index.ts';
import type { MapLayer } from './index.ts';

/** The first seed of every run and how many times the usual number of clusters are tried: PORTCULLIS_SEEDS=1000x20. */
const [first, times] = (process.env.PORTCULLIS_SEEDS ?? '1x1').split('x').map(Number) as [number, number];

/** What is wrong with the map of a cluster: a cell that differs from its verdict, or an exception. */
function faultOf(
  documents: readonly Document[],
  options: ClusterOptions,
  layer: MapLayer,
): string | undefined {
  try {
    return checkMap(documents, randomFrom(7), options, layer).difference;
  } catch (error) {
    return (error as Error).stack;
  }
}

function run(
  features: Features,
  clusters: number,
  layer: MapLayer = 'all',
): { cells: number; conditional: number } {
  const total = { cells: 0, conditional: 0 };
  for (let seed = first; seed < first + clusters * times; seed++) {
    const random = randomFrom(seed);
    const documents = randomCluster(random, features);
    const options = features.wide === true ? randomOptions(random, features) : {};
    const fault = (left: readonly Document[]): string | undefined => faultOf(left, options, layer);
    if (fault(documents) !== undefined) {
      const shown = smallest(documents, (left) => fault(left) !== undefined);
      const lines = shown.map((document) => JSON.stringify(document)).join('\n');
      const said = JSON.stringify(options);
      throw new Error(
        `seed ${seed}: ${fault(shown)}\nthe smallest cluster that shows it, with ${said}:\n${lines}`,
      );
    }
    const { cells, conditional } = checkMap(documents, randomFrom(7), options, layer);
    total.cells += cells;
    total.conditional += conditional;
  }
  return total;
}

describe('the map of a random cluster says what decide says, cell by cell', { timeout: 3_600_000 }, () => {
  it('under NetworkPolicy and the admin tiers, everything known', () => {
    expect(run({ mesh: false, admin: true, unknowns: false }, 12).cells).toBeGreaterThan(10_000);
    expect(run({ mesh: false, admin: true, unknowns: false, wide: true }, 15).cells).toBeGreaterThan(10_000);
  });

  it('with addresses, labels and nodes that nobody gave', () => {
    expect(run({ mesh: false, admin: true, unknowns: true }, 10).cells).toBeGreaterThan(10_000);
    expect(run({ mesh: false, admin: true, unknowns: true, wide: true }, 4).cells).toBeGreaterThan(5_000);
  });

  it('in a mesh, with requests that rules tell apart', () => {
    const { cells, conditional } = run({ mesh: true, admin: false, unknowns: false }, 40);
    expect(cells).toBeGreaterThan(10_000);
    expect(conditional).toBeGreaterThan(70);
    const wide = run({ mesh: true, admin: true, unknowns: false, wide: true }, 20);
    expect(wide.cells).toBeGreaterThan(10_000);
    expect(wide.conditional).toBeGreaterThan(50);
  });

  it('in a mesh of which much is not known', () => {
    expect(run({ mesh: true, admin: true, unknowns: true }, 2).cells).toBeGreaterThan(1_000);
    expect(run({ mesh: true, admin: true, unknowns: true, wide: true }, 2).cells).toBeGreaterThan(1_000);
  });

  it('layer by layer', () => {
    const features = { mesh: true, admin: true, unknowns: false, wide: true };
    expect(run(features, 5, 'network').cells).toBeGreaterThan(5_000);
    expect(run(features, 5, 'authorization').cells).toBeGreaterThan(5_000);
  });
});
