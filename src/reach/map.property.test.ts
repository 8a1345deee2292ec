import { describe, expect, it } from 'vitest';
import { checkMap } from '../../test/support/map-checker.ts';
import {
  type Document,
  type Features,
  randomCluster,
  randomFrom,
  smallest,
} from '../../test/support/random-cluster.ts';

/** The first seed of every run and how many times the usual number of clusters are tried: PORTCULLIS_SEEDS=1000x20. */
const [first, times] = (process.env.PORTCULLIS_SEEDS ?? '1x1').split('x').map(Number) as [number, number];

/** What is wrong with the map of a cluster: a cell that differs from its verdict, or an exception. */
function faultOf(documents: readonly Document[]): string | undefined {
  try {
    return checkMap(documents, randomFrom(7)).difference;
  } catch (error) {
    return (error as Error).stack;
  }
}

function run(features: Features, clusters: number): { cells: number; conditional: number } {
  const total = { cells: 0, conditional: 0 };
  for (let seed = first; seed < first + clusters * times; seed++) {
    const documents = randomCluster(randomFrom(seed), features);
    if (faultOf(documents) !== undefined) {
      const shown = smallest(documents, (left) => faultOf(left) !== undefined);
      const lines = shown.map((document) => JSON.stringify(document)).join('\n');
      throw new Error(`seed ${seed}: ${faultOf(shown)}\nthe smallest cluster that shows it:\n${lines}`);
    }
    const { cells, conditional } = checkMap(documents, randomFrom(7));
    total.cells += cells;
    total.conditional += conditional;
  }
  return total;
}

describe('the map of a random cluster says what decide says, cell by cell', { timeout: 3_600_000 }, () => {
  it('under NetworkPolicy and the admin tiers, everything known', () => {
    expect(run({ mesh: false, admin: true, unknowns: false }, 40).cells).toBeGreaterThan(10_000);
  });

  it('with addresses, labels and nodes that nobody gave', () => {
    expect(run({ mesh: false, admin: true, unknowns: true }, 40).cells).toBeGreaterThan(10_000);
  });

  it('in a mesh, with requests that rules tell apart', () => {
    const { cells, conditional } = run({ mesh: true, admin: false, unknowns: false }, 60);
    expect(cells).toBeGreaterThan(10_000);
    expect(conditional).toBeGreaterThan(200);
  });

  it('in a mesh of which much is not known', () => {
    expect(run({ mesh: true, admin: true, unknowns: true }, 6).cells).toBeGreaterThan(5_000);
  });
});
