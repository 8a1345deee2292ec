/** Reads a large file of manifests here and with js-yaml's event parser, alternately, and prints both times and their ratio. */
import { readFileSync } from 'node:fs';
import { parseEvents } from 'js-yaml';
import { readDocuments } from '../src/yaml/index.ts';

const file = process.argv[2];
if (file === undefined) {
  console.error('usage: node bench/yaml.ts FILE');
  process.exit(2);
}
const text = readFileSync(file, 'utf8');

function readHere(): number {
  let documents = 0;
  for (const document of readDocuments(text)) documents += document.root === undefined ? 0 : 1;
  return documents;
}

/** Cuts at the markers as we do, and only makes the events: no values, no nodes. */
function readEvents(): number {
  let documents = 0;
  for (const piece of text.split(/^---.*$/m)) {
    if (piece.trim() === '') continue;
    parseEvents(piece, { maxDepth: 10_000 });
    documents++;
  }
  return documents;
}

function time(read: () => number): { milliseconds: number; documents: number } {
  const start = performance.now();
  const documents = read();
  return { milliseconds: performance.now() - start, documents };
}

const ours: number[] = [];
const theirs: number[] = [];
let documents = 0;
for (let round = 0; round < 5; round++) {
  const here = time(readHere);
  documents = here.documents;
  ours.push(here.milliseconds);
  theirs.push(time(readEvents).milliseconds);
}
const best = Math.min(...ours);
const yardstick = Math.min(...theirs);
console.log(`${(text.length / 1e6).toFixed(1)} MB, ${documents} documents`);
console.log(`here, values and offsets: ${best.toFixed(0)} ms`);
console.log(`js-yaml, events only:     ${yardstick.toFixed(0)} ms`);
console.log(`ratio: ${(best / yardstick).toFixed(2)}`);
