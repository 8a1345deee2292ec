import { describe, expect, it } from 'vitest';
import type { ContainerState, ContainerStatus, Pod } from '../store/index.ts';
import { type PodFacts, podStatus } from './pod-status.ts';

const running: ContainerState = { running: { startedAt: 'then' } };
const waiting: ContainerState = { waiting: { reason: 'ContainerCreating' } };
const ended = (exitCode: number): ContainerState => ({ terminated: { exitCode, reason: 'x' } });

function status(name: string, state: ContainerState, more: Partial<ContainerStatus> = {}): ContainerStatus {
  const up = state.running !== undefined;
  return {
    name,
    image: 'i',
    imageID: '',
    ready: up,
    started: up,
    restartCount: 0,
    state,
    lastState: {},
    ...more,
  };
}

function pod(restartPolicy: string, more: object = {}, before: object = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {},
    spec: { restartPolicy, ...more },
    status: before,
  } as unknown as Pod;
}

function facts(main: readonly ContainerStatus[], more: Partial<PodFacts> = {}): PodFacts {
  return {
    address: '10.244.0.2',
    hostIP: '172.18.0.2',
    startTime: 's',
    init: [],
    main,
    sidecars: new Set(),
    ...more,
  };
}

const phase = (policy: string, main: readonly ContainerState[], more: Partial<PodFacts> = {}): string =>
  podStatus(
    pod(policy),
    facts(
      main.map((each, i) => status(`c${i}`, each)),
      more,
    ),
    'now',
  ).phase;

describe('the phase of a pod', () => {
  it('follows its containers and its restart policy', () => {
    expect(phase('Always', [waiting])).toBe('Pending');
    expect(phase('Always', [running, waiting])).toBe('Pending');
    expect(phase('Always', [running, running])).toBe('Running');
    expect(phase('Always', [ended(0)])).toBe('Running');
    expect(phase('OnFailure', [ended(0)])).toBe('Succeeded');
    expect(phase('OnFailure', [ended(1)])).toBe('Running');
    expect(phase('Never', [ended(0), running])).toBe('Running');
    expect(phase('Never', [ended(0), ended(2)])).toBe('Failed');
    expect(phase('Never', [ended(0), ended(0)])).toBe('Succeeded');
  });

  it('is Running for one in its back-off', () => {
    const main = [status('c', { waiting: { reason: 'CrashLoopBackOff' } }, { lastState: ended(1) })];
    expect(podStatus(pod('Always'), facts(main), 'now').phase).toBe('Running');
  });

  it('is Pending until all init containers have ended well and sidecars have started', () => {
    const sidecars = new Set(['side']);
    expect(phase('Always', [waiting], { init: [status('i', running)] })).toBe('Pending');
    expect(phase('Always', [running], { init: [status('i', ended(0))] })).toBe('Running');
    expect(phase('Never', [waiting], { init: [status('i', ended(1))] })).toBe('Failed');
    expect(phase('Always', [waiting], { init: [status('i', ended(1))] })).toBe('Pending');
    expect(phase('Always', [running], { init: [status('side', running)], sidecars })).toBe('Running');
    expect(
      phase('Always', [running], { init: [status('side', running, { started: false })], sidecars }),
    ).toBe('Pending');
  });

  it('is not final while a sidecar still runs', () => {
    const before = pod('Never', {}, { phase: 'Running' });
    const side = { init: [status('side', running)], sidecars: new Set(['side']) };
    expect(podStatus(before, facts([status('c', ended(0))], side), 'now').phase).toBe('Running');
    const failure = { reason: 'DeadlineExceeded', message: 'm' };
    expect(podStatus(before, facts([status('c', running)], { failure }), 'now')).toMatchObject({
      phase: 'Running',
    });
    expect(podStatus(before, facts([status('c', ended(0))], { failure }), 'now')).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
    });
  });
});

describe('the conditions of a pod', () => {
  const ready = (conditions: Pod['status']['conditions']): unknown =>
    conditions?.find(({ type }) => type === 'Ready');

  it('name what is not ready', () => {
    const main = [status('a', running, { ready: false }), status('b', running)];
    expect(ready(podStatus(pod('Always'), facts(main), 'now').conditions)).toEqual({
      type: 'Ready',
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [a]',
      lastTransitionTime: 'now',
    });
  });

  it('wait for readiness gates, and keep what others have written', () => {
    const gates = { readinessGates: [{ conditionType: 'example.com/gate' }] };
    const main = [status('a', running)];
    expect(ready(podStatus(pod('Always', gates), facts(main), 'now').conditions)).toMatchObject({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
    });
    const opened = { conditions: [{ type: 'example.com/gate', status: 'True' }] };
    const { conditions } = podStatus(pod('Always', gates, opened), facts(main), 'now');
    expect(ready(conditions)).toMatchObject({ status: 'True' });
    expect(conditions).toContainEqual({ type: 'example.com/gate', status: 'True' });
  });

  it('change their time with their status alone', () => {
    const first = podStatus(pod('Always'), facts([status('a', running)]), 'first');
    const again = podStatus(pod('Always', {}, first), facts([status('a', running)]), 'second');
    expect(again).toEqual(first);
    const lost = podStatus(
      pod('Always', {}, first),
      facts([status('a', running, { ready: false })]),
      'third',
    );
    expect(ready(lost.conditions)).toMatchObject({ lastTransitionTime: 'third' });
  });
});
