import { describe, expect, it } from 'vitest';
import { hintFinder } from './find-hints.ts';
import { type LogRecord, type LogTally, readLog, startReading } from './index.ts';
import { readText } from './test-reading.ts';

const denial = '[2026-01-02 03:04:05.006][7][debug][rbac] [x.cc:1] enforced denied, matched policy none';

describe('reading a log', () => {
  it('counts every line once, wherever the chunks are cut', () => {
    const text = `\n\nfirst\n${denial}\n\nlast, with no line break`;
    for (let size = 1; size < text.length + 2; size += 1) {
      const { records, tally } = readText(text, size);
      expect(records.map(({ lines }) => lines)).toEqual([[4, 4]]);
      expect(tally).toEqual({ lines: 6, unknown: 5, records: 1, cut: 0 });
    }
  });

  it('survives lines of 10 MB, of quotes, braces or anything', () => {
    const filler = [
      'x',
      '"',
      '{"',
      ' enforced denied, ',
      'rbac_access_denied ',
      ' "a b" 403 ',
      '\u00e9',
      '\t ',
    ];
    for (const each of filler) {
      const long = each.repeat(Math.ceil(10_000_000 / each.length));
      expect(readText(`${long}\n${denial}\n`).records.at(-1)!.lines[0], each).toBe(2);
    }
  });

  it('reads only the beginning of a line without end', () => {
    const { records, tally } = readText(`${'x'.repeat(20_000_000)}\n${denial}\r\n`);
    expect(records).toHaveLength(1);
    expect(tally).toEqual({ lines: 2, unknown: 1, records: 1, cut: 1 });
  });

  it('survives bytes that are no text', () => {
    const reading = startReading();
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 256);
    expect([...reading.push(bytes), ...reading.end()]).toEqual([]);
  });

  it('takes colours off', () => {
    expect(readText(`\x1b[33mweb\x1b[0m ${denial}\x1b[0m`).records).toHaveLength(1);
  });

  it('streams, text or bytes, and tells the tally', async () => {
    async function* chunks(): AsyncGenerator<string | Uint8Array> {
      yield `${denial.slice(0, 30)}`;
      yield new TextEncoder().encode(`${denial.slice(30)}\nnothing`);
    }
    const tally: LogTally = { lines: 0, unknown: 0, records: 0, cut: 0 };
    const records: LogRecord[] = [];
    for await (const record of readLog(chunks(), tally)) records.push(record);
    expect(records).toHaveLength(1);
    expect(tally).toEqual({ lines: 2, unknown: 1, records: 1, cut: 0 });
  });

  it('holds a denial back for its reply, and gives it when the stream pauses', () => {
    const reading = startReading();
    expect(reading.push(new TextEncoder().encode(`${denial}\n`))).toEqual([]);
    expect(reading.release()).toHaveLength(1);
  });
});

describe('finding hints', () => {
  it('finds what indexOf finds', () => {
    const hints = ['abab', 'babaa', 'aaaab', 'bbbbbb'];
    const finder = hintFinder(hints);
    let seed = 1;
    for (let round = 0; round < 300; round += 1) {
      let text = '';
      while (text.length < 60) {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        text += seed % 1000 < 450 ? 'a' : 'b';
      }
      const places = hints.map((hint) => text.indexOf(hint)).filter((at) => at >= 0);
      const first = finder.next(new TextEncoder().encode(text), 0, text.length)?.at;
      expect(first).toBe(places.length === 0 ? undefined : Math.min(...places));
    }
  });
});
