import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linewise } from '../../test/support/log-samples.ts';
import type { LogRecord } from './index.ts';
import { readText } from './test-reading.ts';

type Wrap = (line: string, index: number) => string;

const second = (index: number): string => String(index % 60).padStart(2, '0');

/** What people's tools put around a line. */
const wrappers: Readonly<Record<string, Wrap>> = {
  'kubectl --prefix': (line) => `[pod/web-7d8f-x2x9k/istio-proxy] ${line}`,
  'kubectl --timestamps': (line, index) => `2026-11-22T01:02:${second(index)}.123456789Z ${line}`,
  stern: (line) => `shop web-7d8f-x2x9k istio-proxy ${line}`,
  'stern, coloured': (line) => `\x1b[36mweb-7d8f-x2x9k\x1b[0m \x1b[32;1mistio-proxy\x1b[0m ${line}`,
  'stern -o json': (message) =>
    JSON.stringify({ message, nodeName: 'n1', namespace: 'shop', podName: 'web-1', containerName: 'app' }),
  CRI: (line, index) => `2026-11-22T01:02:${second(index)}.123456789+01:00 stdout F ${line}`,
  docker: (line, index) =>
    JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: `2026-11-22T01:02:${second(index)}.1Z` }),
  journald: (line, index) => `Nov 22 01:02:${second(index)} node-1 kubelet[812]: ${line}`,
  'journald -o short-iso': (line, index) =>
    `2026-11-22T01:02:${second(index)}+0100 node-1 kubelet[812]: ${line}`,
  'journald -o json': (MESSAGE) =>
    JSON.stringify({ __REALTIME_TIMESTAMP: '1763773323000000', _HOSTNAME: 'node-1', _PID: '7', MESSAGE }),
  'syslog of RFC 3164': (line, index) => `<14>Nov  2 01:02:${second(index)} node-1 app[12]: ${line}`,
  'syslog of RFC 5424': (line, index) =>
    `<14>1 2026-11-22T01:02:${second(index)}.1Z node-1 app 12 ID7 - ${line}`,
  dmesg: (line, index) => `[${String(index).padStart(5)}.678901] ${line}`,
  'dmesg -T': (line, index) => `[Sun Nov 22 01:02:${second(index)} 2026] ${line}`,
  'dmesg -x': (line, index) => `kern  :warn  : [${String(index).padStart(5)}.678901] ${line}`,
  'grep -H': (line) => `/var/log/proxy-7.log.1:${line}`,
  'grep -n': (line, index) => `${index + 7}:${line}`,
  'grep -Hn': (line, index) => `proxy.log.2:${index + 98}:${line}`,
  'a table': (line, index) => `| 2026-11-22T01:02:${second(index)}.123Z | ${line} |`,
  'leading blanks': (line) => `      ${line}`,
  'a quotation': (line) => `> ${line}`,
  backticks: (line) => `\`${line}\``,
  'Windows line ends': (line) => `${line}\r`,
};

const names = Object.keys(wrappers);
/** What programs make of a line that holds a line end or a quote is not in question here. */
const timeless = (records: readonly LogRecord[]): readonly unknown[] =>
  records.map(({ time: _, ...record }) => record);

function wrap(lines: readonly string[], stack: readonly string[]): string {
  const wrapped = lines.map((line, index) =>
    stack.reduce((inner, name) => wrappers[name]!(inner, index), line),
  );
  return `${wrapped.join('\n')}\n`;
}

