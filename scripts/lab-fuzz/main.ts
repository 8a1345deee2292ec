import { createIssuer, proxyWords } from '../../src/cli/index.ts';
import { type LabClient, labClient, startLab } from '../../src/lab/index.ts';
import type { ProbeRequest, Verification, VerifiedCell } from '../../src/lab/verify/index.ts';
import { policyLabWorld, randomLabWorld } from '../../test/support/lab-world.ts';
import { requestsFor } from '../../test/support/policy-requests.ts';
import { type Document, randomFrom } from '../../test/support/random-cluster.ts';
import { addCoverage, type Coverage, formatCoverage } from './coverage.ts';
import { readFlags } from './flags.ts';
import { empty, fill, verifyLab } from './lab-objects.ts';
import { saveScenario } from './save.ts';
import { shrink } from './shrink.ts';

/**
 * Random small clusters and policies in a lab, every cell by verdict and by packet; every other cluster is there for its AuthorizationPolicies, and is sent requests made of their values.
 * A disagreement is shrunk to its smallest and saved as a scenario; exit code 1.
 * `npm run lab:fuzz -- --seed N --rounds M`
 */
const { seed, rounds, save, proxy, progress } = await readFlags();
const { lab } = await startLab({ name: `fuzz-${process.pid}`, images: [], proxy });
const client = labClient(lab);
const issuer = createIssuer();
const totals = { cells: 0, agreed: 0, unknown: 0, disagreed: 0, untried: 0 };
const coverage: Coverage = new Map();
const failed: string[] = [];

for (let round = 0; round < rounds; round++) {
  const began = performance.now();
  const { documents, requests } = worldOf(seed + round);
  const result = await tryWorld(client, documents, requests);
  const untried = Object.values(result.untried).reduce((sum, count) => sum + count, 0);
  totals.cells += result.cells.length;
  totals.agreed += result.agreed;
  totals.unknown += result.unknown;
  totals.disagreed += result.disagreed;
  totals.untried += untried;
  addCoverage(coverage, result.conditions);
  if (progress) {
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stderr.write(
      `seed ${seed + round}: ${result.cells.length} cells, ${result.agreed} agree, ${result.disagreed} differ, ${result.unknown} unknown, ${untried} not tried, ${seconds} s\n`,
    );
  }
  if (result.disagreed > 0) await saveShrunk(seed + round, documents, requests, result);
}
client.close();
const { cells, agreed, unknown, disagreed, untried } = totals;
process.stdout.write(
  `${formatCoverage(coverage)}\nseed ${seed}, ${rounds} rounds, sidecars ${proxyWords(proxy)}: ${cells} cells, ${agreed} agree, ${disagreed} differ, ${unknown} where the verdict is unknown, ${untried} not tried\n`,
);
for (const folder of failed) process.stdout.write(`saved ${folder}\n`);
process.exit(failed.length === 0 ? 0 : 1);

interface World {
  readonly documents: readonly Document[];
  readonly requests: readonly ProbeRequest[];
}

function worldOf(number: number): World {
  const random = randomFrom(number);
  if (number % 2 === 0) return { documents: randomLabWorld(random).map(trusting), requests: [] };
  const documents = policyLabWorld(random).map(trusting);
  return { documents, requests: requestsFor(documents, random, issuer.issue) };
}

/** Tokens are signed here: every RequestAuthentication gets the key. Envoy refuses a listener with a key set without any. */
function trusting(document: Document): Document {
  return issuer.trust({ kind: String(document.kind), value: document }).value;
}

async function tryWorld(
  to: LabClient,
  documents: readonly Document[],
  requests: readonly ProbeRequest[],
): Promise<Verification> {
  try {
    await fill(to, documents);
    return await verifyLab(to, requests);
  } finally {
    await empty(to, documents);
  }
}

/** Shrinks a world with a disagreement and saves it. */
async function saveShrunk(
  number: number,
  documents: readonly Document[],
  requests: readonly ProbeRequest[],
  { disagreed, cells }: Verification,
): Promise<void> {
  const folder = `${save}/seed-${number}`;
  const first = cells.find(differs)!;
  process.stdout.write(
    `seed ${number} (--seed ${number} --rounds 1): ${disagreed} cells differ; shrinking\n${describe(first)}\n`,
  );
  const sent = first.sent === undefined ? [] : requests.filter((request) => isOf(request, first));
  const wanted = sent.map(({ ways: _, ...request }) => request);
  const left = await shrink(documents, async (some) => {
    const again = await tryWorld(client, some, wanted).catch(() => undefined);
    return again?.cells.some((cell) => differs(cell) && isAlike(cell, first)) ?? false;
  });
  const smallest = await tryWorld(client, left, wanted);
  saveScenario(folder, left, smallest.cells.filter(differs));
  for (const cell of smallest.cells.filter(differs)) process.stdout.write(`${describe(cell)}\n`);
  failed.push(folder);
}

function differs({ agrees }: VerifiedCell): boolean {
  return agrees === 'no';
}

/** Was this the request of a cell? */
function isOf({ to, http, jwt }: ProbeRequest, cell: VerifiedCell): boolean {
  const { http: sent = {}, jwt: token } = cell.sent ?? {};
  return (
    to === cell.to &&
    Object.entries(http).every(
      ([key, value]) => JSON.stringify(value) === JSON.stringify(sent[key as keyof typeof sent]),
    ) &&
    JSON.stringify(jwt) === JSON.stringify(token)
  );
}

function isAlike(a: VerifiedCell, b: VerifiedCell): boolean {
  return a.from === b.from && a.to === b.to && a.verdict === b.verdict && a.packets.seen === b.packets.seen;
}

function describe({ from, target, to, sent, verdict, packets, proof }: VerifiedCell): string {
  const { seen, droppedBy = [] } = packets;
  const dropped = droppedBy.length > 0 ? `, dropped by ${droppedBy.join(', ')}` : '';
  const request = sent === undefined ? '' : ` ${JSON.stringify(sent)}`;
  return `${from} -> ${target} (${to})${request}: verdict ${verdict}, packets ${seen}${dropped}\n${proof ?? ''}`;
}
