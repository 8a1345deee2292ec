import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { recorder } from '../../test/support/terminal.ts';
import { run } from './run.ts';

// ztunnel's grammar; names and addresses made up.
const denied =
  '2026-01-02T03:04:05Z\terror\taccess\tconnection complete\tsrc.addr=10.0.0.5:41000 src.workload="curl" src.namespace="a" dst.addr=10.0.0.9:80 dst.workload="web" dst.namespace="b" direction="inbound" bytes_sent=0 bytes_recv=0 duration="0ms" error="connection closed due to policy rejection: explicitly denied by: b/deny-a"';
const text = `starting\n${denied}\n`;

const cwd = mkdtempSync(join(tmpdir(), 'logs-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
writeFileSync(join(cwd, 'one.log'), text);
writeFileSync(join(cwd, 'two.log'), `\n${text}`);

const record = {
  lines: [2, 2],
  dialect: 'ztunnel',
  decision: 'deny',
  time: '2026-01-02T03:04:05Z',
  source: { ip: '10.0.0.5', port: 41000, namespace: 'a', pod: 'curl' },
  destination: { ip: '10.0.0.9', port: 80, namespace: 'b', pod: 'web' },
  direction: 'ingress',
  policy: { namespace: 'b', name: 'deny-a' },
  reason: 'connection closed due to policy rejection: explicitly denied by: b/deny-a',
};

describe('portcullis logs', () => {
  it('reads standard input and prints a line a decision', async () => {
    for (const args of [['logs'], ['logs', '-']]) {
      const terminal = recorder({ readInput: async () => Buffer.from(text) });
      expect(await run(args, terminal)).toBe(0);
      expect(terminal.out).toBe(
        '2  DENY   2026-01-02T03:04:05Z  a/curl (10.0.0.5:41000) -> b/web (10.0.0.9:80)  ingress  by b/deny-a  (connection closed due to policy rejection: explicitly denied by: b/deny-a)\n',
      );
      expect(terminal.err).toBe('1 decision in 2 lines, 1 tells of no decision\n');
    }
  });

  it('prints JSON, and JSON Lines', async () => {
    const whole = recorder({ cwd });
    expect(await run(['logs', 'one.log', 'two.log', '-o', 'json'], whole)).toBe(0);
    expect(JSON.parse(whole.out)).toEqual({
      apiVersion: 'portcullis.dev/v1alpha1',
      kind: 'LogRecords',
      records: [
        { file: 'one.log', ...record },
        { file: 'two.log', ...record, lines: [3, 3] },
      ],
      tally: { lines: 5, unknown: 3, records: 2, cut: 0 },
    });
    const lines = recorder({ cwd });
    expect(await run(['logs', 'one.log', '-o', 'jsonl'], lines)).toBe(0);
    expect(JSON.parse(lines.out)).toEqual(record);
    const none = recorder();
    expect(await run(['logs', '-o', 'json'], none)).toBe(0);
    expect(JSON.parse(none.out)).toMatchObject({ records: [], tally: { lines: 0 } });
  });

  it('says which file cannot be read', async () => {
    for (const [name, reason] of [
      ['absent.log', 'it does not exist'],
      ['.', 'it is a directory'],
    ] as const) {
      const terminal = recorder({ cwd });
      expect(await run(['logs', name], terminal)).toBe(65);
      expect(terminal.err).toBe(`error: ${name} cannot be read: ${reason}\n`);
    }
  });
});