describe('what surrounds a line', () => {
  it.each(names)('%s changes no record', (name) => {
    for (const { source, lines, records } of linewise) {
      expect(timeless(readText(wrap(lines, [name])).records), source).toEqual(timeless(records));
    }
  });

  it('in any combination changes no record', () => {
    const tools = names.filter((name) => name !== 'backticks');
    const stacks = fc.uniqueArray(fc.constantFrom(...tools), { minLength: 2, maxLength: 3 });
    fc.assert(
      fc.property(fc.constantFrom(...linewise), stacks, ({ lines, records }, stack) => {
        expect(timeless(readText(wrap(lines, stack)).records)).toEqual(timeless(records));
      }),
      { numRuns: 1500 },
    );
  });

  it('has its own time only where the line has none', () => {
    const line = 'TCP connection from 10.40.0.1:31567 to 10.32.0.12:3000 blocked by Weave NPC.';
    const timed = `WARN: 2020/09/09 13:43:06.963438 ${line}`;
    const time = (text: string): string | undefined => readText(text).records[0]?.time;
    expect(time(wrappers.docker!(line, 3))).toBe('2026-11-22T01:02:03.1Z');
    expect(time(wrappers.CRI!(line, 3))).toBe('2026-11-22T01:02:03.123456789+01:00');
    expect(time(wrappers['dmesg -T']!(line, 3))).toBe('2026-11-22T01:02:03');
    expect(time(wrappers['journald -o short-iso']!(line, 3))).toBe('2026-11-22T01:02:03+01:00');
    const event = { timestamp: 1_767_323_045_123, message: line, ingestionTime: 1_767_323_046_000 };
    expect(time(JSON.stringify(event))).toBe('2026-01-02T03:04:05.123Z');
    expect(time(JSON.stringify({ events: [event] }))).toBe('2026-01-02T03:04:05.123Z');
    for (const name of names)
      expect(time(wrappers[name]!(timed, 3)), name).toBe('2020-09-09T13:43:06.963438');
  });

  it("keeps pods apart whose lines stern's JSON mixes", () => {
    const say = (podName: string, message: string): string =>
      JSON.stringify({ message, namespace: 'shop', podName, containerName: 'istio-proxy' });
    const head = '2026-01-02T03:04:05.000006Z\tdebug\tenvoy rbac x.cc:1\t';
    const asks = (ip: string): string =>
      `${head}checking connection: requestedServerName: , sourceIP: ${ip}:4000, directRemoteIP: ${ip}:4000,remoteIP: ${ip}:4000, localAddress: 10.0.0.9:80, ssl: none, dynamicMetadata: \tthread=7`;
    const text = [
      say('web-1', asks('10.0.0.1')),
      say('web-2', asks('10.0.0.2')),
      say('web-1', `${head}enforced denied, matched policy none\tthread=7`),
      say('web-2', `${head}enforced allowed, matched policy none\tthread=7`),
    ];
    expect(readText(text.join('\n')).records).toMatchObject([
      { lines: [1, 3], decision: 'deny', source: { ip: '10.0.0.1' } },
      { lines: [2, 4], decision: 'allow', source: { ip: '10.0.0.2' } },
    ]);
  });
});

describe('lines that a runtime cut', () => {
  const { lines, records } = linewise.find(({ dialect }) => dialect === 'envoy-access')!;
  const line = lines[2]!;
  const piece = (flag: 'P' | 'F', text: string, output = 'stdout'): string =>
    `2026-11-22T01:02:03.123456789Z ${output} ${flag} ${text}`;

  it('are joined, wherever they were cut', () => {
    for (let at = 1; at < line.length; at += 1) {
      const middle = Math.min(at + 20, line.length);
      const pieces = [
        piece('P', line.slice(0, at)),
        piece('P', line.slice(at, middle)),
        piece('F', line.slice(middle)),
      ];
      const { records: read, tally } = readText(`first\n${pieces.join('\n')}\nlast\n`, 64);
      expect(timeless(read), line.slice(0, at)).toEqual(timeless([{ ...records.at(-1)!, lines: [2, 4] }]));
      expect(tally).toEqual({ lines: 5, unknown: 2, records: 1, cut: 0 });
    }
  });

  it('are told apart by output and by pod, and forgotten where no end comes', () => {
    const [head, tail] = [line.slice(0, 80), line.slice(80)];
    const text = [
      `a ${piece('P', head)}`,
      `b ${piece('P', head)}`,
      `a ${piece('F', 'on another output', 'stderr')}`,
      `b ${piece('F', tail)}`,
      ...Array.from({ length: 2000 }, () => 'nothing'),
      `a ${piece('F', tail)}`,
    ];
    expect(readText(text.join('\n')).records.map((record) => record.lines)).toEqual([[2, 4]]);
  });
});

