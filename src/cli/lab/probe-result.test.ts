import { expect, test } from 'vitest';
import { packetDifferences, readCurl, readScript } from './probe-result.ts';

const curl = (code: number, stdout: string, stderr = ''): ReturnType<typeof readCurl> =>
  readCurl({ code, stdout, stderr }, 3);

test('what a proxy answers is a denial, what the application answers is none', () => {
  expect(curl(0, 'RBAC: access denied\n403').outcome).toBe('deny');
  expect(curl(0, 'go away\n403').outcome).toBe('allow');
  expect(curl(0, 'Hello\n200')).toMatchObject({ outcome: 'allow', seen: 'HTTP 200, "Hello"' });
  expect(curl(0, 'no healthy upstream\n503').outcome).toBe('deny');
});

test('curl that gets nothing', () => {
  expect(curl(28, '\n000').seen).toBe('no answer within 3 s');
  expect(curl(7, '\n000', 'curl: (7) … Connection refused').seen).toBe('connection refused');
  expect(curl(52, '\n000').seen).toBe('connection reset');
  expect(() => curl(2, '', 'curl: option --nothing: is unknown')).toThrow('is unknown');
});

test('a connection alone says nothing where a sidecar takes it', () => {
  const script = (word: string, proxied: boolean): string =>
    readScript({ code: 0, stdout: `${word}\n`, stderr: '' }, proxied).outcome;
  expect([script('answered', true), script('silent', false), script('closed', false)]).toEqual([
    'allow',
    'allow',
    'allow',
  ]);
  expect([script('silent', true), script('closed', true), script('refused', false)]).toEqual([
    'deny',
    'deny',
    'deny',
  ]);
});

test('packets are held against the outcome and against what the caller should see', () => {
  const denied = curl(0, 'RBAC: access denied\n403');
  const symptom = { kind: 'http', status: 403, body: 'RBAC: access denied' } as const;
  expect(packetDifferences({ outcome: 'deny', symptom }, denied, 3)).toEqual([]);
  expect(packetDifferences({ outcome: 'allow', symptom: undefined }, denied, 3)).toHaveLength(1);
  expect(
    packetDifferences({ outcome: 'deny', symptom: { kind: 'connect timeout' } }, denied, 3),
  ).toHaveLength(1);
  expect(packetDifferences({ outcome: 'unknown', symptom: undefined }, denied, 3)).toEqual([]);
});

test('a sidecar that gives up after thirty seconds is silence to who waits three', () => {
  const symptom = { kind: 'http', status: 503, flag: 'UF', after: 30 } as const;
  expect(packetDifferences({ outcome: 'deny', symptom }, curl(28, '\n000'), 3)).toEqual([]);
  expect(
    packetDifferences({ outcome: 'deny', symptom }, curl(0, 'RBAC: access denied\n403'), 3),
  ).toHaveLength(1);
});
