import { describe, expect, it } from 'vitest';
import { readText } from '../test-reading.ts';

describe('Weave NPC', () => {
  const message = 'TCP connection from 10.32.0.7:56648 to 10.32.0.11:80 blocked by Weave NPC.';
  const record = {
    dialect: 'weave-npc',
    decision: 'deny',
    source: { ip: '10.32.0.7', port: 56648 },
    destination: { ip: '10.32.0.11', port: 80 },
    protocol: 'TCP',
  };

  it('reads blocked connections, with each prefix', () => {
    const { records } = readText(
      `WARN: 2018/03/01 12:34:56.123456 ${message}
time="2020-01-02T03:04:05Z" level=warning msg="${message}"
${message}
${JSON.stringify({ log: `WARN: 2018/03/01 12:34:56.123456 ${message}\n`, stream: 'stderr', time: '2018-03-01T12:34:57Z' })}
`,
    );
    expect(records).toEqual([
      { lines: [1, 1], time: '2018-03-01T12:34:56.123456', ...record },
      { lines: [2, 2], time: '2020-01-02T03:04:05Z', ...record },
      { lines: [3, 3], ...record },
      { lines: [4, 4], time: '2018-03-01T12:34:56.123456', ...record },
    ]);
  });

  it('takes no masked address, and no other line', () => {
    const { records } = readText(
      `${message.replace('10.32.0.7', '10.32.xx.7')}\nDEBU: connections blocked by Weave NPC are logged\n`,
    );
    expect(records.map(({ source }) => source)).toEqual([undefined]);
  });
});
