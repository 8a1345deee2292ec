import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linewise, samples } from '../../test/support/log-samples.ts';
import { type LogRecord, startReading } from './index.ts';
import { readText } from './test-reading.ts';

const encoder = new TextEncoder();

function readBytes(bytes: Uint8Array, size = 65_536): readonly LogRecord[] {
  const reading = startReading();
  const records: LogRecord[] = [];
  for (let at = 0; at < bytes.length; at += size)
    records.push(...reading.push(bytes.subarray(at, at + size)));
  return [...records, ...reading.end()];
}

/** Whether all that one says the other says, too. What ends a cut line may be half of a word there. */
function saysNoMore(part: unknown, whole: unknown, end: string, key = ''): boolean {
  if (typeof part !== 'object' || part === null) {
    const half = key === 'reason' || end.endsWith(String(part));
    return part === whole || (half && String(whole).startsWith(String(part)));
  }
  if (typeof whole !== 'object' || whole === null) return false;
  return Object.entries(part).every(([name, value]) =>
    saysNoMore(value, (whole as Readonly<Record<string, unknown>>)[name], end, name),
  );
}

function within(cut: LogRecord, records: readonly LogRecord[], end: string): boolean {
  return records.some(({ lines: [first, last], ...whole }) => {
    const { lines, ...part } = cut;
    return lines[0] >= first && lines[1] <= last && saysNoMore(part, whole, end);
  });
}

describe('a log that ends anywhere', () => {
  it.each(samples)('$dialect says no more than the whole: $source', ({ lines, records }) => {
    const bytes = encoder.encode(`${lines.join('\n')}\n`);
    for (let at = 0; at < bytes.length; at += 1) {
      for (const record of readBytes(bytes.subarray(0, at))) {
        const end = new TextDecoder().decode(bytes.subarray(Math.max(0, at - 60), at));
        expect(within(record, records, end), `${JSON.stringify(record)} at …${end}`).toBe(true);
      }
    }
  });

  it.each(linewise)('$dialect says no more where each line was cut: $source', ({ lines, records }) => {
    for (const share of [0.2, 0.4, 0.6, 0.8, 0.9, 0.97]) {
      const cut = lines.map((line) => line.slice(0, Math.floor(line.length * share)));
      for (const record of readText(`${cut.join('\n')}\n`).records) {
        const end = cut[record.lines[1] - 1]!;
        expect(within(record, records, end), `${JSON.stringify(record)} at ${share}`).toBe(true);
      }
    }
  });
});

describe('streams that are mixed', () => {
  const prefixed = linewise.map(({ lines, records }, index) => ({
    lines: lines.map(
      (line) => `[pod/p-${String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26))}/c] ${line}`,
    ),
    records,
  }));
  const stated = (records: readonly LogRecord[]): readonly string[] =>
    records.map(({ lines: _, ...record }) => JSON.stringify(record)).sort();

  it('line by line give the records of each', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...prefixed),
        fc.constantFrom(...prefixed),
        fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
        (left, right, turns) => {
          fc.pre(left !== right);
          const queues = [[...left.lines], [...right.lines]];
          const mixed: string[] = [];
          for (const turn of turns) {
            const [first, second] = turn ? queues : queues.toReversed();
            const line = first!.shift() ?? second!.shift();
            if (line !== undefined) mixed.push(line);
          }
          const both = [...left.records, ...right.records];
          expect(stated(readText(`${mixed.join('\n')}\n`).records)).toEqual(stated(both));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('letter by letter are survived', () => {
    const text = fc.constantFrom(...samples.map(({ lines }) => lines.join('\n')));
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 9 }), (left, right, size) => {
        let mixed = '';
        for (let at = 0; at < Math.max(left.length, right.length); at += size) {
          mixed += left.slice(at, at + size) + right.slice(at, at + size);
        }
        readText(mixed);
      }),
      { numRuns: 300 },
    );
  });
});