describe('lists of lines', () => {
  const flows = linewise.find(({ dialect }) => dialect === 'calico-flow')!;
  const items = flows.lines.map((line) => JSON.parse(line) as unknown);
  const expected = timeless(flows.records).map((record) => ({ ...(record as object), lines: [1, 1] }));

  it('are read as Whisker sends them, on one line', () => {
    const page = JSON.stringify({ total: { totalPages: 1, totalResults: items.length }, items });
    expect(timeless(readText(page).records)).toEqual(expected);
    expect(timeless(readText(JSON.stringify({ items })).records)).toEqual(expected);
    expect(timeless(readText(JSON.stringify(items)).records)).toEqual(expected);
    expect(readText(page).tally).toEqual({ lines: 1, unknown: 0, records: items.length, cut: 0 });
  });

  it('and spread over lines', () => {
    for (const list of [{ total: 3, items }, { items }, items]) {
      for (const size of [50, 700, 100_000]) {
        const { records } = readText(`before\n${JSON.stringify(list, null, 2)}\nafter\n`, size);
        expect(records.map(({ policy }) => policy)).toEqual(flows.records.map(({ policy }) => policy));
        const [first, last] = [records[0]!.lines, records.at(-1)!.lines];
        expect(first[0]).toBeGreaterThan(1);
        expect(last[0]).toBeGreaterThan(first[1]);
      }
    }
  });

  it('say the time and the pod of a line, on one line and spread over many', () => {
    const line = (ip: string): string =>
      `TCP connection from ${ip}:31567 to 10.32.0.12:3000 blocked by Weave NPC.`;
    const event = { timestamp: 1_767_323_045_123, message: line('10.0.0.1') };
    const entry = {
      insertId: 'x',
      resource: { labels: { pod_name: 'weave-1' }, type: 'k8s_container' },
      textPayload: line('10.0.0.2'),
      timestamp: '2026-01-02T03:04:06Z',
    };
    const times = (text: string, size: number): unknown =>
      readText(text, size).records.map(({ source, time }) => [source?.ip, time]);
    const expected = [
      ['10.0.0.1', '2026-01-02T03:04:05.123Z'],
      ['10.0.0.2', '2026-01-02T03:04:06Z'],
    ];
    for (const list of [{ events: [event, entry] }, [event, entry]]) {
      expect(times(JSON.stringify(list), 700)).toEqual(expected);
      const spread = `before\n${JSON.stringify(list, null, 2)}\nafter\n`;
      for (const size of [1, 50, 700, 100_000]) expect(times(spread, size)).toEqual(expected);
      // Half an object says what its line does.
      const cut = spread.slice(0, spread.indexOf('"timestamp": "'));
      expect(times(cut, 700)).toEqual([expected[0], ['10.0.0.2', undefined]]);
    }
    const asks = (podName: string, ip: string): unknown => ({
      message: `2026-01-02T03:04:05.000006Z\tdebug\tenvoy rbac x.cc:1\tchecking connection: requestedServerName: , sourceIP: ${ip}:4000, directRemoteIP: ${ip}:4000,remoteIP: ${ip}:4000, localAddress: 10.0.0.9:80, ssl: none, dynamicMetadata: \tthread=7`,
      podName,
    });
    const answer = (podName: string): unknown => ({
      message:
        '2026-01-02T03:04:05.000006Z\tdebug\tenvoy rbac x.cc:1\tenforced denied, matched policy none\tthread=7',
      podName,
    });
    const pods = [asks('web-1', '10.0.0.1'), asks('web-2', '10.0.0.2'), answer('web-1'), answer('web-2')];
    const { records } = readText(JSON.stringify(pods, null, 2));
    expect(records.map(({ source }) => source?.ip)).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it("of CloudWatch's events", () => {
    const message =
      'Node: ip-10-0-1-2.ec2.internal;SIP: 10.0.0.1;SPORT: 4000;DIP: 10.0.0.2;DPORT: 53;PROTOCOL: UDP;PolicyVerdict: DENY';
    const text = JSON.stringify({
      events: [
        { timestamp: 1, message },
        { timestamp: 2, message: 'x' },
      ],
    });
    expect(readText(text).records).toMatchObject([{ decision: 'deny', destination: { port: 53 } }]);
  });
});
