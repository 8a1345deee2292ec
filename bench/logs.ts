import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canMeasure, costOf } from './processes.ts';

const root = join(import.meta.dirname, '..');
const main = join(root, 'dist/cli/main.cjs');
const folder = join(root, 'src/logs/dialects/samples');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Sample {
  readonly lines: readonly string[];
  readonly records: readonly { readonly lines: readonly [number, number] }[];
}

/** What proxies write when they decide nothing. */
const ordinary = [
  '2026-01-02T03:04:05.123456Z\tinfo\tenvoy upstream external/envoy/source/common/upstream/cds_api_helper.cc:32\tcds: add 42 cluster(s), remove 7 cluster(s)\tthread=14',
  '[2026-01-02T03:04:05.123Z] "GET /api/orders/17 HTTP/1.1" 200 - via_upstream - "-" 0 547 5 4 "-" "Go-http-client/1.1" "24e58e43-e576-9048-829b-02e3f3da16f0" "orders:8000" "127.0.0.1:80" inbound|8000|| 127.0.0.1:51680 10.244.0.7:80 10.244.0.6:59022 outbound_.8000_._.orders.shop.svc.cluster.local default',
];

/**
 * `portcullis logs FILE -o jsonl > /dev/null` on files of so many megabytes, of each dialect: once with nothing but
 * decisions, once with one line in a hundred. The lines are those of the samples.
 */
export function benchLogs(megabytes: number): void {
  if (!canMeasure()) {
    say('logs: not measured, GNU time is not at /usr/bin/time (apt-get install time)');
    return;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'portcullis-logs-'));
  const file = join(scratch, 'a.log');
  say(`logs, files of ${megabytes} MB: MB/s and peak MB where all lines are decisions, and one in a hundred`);
  try {
    for (const name of readdirSync(folder)) {
      const lines = decisionsOf(join(folder, name));
      const all = costOfReading(file, megabytes, lines);
      const few = costOfReading(
        file,
        megabytes,
        lines.flatMap((line, index) => [...ninetyNine(index), line]),
      );
      say(`  ${name.replace('.json', '').padEnd(24)}${all}   ${few}   (goal: 40, 100)`);
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** The lines of samples that are a decision each, or of one decision. */
function decisionsOf(path: string): readonly string[] {
  const samples = JSON.parse(readFileSync(path, 'utf8')) as readonly Sample[];
  const lines = samples.flatMap(({ lines, records }) => {
    const spread = lines.includes('{');
    const text = records.flatMap(({ lines: [first, last] }) => lines.slice(first - 1, last));
    return spread ? [JSON.stringify(JSON.parse(lines.slice(0, lines.indexOf('}') + 1).join('\n')))] : text;
  });
  return lines;
}

function ninetyNine(turn: number): readonly string[] {
  return Array.from({ length: 99 }, (_, index) => ordinary[(turn + index) % ordinary.length]!);
}

/** Writes a file of such lines and reads it with the built command: `MB/s, MB`. */
function costOfReading(path: string, megabytes: number, lines: readonly string[]): string {
  const block = Buffer.from(`${lines.join('\n')}\n`);
  const piece = Buffer.concat(Array.from({ length: Math.ceil(1_000_000 / block.length) }, () => block));
  const file = openSync(path, 'w');
  let size = 0;
  while (size < megabytes * 1e6) size += writeSync(file, piece);
  closeSync(file);
  const { wall, memory } = costOf([
    'sh',
    '-c',
    `exec "$0" "$1" logs "$2" -o jsonl > /dev/null`,
    process.execPath,
    main,
    path,
  ]);
  return `${(size / 1e6 / wall).toFixed(0).padStart(4)} MB/s ${memory.toFixed(0).padStart(4)} MB`;
}
