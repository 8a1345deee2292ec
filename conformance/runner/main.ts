import type { CaseResult, Format } from './format.ts';
import { formatOf } from './formats/index.ts';
import { readConformanceFile } from './read-file.ts';

/** Runs conformance files: `npm run conformance -- FILE...`. A file that cannot be run counts as a failure. */
async function main(files: readonly string[]): Promise<number> {
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    const known = tryReading(file);
    if (known === undefined) {
      failed++;
      continue;
    }
    const before = { passed, failed };
    for await (const result of survive(known.format.run(known.data))) {
      if (result.failure === undefined) passed++;
      else {
        failed++;
        process.stdout.write(`FAIL ${file}: ${result.id}\n${result.failure.replace(/^/gm, '    ')}\n`);
      }
    }
    process.stdout.write(
      `${file}: ${known.format.name}: ${passed - before.passed} passed, ${failed - before.failed} failed\n`,
    );
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

const named = process.argv.slice(2);
process.exitCode = named.length > 0 ? await main(named) : usage();

/** The results up to an exception, which is the last failure: one file never keeps the others from being run. */
async function* survive(
  results: Iterable<CaseResult> | AsyncIterable<CaseResult>,
): AsyncIterable<CaseResult> {
  try {
    yield* results;
  } catch (error) {
    yield { id: 'the rest of the file', failure: (error as Error).stack ?? String(error) };
  }
}

/** Says on stderr what keeps a file from being run. */
function tryReading(
  file: string,
): { readonly data: Readonly<Record<string, unknown>>; readonly format: Format } | undefined {
  try {
    const data = readConformanceFile(file);
    const format = formatOf(data);
    if (format !== undefined) return { data, format };
    const keys = Object.keys(data).join(', ');
    process.stderr.write(`${file}: not a conformance file that this runner knows (keys: ${keys})\n`);
  } catch (error) {
    process.stderr.write(`${file}: ${(error as Error).message}\n`);
  }
  return undefined;
}

function usage(): number {
  process.stderr.write('usage: npm run conformance -- FILE...\n');
  return 64;
}
