import { describe, expect, it } from 'vitest';
import { createLog } from './log.ts';
import type { LogOptions } from './types.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

async function read(
  log: ReturnType<typeof createLog>,
  options: LogOptions = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<string> {
  let text = '';
  for await (const piece of log.read(options, signal)) text += piece;
  return text;
}

describe('the log of a container', () => {
  it('puts the parts of a line together, across the bytes of a character, and keeps streams apart', async () => {
    const log = createLog();
    const [out, err] = [log.writer(), log.writer()];
    const euro = bytes('€');
    out.write(bytes('one '));
    err.write(bytes('wrong\n'));
    out.write(euro.subarray(0, 1));
    out.write(euro.subarray(1));
    out.write(bytes('\ntwo'));
    expect(await read(log)).toBe('wrong\none €\n');
    out.end();
    expect(await read(log)).toBe('wrong\none €\ntwo');
  });

  it('has the last lines, from a time on, so many bytes', async () => {
    const log = createLog();
    for (const each of ['a', 'b', 'c']) log.line(each);
    expect(await read(log, { tailLines: 2 })).toBe('b\nc\n');
    expect(await read(log, { tailLines: 0 })).toBe('');
    expect(await read(log, { limitBytes: 3 })).toBe('a\nb');
    expect(await read(log, { sinceTime: new Date(Date.now() + 60_000).toISOString() })).toBe('');
    expect(await read(log, { sinceSeconds: 60, tailLines: 1 })).toBe('c\n');
  });

  it('says when each line was written, in nanoseconds', async () => {
    const log = createLog();
    log.line('now');
    const text = await read(log, { timestamps: true });
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z now\n$/);
    expect(Math.abs(Date.parse(text.slice(0, 30)) - Date.now())).toBeLessThan(60_000);
  });

  it('is followed to its end, or until the reader goes', async () => {
    const log = createLog();
    log.line('before');
    const following = read(log, { follow: true });
    const leaving = new AbortController();
    const left = read(log, { follow: true }, leaving.signal);
    await Promise.resolve();
    log.line('after');
    await new Promise(setImmediate);
    leaving.abort();
    expect(await left).toBe('before\nafter\n');
    log.line('last');
    log.end();
    expect(await following).toBe('before\nafter\nlast\n');
  });

  it('keeps the newest where there is too much', async () => {
    const log = createLog();
    const line = 'x'.repeat(999);
    for (let i = 0; i < 5000; i++) log.line(line);
    log.line('newest');
    const all = await read(log);
    expect(all.length).toBeLessThan(2.2 * 1024 * 1024);
    expect(all.length).toBeGreaterThan(1024 * 1024);
    expect(all.endsWith('newest\n')).toBe(true);
  });

  it('keeps for those who follow it what they have not read, within reason', async () => {
    const log = createLog();
    const reader = log.read({ follow: true }, new AbortController().signal)[Symbol.asyncIterator]();
    const next = async (): Promise<string> => (await reader.next()).value ?? '';
    log.line('first');
    expect(await next()).toBe('first\n');
    const many = Array.from({ length: 10_000 }, (_, i) => `${i} ${'x'.repeat(990)}\n`);
    for (const line of many) log.line(line.trimEnd());
    const whole = many.join('');
    let text = '';
    while (text.length < whole.length) text += await next();
    expect(text === whole).toBe(true);
    // Far behind, it goes on with the oldest that there is.
    for (let i = 0; i < 5; i++) for (const line of many) log.line(line.trimEnd());
    log.line('newest');
    expect(await next()).toMatch(/^\d+ x{990}\n/);
    await reader.return?.();
    for (let i = 0; i < 10; i++) log.line(many[0]!.trimEnd());
    expect((await read(log)).length).toBeLessThan(2.2 * 1024 * 1024);
  });

  it('cuts a line without an end', async () => {
    const log = createLog();
    log.writer().write(bytes('x'.repeat(40_000)));
    expect((await read(log)).length).toBe(32_768);
  });
});
