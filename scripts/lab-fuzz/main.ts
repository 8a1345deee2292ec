import { parseArgs } from 'node:util';
import { type LabClient, labClient, startLab } from '../../src/lab/index.ts';
import type { Verification, VerifiedCell } from '../../src/lab/verify/index.ts';
import { randomLabWorld } from '../../test/support/lab-world.ts';
import { type Document, randomFrom } from '../../test/support/random-cluster.ts';
import { empty, fill, verifyLab } from './lab-objects.ts';
import { saveScenario } from './save.ts';

/**
 * Random small clusters and policies in a lab, every cell by verdict and by packet. A disagreement is shrunk to its smallest and saved as a scenario; exit code 1.
 * `npm run lab:fuzz -- --seed N --rounds M`
 */
const values = readFlags();
const seed = readNumber('seed');
const rounds = readNumber('rounds');
const { lab } = await startLab({ name: `fuzz-${process.pid}`, images: [] });
const client = labClient(lab);
const totals = { cells: 0, agreed: 0, unknown: 0, disagreed: 0, untried: 0 };
const failed: string[] = [];

for (let round = 0; round < rounds; round++) {
  const documents = randomLabWorld(randomFrom(seed + round));
  const { cells, agreed, unknown, disagreed, untried } = await tryWorld(client, documents);
  totals.cells += cells.length;
  totals.agreed += agreed;
  totals.unknown += unknown;
  totals.disagreed += disagreed;
  totals.untried += Object.values(untried).reduce((sum, count) => sum + count, 0);
  if (disagreed === 0) continue;
  const folder = `${values.save}/seed-${seed + round}`;
  const [first] = cells.filter(differs);
  process.stdout.write(
    `round ${round} (--seed ${seed + round} --rounds 1): ${disagreed} cells differ; shrinking\n${describe(first!)}\n`,
  );
  const left = await shrink(documents, async (some) => {
    const again = await tryWorld(client, some).catch(() => undefined);
    return again?.cells.some((cell) => differs(cell) && isAlike(cell, first!)) ?? false;
  });
  const smallest = await tryWorld(client, left);
  saveScenario(folder, left, smallest.cells.filter(differs));
  for (const cell of smallest.cells.filter(differs)) process.stdout.write(`${describe(cell)}\n`);
  failed.push(folder);
}
client.close();
const { cells, agreed, unknown, disagreed, untried } = totals;
process.stdout.write(
  `seed ${seed}, ${rounds} rounds: ${cells} cells, ${agreed} agree, ${disagreed} differ, ${unknown} where the verdict is unknown, ${untried} not tried\n`,
);
for (const folder of failed) process.stdout.write(`saved ${folder}\n`);
process.exit(failed.length === 0 ? 0 : 1);

function readFlags(): { readonly seed: string; readonly rounds: string; readonly save: string } {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
        rounds: { type: 'string', default: '20' },
        save: { type: 'string', default: 'scenarios/found' },
      },
    });
    return values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function readNumber(flag: 'seed' | 'rounds'): number {
  const text = values[flag];
  return /^\d+$/.test(text) ? Number(text) : refuse(`--${flag} ${text} is no whole number`);
}

function refuse(why: string): never {
  process.stderr.write(`error: ${why}\nnpm run lab:fuzz -- --seed N --rounds M [--save FOLDER]\n`);
  process.exit(64);
}

async function tryWorld(to: LabClient, documents: readonly Document[]): Promise<Verification> {
  try {
    await fill(to, documents);
    return await verifyLab(to);
  } finally {
    await empty(to, documents);
  }
}

function differs({ agrees }: VerifiedCell): boolean {
  return agrees === 'no';
}

function isAlike(a: VerifiedCell, b: VerifiedCell): boolean {
  return a.from === b.from && a.to === b.to && a.verdict === b.verdict && a.packets.seen === b.packets.seen;
}

function describe({ from, target, to, verdict, packets, proof }: VerifiedCell): string {
  const { seen, droppedBy = [] } = packets;
  const dropped = droppedBy.length > 0 ? `, dropped by ${droppedBy.join(', ')}` : '';
  return `${from} -> ${target} (${to}): verdict ${verdict}, packets ${seen}${dropped}\n${proof ?? ''}`;
}

/** The fewest of the documents with which it still fails: what can go, goes. */
async function shrink<T>(
  documents: readonly T[],
  fails: (left: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let left = documents;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length; ) {
      const without = [...left.slice(0, at), ...left.slice(at + size)];
      if (await fails(without)) left = without;
      else at += size;
    }
  }
  return left;
}