describe('bytes that are no log', () => {
  const words = samples.flatMap(({ lines }) => lines.flatMap((line) => line.split(/(?<=[ "=:,{}[\]])/)));
  const pieces = fc.oneof(
    fc.constantFrom(...words),
    fc.constantFrom(
      '\0',
      '\uFEFF',
      '\u2028',
      '\r',
      '\t',
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      '\x1b[31m',
      ' stdout P ',
    ),
    fc.string({ unit: 'binary' }),
  );

  it('of any kind are survived', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.integer({ min: 1, max: 600 }), (bytes, size) => {
        expect(readBytes(bytes, size)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('and words of logs in any order', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 200 }), fc.integer({ min: 1, max: 500 }), (all, size) => {
        const text = all.join('');
        const { tally } = readText(text, size);
        const count = text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0);
        expect(tally.lines).toBe(count);
        expect(tally.unknown).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('broken UTF-8 and NULs in a line spoil no other', () => {
    for (const { lines, records } of linewise) {
      const noise = Uint8Array.from([0xff, 0xfe, 0xc3, 0x28, 0, 0xf0, 0x9f, 10]);
      const line = encoder.encode(`${lines.join('\n')}\n`);
      const bytes = new Uint8Array([...noise, ...line, ...noise]);
      const moved = records.map((record) => ({ ...record, lines: record.lines.map((at) => at + 1) }));
      expect(readBytes(bytes, 11)).toEqual(moved);
    }
  });

  it('a million empty lines are lines', () => {
    const { records, tally } = readText('\n'.repeat(1_000_000));
    expect(records).toEqual([]);
    expect(tally).toEqual({ lines: 1_000_000, unknown: 1_000_000, records: 0, cut: 0 });
  });
});

describe('lines of 10 MB', () => {
  const first = new Map(
    linewise.filter(({ records }) => records.length > 0).map((each) => [each.dialect, each]),
  );

  it.each([...first.values()])('in and around $dialect are survived', { timeout: 20_000 }, ({ lines }) => {
    const line = lines[0]!;
    const half = Math.floor(line.length / 2);
    for (const filler of ['x', `${line} `]) {
      const long = filler.repeat(Math.ceil(10_000_000 / filler.length));
      const inside = line.slice(0, half) + long.slice(0, 1_000_000) + line.slice(half);
      expect(readText(`${long}\n${inside}\n${line}\n`).tally.lines).toBe(3);
    }
  });
});

describe('secrets', () => {
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzM2NyM3QifQ.c2lnbmVkczNjcjN0';
  const marks = /s3cr3t|eyJhbGci|eyJzdWIi|c2lnbmVk|Y3IzdDp/;
  const secrets = [
    token,
    `Bearer ${token}`,
    'Bearer s3cr3t',
    'bearer%20s3cr3t',
    'Basic Y3IzdDpzM2NyM3Q=',
    "'authorization', 'Bearer s3cr3t'",
    `?access_token=${token}&x=s3cr3t`,
  ];

  it('never come out, wherever they stand in a line', () => {
    for (const { dialect, lines } of samples) {
      for (const [index, line] of lines.entries()) {
        const places = [...line.matchAll(/(?<=[\s"'=:,/;])|$/g)].map((match) => match.index);
        for (const at of places) {
          for (const secret of secrets) {
            const changed = lines.with(index, line.slice(0, at) + secret + line.slice(at));
            const out = JSON.stringify(readText(`${changed.join('\n')}\n`).records);
            expect(marks.test(out), `${dialect}: ${changed[index]}\n${out}`).toBe(false);
          }
        }
      }
    }
  });

  it('nor do cookies and headers that a log holds', () => {
    const text = `2026-01-02T03:04:05.1Z\tdebug\tenvoy rbac x.cc:1\tchecking request: requestedServerName: , sourceIP: 10.0.0.1:4000, directRemoteIP: 10.0.0.1:4000, remoteIP: 10.0.0.1:4000,localAddress: 10.0.0.9:80, ssl: none, headers: ':authority', 'web'
':path', '/cart;session=1?s=s3cr3t#s3cr3t'
':method', 'GET'
'cookie', 'session=s3cr3t; other=s3cr3t'
'authorization', 'Basic Y3IzdDpzM2NyM3Q='
'x-api-key', 's3cr3t'
, dynamicMetadata: filter_metadata { fields { key: "token" value { string_value: "s3cr3t" } } }\tthread=1
2026-01-02T03:04:05.2Z\tdebug\tenvoy rbac x.cc:1\tenforced denied, matched policy none\tthread=1
[2026-01-02T03:04:05.000Z] "GET /a?key=s3cr3t HTTP/1.1" 403 - rbac_access_denied_matched_policy[none] - "-" 0 19 0 - "-" "agent s3cr3t" "s3cr3t" "user:s3cr3t@web" "-" inbound|80|| - 10.0.0.9:80 10.0.0.5:40000 - default
Jul  1 00:00:00.000: a/b:1 (ID:5) -> c/d:80 (ID:6) http-request DROPPED (HTTP/1.1 PUT http://user:s3cr3t@d.c.svc/admin?token=s3cr3t)
`;
    const { records } = readText(text);
    expect(records).toHaveLength(3);
    expect(JSON.stringify(records)).not.toMatch(marks);
  });
});
