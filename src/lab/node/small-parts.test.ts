import { describe, expect, it } from 'vitest';
import type { Container, Pod } from '../store/index.ts';
import { createBackOff, formatDuration } from './back-off.ts';
import { capabilitiesOf, limitedTo } from './capabilities.ts';
import { expand } from './expand.ts';
import { fieldValue, resourceValue } from './fields.ts';

describe('expand', () => {
  // From Kubernetes' own table (third_party/forked/golang/expansion/expand_test.go).
  const values: Readonly<Record<string, string>> = {
    VAR_A: 'A',
    VAR_B: 'B',
    VAR_REF: '$(VAR_A)',
    VAR_EMPTY: '',
  };
  it.each([
    ['$(VAR_A)', 'A'],
    ['___$(VAR_B)___', '___B___'],
    ['f000-$$VAR_A', 'f000-$VAR_A'],
    ['foo\\$(VAR_C)bar', 'foo\\$(VAR_C)bar'],
    ['$$$$$$(VAR_A)', '$$$(VAR_A)'],
    ['$$$$$$$(VAR_A)', '$$$A'],
    ['$(VAR_A)$(VAR_B)', 'AB'],
    ['foo$(VAR_EMPTY)bar', 'foobar'],
    ['$(VAR_REF)', '$(VAR_A)'],
    ['$(VAR_DNE)', '$(VAR_DNE)'],
    ['$(VAR_A', '$(VAR_A'],
    ['$', '$'],
    ['$VAR_A', '$VAR_A'],
    ['\n', '\n'],
  ])('%s', (text, expected) => {
    expect(expand(text, (name) => values[name])).toBe(expected);
  });
});

describe('the back-off', () => {
  it('is none at first, then ten seconds, doubled up to five minutes', () => {
    const backOff = createBackOff();
    let now = 0;
    const waits = Array.from({ length: 8 }, () => {
      const wait = backOff.next(now);
      now += wait + 1000;
      return wait / 1000;
    });
    expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  });

  it('is forgotten after ten minutes of life', () => {
    const backOff = createBackOff();
    expect([backOff.next(0), backOff.next(1), backOff.next(700_000), backOff.next(700_001)]).toEqual([
      0, 10_000, 0, 10_000,
    ]);
  });

  it('is written as Go writes it', () => {
    expect([10_000, 80_000, 300_000].map(formatDuration)).toEqual(['10s', '1m20s', '5m0s']);
  });
});

describe('fields', () => {
  const pod = {
    metadata: { name: 'web', namespace: 'shop', uid: 'u', labels: { b: '"2"', a: '1' } },
    spec: { nodeName: 'node' },
  } as unknown as Pod;
  const value = (path: string): string | undefined =>
    fieldValue(pod, path, { podIP: '10.0.0.1', hostIP: '10.0.0.2' });

  it('of the downward API', () => {
    expect(value("metadata.labels['a']")).toBe('1');
    expect(value("metadata.annotations['x']")).toBe('');
    expect(value('metadata.labels')).toBe('a="1"\nb="\\"2\\""');
    expect([value('status.podIP'), value('status.hostIP'), value('spec.serviceAccountName')]).toEqual([
      '10.0.0.1',
      '10.0.0.2',
      'default',
    ]);
    expect(value('spec.containers')).toBeUndefined();
  });

  it('of resources, in whole divisors', () => {
    const containers = [
      { name: 'a', image: 'i', resources: { limits: { cpu: '250m', memory: '64Mi' } } },
    ] as unknown as Container[];
    expect(resourceValue(containers, 'a', { resource: 'limits.cpu' })).toBe('1');
    expect(resourceValue(containers, 'a', { resource: 'limits.cpu', divisor: '1m' })).toBe('250');
    expect(
      resourceValue(containers, undefined, { containerName: 'a', resource: 'limits.memory', divisor: '1Mi' }),
    ).toBe('64');
    expect(resourceValue(containers, 'a', { resource: 'requests.memory', divisor: '1Mi' })).toBe('64');
  });
});

describe('capabilities', () => {
  const container = (securityContext: object): Container =>
    ({ name: 'a', image: 'i', securityContext }) as Container;

  it('are the usual ones, and what is added; never those that could undo the sandbox', () => {
    expect(capabilitiesOf(container({}))).toContain('net_bind_service');
    expect(capabilitiesOf(container({}))).not.toContain('net_admin');
    expect(capabilitiesOf(container({ capabilities: { add: ['NET_ADMIN', 'CAP_SYS_ADMIN'] } }))).toContain(
      'net_admin',
    );
    for (const each of [{ privileged: true }, { capabilities: { add: ['ALL', 'SYS_ADMIN'] } }]) {
      expect(capabilitiesOf(container(each))).not.toContain('sys_admin');
    }
  });

  it("are said in setpriv's words", () => {
    expect(limitedTo(['chown', 'kill'], '/bin/setpriv')).toEqual([
      '/bin/setpriv',
      '--bounding-set=-all,+chown,+kill',
      '--',
    ]);
  });
});
