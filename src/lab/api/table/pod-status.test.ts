import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod } from '../../store/index.ts';
import { summarizePod } from './pod-status.ts';

type State = ContainerStatus['state'];

const status = (name: string, state: State, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name,
  image: 'x',
  imageID: '',
  ready: state.running !== undefined,
  started: state.running !== undefined,
  restartCount: 0,
  state,
  lastState: {},
  ...more,
});
const running: State = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const ended = (exitCode: number, reason = ''): State => ({ terminated: { exitCode, reason } });
const waiting = (reason: string): State => ({ waiting: { reason } });

interface Words {
  readonly init?: readonly ContainerStatus[];
  readonly sidecars?: readonly string[];
  readonly main?: readonly ContainerStatus[];
  readonly phase?: Pod['status']['phase'];
  readonly more?: Partial<Pod['status']>;
  readonly going?: boolean;
}

function pod({
  init = [],
  sidecars = [],
  main = [],
  phase = 'Running',
  more = {},
  going = false,
}: Words): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'p',
      namespace: 'n',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(going && { deletionTimestamp: '2026-01-01T00:00:30Z' }),
    },
    spec: {
      containers: main.map(({ name }) => ({ name, image: 'x' })),
      initContainers: init.map(({ name }) => ({
        name,
        image: 'x',
        ...(sidecars.includes(name) && { restartPolicy: 'Always' }),
      })),
    },
    status: { phase, initContainerStatuses: init, containerStatuses: main, ...more },
  };
}

describe('summarizePod', () => {
  const cases: readonly (readonly [what: string, words: Words, ready: string, reason: string])[] = [
    ['all at work', { main: [status('a', running), status('b', running)] }, '2/2', 'Running'],
    [
      'not there yet',
      { phase: 'Pending', main: [status('a', waiting('ContainerCreating'))] },
      '0/1',
      'ContainerCreating',
    ],
    ['without any status', { phase: 'Pending', main: [] }, '0/0', 'Pending'],
    [
      'falling again and again',
      { main: [status('a', waiting('CrashLoopBackOff'))] },
      '0/1',
      'CrashLoopBackOff',
    ],
    [
      'an image that nobody knows',
      { phase: 'Pending', main: [status('a', waiting('ErrImagePull'))] },
      '0/1',
      'ErrImagePull',
    ],
    [
      'first of two init containers at work',
      {
        phase: 'Pending',
        init: [status('i', running), status('j', waiting('PodInitializing'))],
        main: [status('a', waiting('PodInitializing'))],
      },
      '0/1',
      'Init:0/2',
    ],
    [
      'second of two init containers waiting',
      {
        phase: 'Pending',
        init: [status('i', ended(0, 'Completed')), status('j', waiting('PodInitializing'))],
        main: [status('a', waiting('PodInitializing'))],
      },
      '0/1',
      'Init:1/2',
    ],
    [
      'an init container that failed',
      {
        phase: 'Pending',
        init: [status('i', ended(3, 'Error'))],
        main: [status('a', waiting('PodInitializing'))],
      },
      '0/1',
      'Init:Error',
    ],
    [
      'an init container without a reason',
      { phase: 'Pending', init: [status('i', ended(3))], main: [status('a', waiting('PodInitializing'))] },
      '0/1',
      'Init:ExitCode:3',
    ],
    [
      'an init container in back-off',
      {
        phase: 'Pending',
        init: [status('i', waiting('CrashLoopBackOff'))],
        main: [status('a', waiting('PodInitializing'))],
      },
      '0/1',
      'Init:CrashLoopBackOff',
    ],
    [
      'a sidecar beside',
      { init: [status('s', running)], sidecars: ['s'], main: [status('a', running)] },
      '2/2',
      'Running',
    ],
    ['done', { phase: 'Succeeded', main: [status('a', ended(0, 'Completed'))] }, '0/1', 'Completed'],
    ['failed', { phase: 'Failed', main: [status('a', ended(1, 'Error'))] }, '0/1', 'Error'],
    [
      'one done, one at work, ready',
      {
        main: [status('a', ended(0, 'Completed')), status('b', running)],
        more: { conditions: [{ type: 'Ready', status: 'True' }] },
      },
      '1/2',
      'Running',
    ],
    [
      'one done, one at work, not ready',
      { main: [status('a', ended(0, 'Completed')), status('b', running)] },
      '1/2',
      'NotReady',
    ],
    ['evicted', { phase: 'Failed', main: [], more: { reason: 'Evicted' } }, '0/0', 'Evicted'],
    ['on its way out', { main: [status('a', running)], going: true }, '1/1', 'Terminating'],
    [
      'done and on its way out',
      { phase: 'Succeeded', main: [status('a', ended(0, 'Completed'))], going: true },
      '0/1',
      'Completed',
    ],
  ];
  it.each(cases)('%s', (_what, words, ready, reason) => {
    const summary = summarizePod(pod(words));
    expect([`${summary.ready}/${summary.containers}`, summary.reason]).toEqual([ready, reason]);
  });

  it('counts restarts, and tells of the last', () => {
    const lastState = (finishedAt: string) => ({ terminated: { exitCode: 1, reason: 'Error', finishedAt } });
    const main = [
      status('a', running, { restartCount: 2, lastState: lastState('2026-01-01T00:00:05Z') }),
      status('b', running, { restartCount: 1, lastState: lastState('2026-01-01T00:00:03Z') }),
    ];
    expect(summarizePod(pod({ main }))).toMatchObject({ restarts: 3, lastRestart: '2026-01-01T00:00:05Z' });
  });
});
