import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inside } from '../../../test/support/inside.ts';
import { anyCommand, type NodeAlone, nodeAlone } from '../../../test/support/node-alone.ts';
import type { Pod } from '../store/index.ts';
import { listenTcp } from '../system/index.ts';
import type { Exit, Program } from './types.ts';

const sh = (script: string): readonly string[] => ['sh', '-c', script];
const container = (script: string, more: object = {}): object => ({
  name: 'main',
  image: 'any',
  command: sh(script),
  ...more,
});
const waits = 'trap "exit 0" TERM; echo up; while true; do sleep 0.05; done';
const condition = ({ status }: Pod, type: string): string | undefined =>
  status.conditions?.find((each) => each.type === type)?.status;
const state = ({ status }: Pod): NonNullable<Pod['status']['containerStatuses']>[number] =>
  status.containerStatuses![0]!;

/** A program without a process: it answers every connection to port 8080 once it is told to. */
const builtIn: { open: boolean; readonly program: Program } = {
  open: false,
  program: async ({ network, address, log }) => {
    const server = await listenTcp(network, address, 8080, (socket) =>
      socket.on('error', () => {}).end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
    );
    const { promise, resolve } = Promise.withResolvers<Exit>();
    log('listening');
    return {
      exited: promise,
      ready: () => builtIn.open,
      signal: () => {
        server.close();
        resolve({ code: 0 });
      },
    };
  },
};

inside(import.meta.url, () => {
  let lab: NodeAlone;
  beforeAll(async () => {
    lab = await nodeAlone((image) => (image === 'built-in' ? builtIn.program : anyCommand(image)));
  });
  afterAll(async () => {
    await lab.close();
    expect(lab.reports).toEqual([]);
  });

  describe('containers', () => {
    it("a pod runs, has an address, conditions and the kubelet's events", async () => {
      lab.pod('web', { containers: [container(waits)] });
      const pod = await lab.untilReady('web');
      expect(pod.status).toMatchObject({
        phase: 'Running',
        hostIP: '172.18.0.2',
        podIPs: [{ ip: pod.status.podIP }],
      });
      expect(pod.status.conditions!.map(({ type, status }) => `${type}=${status}`)).toEqual([
        'PodReadyToStartContainers=True',
        'Initialized=True',
        'Ready=True',
        'ContainersReady=True',
        'PodScheduled=True',
      ]);
      expect(state(pod)).toMatchObject({
        ready: true,
        started: true,
        restartCount: 0,
        state: { running: {} },
      });
      expect(lab.events('web')).toEqual([
        'Pulled: Container image "any" already present on machine',
        'Created: Created container: main',
        'Started: Started container main',
      ]);
    });

    it('init containers run in order, a sidecar goes on, and all ends when the main ones have', async () => {
      lab.pod('job', {
        restartPolicy: 'Never',
        volumes: [{ name: 'shared', emptyDir: {} }],
        initContainers: [
          { ...container('echo first >> /shared/log'), name: 'first' },
          { ...container(`echo sidecar >> /shared/log; ${waits}`), name: 'sidecar', restartPolicy: 'Always' },
          { ...container('echo second >> /shared/log'), name: 'second' },
        ].map((each) => ({ ...each, volumeMounts: [{ name: 'shared', mountPath: '/shared' }] })),
        containers: [
          container('cat /shared/log', { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] }),
        ],
      });
      const pod = await lab.until('job', ({ status }) => status.phase === 'Succeeded');
      expect(await lab.logs('job', { container: 'main' })).toBe('first\nsidecar\nsecond\n');
      expect(
        pod.status.initContainerStatuses!.map(({ name, state }) => [name, state.terminated?.exitCode]),
      ).toEqual([
        ['first', 0],
        ['sidecar', 0],
        ['second', 0],
      ]);
      expect(pod.status.conditions!.find(({ type }) => type === 'Ready')).toMatchObject({
        status: 'False',
        reason: 'PodCompleted',
      });
    });

    it('an init container that fails for good fails the pod', async () => {
      lab.pod('unlucky', {
        restartPolicy: 'Never',
        initContainers: [{ ...container('exit 4'), name: 'init' }],
        containers: [container(waits)],
      });
      const { status } = await lab.until('unlucky', ({ status }) => status.phase === 'Failed');
      expect(status.initContainerStatuses![0]!.state.terminated).toMatchObject({
        exitCode: 4,
        reason: 'Error',
      });
      expect(status.containerStatuses![0]!.state.waiting?.reason).toBe('PodInitializing');
    });

    it('one that falls is started again at once, then after a back-off that grows', async () => {
      lab.pod('crash', { containers: [container('echo life; exit 3')] });
      const pod = await lab.until(
        'crash',
        (each) => state(each).state.waiting?.reason === 'CrashLoopBackOff',
      );
      const { uid } = pod.metadata;
      expect(pod.status.phase).toBe('Running');
      expect(state(pod)).toMatchObject({
        restartCount: 1,
        ready: false,
        state: {
          waiting: { message: `back-off 10s restarting failed container=main pod=crash_default(${uid})` },
        },
        lastState: { terminated: { exitCode: 3, reason: 'Error' } },
      });
      expect(lab.events('crash')).toContain(
        `BackOff: Back-off restarting failed container main in pod crash_default(${uid})`,
      );
      expect(await lab.logs('crash', { previous: true })).toBe('life\n');
    });

    it('OnFailure starts again only what has failed', async () => {
      lab.pod('once', { restartPolicy: 'OnFailure', containers: [container('exit 0')] });
      const { status } = await lab.until('once', ({ status }) => status.phase === 'Succeeded');
      expect(status.containerStatuses![0]!.restartCount).toBe(0);
    });

    it('a program that is not there is a StartError', async () => {
      lab.pod('absent', {
        restartPolicy: 'Never',
        containers: [{ name: 'main', image: 'any', command: ['no-such-program'] }],
      });
      const { status } = await lab.until('absent', ({ status }) => status.phase === 'Failed');
      expect(status.containerStatuses![0]!.state.terminated).toMatchObject({
        exitCode: 128,
        reason: 'StartError',
        message: 'exec: "no-such-program": executable file not found in $PATH',
      });
    });

    it('an image without a program waits, says how to map it, and the others go on', async () => {
      lab.pod('half', {
        containers: [container(waits), { name: 'other', image: 'unknown/app:1' }],
      });
      const { status } = await lab.until('half', ({ status }) => status.containerStatuses![0]!.ready);
      expect(status.phase).toBe('Pending');
      expect(status.containerStatuses![1]!.state.waiting).toEqual({
        reason: 'ImagePullBackOff',
        message:
          'Back-off pulling image "unknown/app:1": ErrImagePull: map it with --image unknown/app:1=PROGRAM',
      });
      await expect(lab.logs('half', { container: 'other' })).rejects.toThrow(
        'container "other" in pod "half" is waiting to start: trying and failing to pull image',
      );
    });
  });

  describe('the end', () => {
    it('preStop, SIGTERM and then the object goes', async () => {
      lab.pod('gentle', {
        volumes: [{ name: 'shared', emptyDir: {} }],
        containers: [
          container('trap "echo term; exit 0" TERM; echo up; while true; do sleep 0.05; done', {
            lifecycle: { preStop: { exec: { command: sh('echo stopping > /proc/1/fd/1') } } },
          }),
        ],
      });
      await lab.untilReady('gentle');
      await expect.poll(() => lab.logs('gentle')).toBe('up\n');
      const controller = new AbortController();
      const following = (async () => {
        let text = '';
        for await (const piece of lab.node.logs('default', 'gentle', { follow: true }, controller.signal))
          text += piece;
        return text;
      })();
      lab.store.delete('pods', 'gentle', 'default');
      await lab.untilGone('gentle');
      expect(await following).toBe('up\nstopping\nterm\n');
      expect(lab.events('gentle').at(-1)).toBe('Killing: Stopping container main');
    });

    it('SIGKILL where the grace period is over', async () => {
      lab.pod('deaf', { containers: [container('trap "" TERM; while true; do sleep 0.05; done')] });
      await lab.untilReady('deaf');
      lab.store.delete('pods', 'deaf', 'default', { gracePeriodSeconds: 1 });
      const codes: (number | undefined)[] = [];
      const stop = lab.store.subscribe('pods', ({ object }) => {
        if (object.metadata.name === 'deaf') codes.push(state(object as Pod).state.terminated?.exitCode);
      });
      await lab.untilGone('deaf');
      stop();
      expect(codes.at(-1)).toBe(137);
    });

    it('by force at once, and another of the same name comes after it', async () => {
      lab.pod('again', { containers: [container('trap "" TERM; echo one; sleep 1000')] });
      await lab.untilReady('again');
      lab.store.delete('pods', 'again', 'default', { gracePeriodSeconds: 0 });
      expect(lab.get('again')).toBeUndefined();
      lab.pod('again', { containers: [container(`echo two; ${waits}`)] });
      await lab.untilReady('again');
      await expect.poll(() => lab.logs('again')).toBe('two\nup\n');
    });

    it('is not begun again where a finalizer still holds the object', async () => {
      const held = { finalizers: ['example.com/hold'] };
      lab.pod('held', { containers: [container(`echo life; ${waits}`)] }, held);
      await lab.untilReady('held');
      await expect.poll(() => lab.logs('held')).toContain('up');
      lab.store.delete('pods', 'held', 'default');
      await lab.until('held', (pod) => state(pod).state.terminated !== undefined);
      lab.store.modify('pods', 'held', 'default', (pod) => ({
        ...pod,
        metadata: { ...pod.metadata, labels: { touched: 'yes' } },
      }));
      expect(state(lab.get('held')!).state.terminated).toBeDefined();
      lab.store.modify('pods', 'held', 'default', ({ metadata: { finalizers: _, ...metadata }, ...pod }) => ({
        ...pod,
        metadata,
      }));
      await lab.untilGone('held');
      expect(lab.events('held').filter((event) => event.startsWith('Started'))).toHaveLength(1);
    });

    it('another image ends the life of the one before', async () => {
      lab.pod('renewed', { containers: [container(waits)] });
      await lab.untilReady('renewed');
      await expect.poll(() => lab.logs('renewed')).toContain('up');
      lab.store.modify<Pod>('pods', 'renewed', 'default', (pod) => ({
        ...pod,
        spec: { ...pod.spec, containers: pod.spec.containers.map((each) => ({ ...each, image: 'any:2' })) },
      }));
      const pod = await lab.until('renewed', (each) => state(each).restartCount === 1 && state(each).ready);
      expect(state(pod).image).toBe('any:2');
      expect(lab.events('renewed')).toContain(
        'Killing: Container main definition changed, will be restarted',
      );
    });

    it('a pod past its deadline fails', async () => {
      lab.pod('late', { activeDeadlineSeconds: 1, containers: [container(waits)] });
      const { status } = await lab.until('late', ({ status }) => status.phase === 'Failed');
      expect(status.reason).toBe('DeadlineExceeded');
    });
  });

  describe('probes', () => {
    it('readiness comes and goes', async () => {
      const probe = { exec: { command: ['cat', '/tmp/ready'] }, periodSeconds: 1, failureThreshold: 1 };
      lab.pod('moody', { containers: [container(waits, { readinessProbe: probe })] });
      const before = await lab.until('moody', (pod) => state(pod).state.running !== undefined);
      expect(condition(before, 'Ready')).toBe('False');
      expect(before.status.conditions!.find(({ type }) => type === 'Ready')!.message).toBe(
        'containers with unready status: [main]',
      );
      await expect
        .poll(() => lab.events('moody'))
        .toContain('Unhealthy: Readiness probe failed: cat: /tmp/ready: No such file or directory\n');
      await lab.exec('moody', ['touch', '/tmp/ready']);
      await lab.untilReady('moody');
      await lab.exec('moody', ['rm', '/tmp/ready']);
      await lab.until('moody', (pod) => condition(pod, 'Ready') === 'False');
    });

    it('liveness ends what is dead, and it lives again', async () => {
      const probe = { exec: { command: sh('test ! -e /tmp/dead') }, periodSeconds: 1, failureThreshold: 1 };
      lab.pod('mortal', { containers: [container(waits, { livenessProbe: probe })] });
      await lab.untilReady('mortal');
      // A signal that comes before the trap is set is lost on a process 1, here as anywhere.
      await expect.poll(() => lab.logs('mortal')).toBe('up\n');
      await lab.exec('mortal', ['touch', '/tmp/dead']);
      const pod = await lab.until('mortal', (each) => state(each).restartCount === 1 && state(each).ready);
      expect(state(pod).lastState.terminated).toMatchObject({ exitCode: 0 });
      expect(lab.events('mortal')).toContain(
        'Killing: Container main failed liveness probe, will be restarted',
      );
    });

    it('a startup probe holds back the others', async () => {
      const never = { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 1 };
      const startup = {
        exec: { command: ['test', '-e', '/tmp/up'] },
        periodSeconds: 1,
        failureThreshold: 30,
      };
      lab.pod('slow', { containers: [container(waits, { startupProbe: startup, livenessProbe: never })] });
      const pod = await lab.until('slow', (each) => state(each).state.running !== undefined);
      expect(state(pod)).toMatchObject({ started: false, ready: false });
      await lab.exec('slow', ['touch', '/tmp/up']);
      await lab.until('slow', (each) => state(each).restartCount > 0);
    });

    it('http and tcp from the node, and a program without a process that says itself when it is ready', async () => {
      const ports = [{ name: 'web', containerPort: 8080 }];
      const probe = (more: object): object => ({ readinessProbe: { periodSeconds: 1, ...more } });
      lab.pod('http', {
        containers: [{ name: 'main', image: 'built-in', ports, ...probe({ httpGet: { port: 'web' } }) }],
      });
      lab.pod('tcp', {
        containers: [{ name: 'main', image: 'built-in', ports, ...probe({ tcpSocket: { port: 8080 } }) }],
      });
      lab.pod('closed', {
        containers: [{ name: 'main', image: 'built-in', ports, ...probe({ tcpSocket: { port: 81 } }) }],
      });
      const { status } = await lab.until('http', (pod) => state(pod).state.running !== undefined);
      await lab.until('closed', (pod) => pod.status.podIP !== undefined);
      await expect
        .poll(() => lab.events('closed'))
        .toContain(
          `Unhealthy: Readiness probe failed: dial tcp ${lab.get('closed')!.status.podIP}:81: connect: connection refused`,
        );
      expect(status.containerStatuses![0]!.ready).toBe(false);
      builtIn.open = true;
      await Promise.all([lab.untilReady('http'), lab.untilReady('tcp')]);
      expect(state(lab.get('closed')!).ready).toBe(false);
    });

    it('a program without a process has a place for exec, too', async () => {
      const { stdout } = await lab.exec(
        'http',
        sh('hostname; cat /proc/1/comm; ip -brief address show eth0'),
      );
      expect(stdout).toMatch(/^http\nsleep\neth0/);
      expect(await lab.logs('http')).toBe('listening\n');
    });
  });
}, ['unshare', 'setpriv', 'setsid', 'ip', 'mount']);
