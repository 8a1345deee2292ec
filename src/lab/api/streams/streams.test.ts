import { spawn } from 'node:child_process';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  type ApiUnderTest,
  collect,
  hasKubectl,
  type KubectlResult,
  startApiUnderTest,
} from '../../../../test/support/api-server.ts';
import { type ProcessRuntime, processRuntime } from '../../../../test/support/process-runtime.ts';

let api: ApiUnderTest;
let runtime: ProcessRuntime;

beforeAll(async () => {
  runtime = processRuntime();
  api = await startApiUnderTest(runtime);
  addPod('web', ['app', 'side'], ['setup']);
  addPod('lone', ['app'], []);
  addPod('talk', ['app'], [], undefined, { stdin: true, stdinOnce: true });
  addPod('waiting', ['app'], [], { waiting: { reason: 'ContainerCreating' } });
});
afterAll(() => api.close());

function addPod(
  name: string,
  containers: readonly string[],
  initContainers: readonly string[],
  state?: object,
  fields: object = {},
): void {
  api.store.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: 'demo' } },
    spec: {
      nodeName: 'here',
      containers: containers.map((each) => ({ name: each, image: 'x', ...fields })),
      initContainers: initContainers.map((each) => ({ name: each, image: 'x' })),
    },
  });
  api.store.modify(
    'pods',
    name,
    'default',
    (pod) => ({
      ...pod,
      status: {
        phase: 'Running',
        containerStatuses: containers.map((each) => ({
          name: each,
          state: state ?? { running: { startedAt: '2026-01-01T00:00:00Z' } },
        })),
      },
    }),
    'status',
  );
}

describe.skipIf(!hasKubectl('exec and logs through kubectl'))('kubectl exec', () => {
  it('carries standard output, standard error and the exit code', async () => {
    const result = await api.kubectl([
      'exec',
      'web',
      '-c',
      'app',
      '--',
      'sh',
      '-c',
      'echo out; echo err >&2; exit 7',
    ]);
    expect(result.stdout).toBe('out\n');
    expect(result.stderr).toBe('err\ncommand terminated with exit code 7\n');
    expect(result.code).toBe(7);
  });

  it('carries standard input to its end', async () => {
    const input = 'line\n'.repeat(100_000);
    const result = await api.kubectl(['exec', '-i', 'lone', '--', 'wc', '-c'], { input });
    expect(result).toEqual({ code: 0, stdout: `${input.length}\n`, stderr: '' });
  });

  it('carries much output whole', async () => {
    const result = await api.kubectl(['exec', 'lone', '--', 'sh', '-c', 'seq 1 200000']);
    expect(result.code).toBe(0);
    expect(result.stdout.length).toBe(1_288_895);
    expect(result.stdout.endsWith('\n200000\n')).toBe(true);
  });

  it('gives a terminal with a size, where output and errors are one stream', async () => {
    const { stdout, code } = await collect(
      api.start(['exec', '-it', 'lone', '--', 'sh', '-c', 'tty; echo err >&2; exit 3']),
    );
    // Without a terminal on this side kubectl asks for none.
    expect(code).toBe(3);
    expect(stdout).toContain('not a tty');
    const inTerminal = await runInTerminal([
      'exec',
      '-it',
      'lone',
      '--',
      'sh',
      '-c',
      'tty; echo err >&2; exit 3',
    ]);
    expect(inTerminal.code).toBe(3);
    expect(inTerminal.stdout).toMatch(/\/dev\/pts\/\d+\r?\n/);
    expect(inTerminal.stdout).toContain('err');
    expect(runtime.sizes.length).toBeGreaterThan(0);
  });

  it('ends the command of a caller that goes away', async () => {
    // kubectl has no word for "it runs": wait until it says something.
    const spoken = api.start(['exec', 'lone', '--', 'sh', '-c', 'echo up; exec sleep 601']);
    await new Promise((resolve) => spoken.stdout?.once('data', resolve));
    spoken.kill('SIGKILL');
    await vi.waitFor(() => expect(runtime.aborted).toContain('sh -c echo up; exec sleep 601'), 10_000);
  });

  it('says what is wrong before the upgrade', async () => {
    const wrong = await api.kubectl(['exec', 'web', '-c', 'nope', '--', 'true']);
    expect(wrong.stderr).toContain('container nope is not valid for pod web');
    expect(wrong.code).toBe(1);
    const waiting = await api.kubectl(['exec', 'waiting', '--', 'true']);
    expect(waiting.stderr).toContain('container not found ("app")');
    const missing = await api.kubectl(['exec', 'gone', '--', 'true']);
    expect(missing.stderr).toBe('Error from server (NotFound): pods "gone" not found\n');
  });

  it('says what a command that cannot be started lacks', async () => {
    const { code, stderr } = await api.kubectl(['exec', 'lone', '--', '/no/such/program']);
    expect(code).toBe(1);
    expect(stderr).toContain('error executing command in container: spawn /no/such/program ENOENT');
  });

  it('the same over SPDY, for those who ask for it', async () => {
    const env = { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' };
    const script = 'cat; echo err >&2; seq 1 100000; exit 3';
    const all = await api.kubectl(['exec', '-i', 'lone', '--', 'sh', '-c', script], { env, input: 'in\n' });
    expect({ ...all, stdout: all.stdout.length }).toEqual({
      code: 3,
      stdout: 3 + 588_895,
      stderr: 'err\ncommand terminated with exit code 3\n',
    });
    const quiet = await api.kubectl(['exec', 'lone', '--', 'true'], { env });
    expect(quiet).toEqual({ code: 0, stdout: '', stderr: '' });
    const sizes = runtime.sizes.length;
    const inTerminal = await runInTerminal(['exec', '-it', 'lone', '--', 'sh', '-c', 'tty; exit 4'], env);
    expect(inTerminal.code).toBe(4);
    expect(inTerminal.stdout).toMatch(/\/dev\/pts\/\d+\r?\n/);
    expect(runtime.sizes.length).toBeGreaterThan(sizes);
  });

  it('attaches to what a container writes from now on', async () => {
    const attached = api.start(['attach', 'lone']);
    const result = collect(attached);
    await vi.waitFor(() => expect(runtime.followers()).toBe(1), 10_000);
    runtime.log('lone/app').add('attached line');
    runtime.log('lone/app').end();
    expect((await result).stdout).toContain('attached line\n');
  });

  it('attaches to what a container reads, until the container ends', async () => {
    runtime.begin('talk/app', ['sh', '-c', 'read a; echo "got $a"; echo wrong >&2; cat']);
    const result = await api.kubectl(['attach', '-i', 'talk'], { input: 'one\ntwo\n' });
    expect(result.stdout).toBe('got one\ntwo\n');
    expect(result.stderr).toContain('wrong\n');
    expect(result.code).toBe(0);
  });

  it('says no to input for a container that reads nothing, and to kubectl debug', async () => {
    const attached = await api.kubectl(['attach', '-i', 'lone'], { input: 'one\n' });
    expect(attached.stderr).toContain('container app runs without an input of its own');
    expect(attached.code).toBe(1);
    const debug = await api.kubectl(['debug', 'lone', '--image=busybox', '--', 'true']);
    expect(debug.stderr).toContain('this lab does not serve ephemeral containers (kubectl debug)');
    expect(debug.code).toBe(1);
  });
});

describe.skipIf(!hasKubectl('logs through kubectl'))('kubectl logs', () => {
  it('reads, limits and stamps', async () => {
    const log = runtime.log('web/app');
    for (const line of ['one', 'two', 'three']) log.add(line);
    runtime.log('web/side').add('beside');
    expect((await api.kubectl(['logs', 'web', '-c', 'app'])).stdout).toBe('one\ntwo\nthree\n');
    expect((await api.kubectl(['logs', 'web', '-c', 'app', '--tail', '1'])).stdout).toBe('three\n');
    expect((await api.kubectl(['logs', 'web', '-c', 'app', '--timestamps', '--tail=1'])).stdout).toMatch(
      /^2026-01-01T00:00:00.0+Z three\n$/,
    );
    const prefixed = await api.kubectl(['logs', '-l', 'app=demo', '--all-containers', '--prefix']);
    expect(prefixed.stdout).toContain('[pod/web/app] two\n');
    expect(prefixed.stdout).toContain('[pod/web/side] beside\n');
  });

  it('follows until the container ends', async () => {
    const child = api.start(['logs', '-f', 'web', '-c', 'side']);
    const result = collect(child);
    await vi.waitFor(() => expect(runtime.followers()).toBe(1), 10_000);
    runtime.log('web/side').add('later');
    runtime.log('web/side').end();
    expect(await result).toEqual({ code: 0, stdout: 'beside\nlater\n', stderr: '' });
  });

  it('stops reading for a caller that goes away', async () => {
    const child = api.start(['logs', '-f', 'web', '-c', 'app']);
    await vi.waitFor(() => expect(runtime.followers()).toBe(1), 10_000);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(runtime.followers()).toBe(0), 10_000);
  });

  it('says what there is not', async () => {
    const previous = await api.kubectl(['logs', 'web', '-c', 'app', '--previous']);
    expect(previous.stderr).toBe(
      'Error from server (BadRequest): previous terminated container "app" in pod "web" not found\n',
    );
    runtime.log('web/app/previous').add('before');
    expect((await api.kubectl(['logs', 'web', '-c', 'app', '-p'])).stdout).toBe('before\n');
    const container = await api.kubectl(['logs', 'web', '-c', 'nope']);
    expect(container.stderr).toContain('container nope is not valid for pod web');
  });
});

describe('without kubectl', () => {
  const get = (path: string): Promise<{ code: number; body: string }> =>
    new Promise((resolve, reject) => {
      const options = { headers: { Authorization: `Bearer ${api.token}` }, ca: api.caPem };
      request(`${api.server}${path}`, options, (response) => {
        let body = '';
        response.on('data', (data: Buffer) => {
          body += data;
        });
        response.on('end', () => resolve({ code: response.statusCode!, body }));
      })
        .on('error', reject)
        .end();
    });
  const pods = '/api/v1/namespaces/default/pods';

  it('a container must be named where there are several', async () => {
    const { code, body } = await get(`${pods}/web/log`);
    expect(code).toBe(400);
    expect(JSON.parse(body).message).toBe(
      'a container name must be specified for pod web, choose one of: [app side] or one of the init containers: [setup]',
    );
  });

  it('options of logs are held against their rules', async () => {
    const { code, body } = await get(`${pods}/lone/log?tailLines=-1`);
    expect(code).toBe(422);
    expect(JSON.parse(body).message).toBe(
      'PodLogOptions "lone" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
    );
  });

  it('exec wants an upgrade', async () => {
    const { code } = await get(`${pods}/lone/exec?command=true&stdout=true`);
    expect(code).toBe(400);
  });

  const connect = (protocols: string[], query: string): WebSocket =>
    new WebSocket(`${api.server.replace('https', 'wss')}${pods}/lone/exec?${query}`, protocols, {
      headers: { Authorization: `Bearer ${api.token}` },
      ca: api.caPem,
    });

  it('v4 works too, where nothing can end the input', async () => {
    const socket = connect(['v4.channel.k8s.io'], 'command=head&command=-n1&stdin=true&stdout=true');
    const frames: Buffer[] = [];
    socket.on('message', (data: Buffer) => frames.push(data));
    socket.on('open', () => socket.send(Buffer.from('\0first\nsecond\n')));
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    expect(await closed).toBe(1000);
    const text = (channel: number) =>
      Buffer.concat(
        frames.filter((frame) => frame[0] === channel).map((frame) => frame.subarray(1)),
      ).toString();
    expect(text(1)).toBe('first\n');
    expect(JSON.parse(text(3))).toEqual({ metadata: {}, status: 'Success' });
  });

  it('other protocols are refused', async () => {
    const socket = connect(['binary'], 'command=true&stdout=true');
    const refusal = await new Promise<Error>((resolve) => socket.on('error', resolve));
    expect(refusal.message).toContain('400');
  });
});

/** Runs kubectl with a terminal of its own in front of it. */
function runInTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<KubectlResult> {
  const command = ['kubectl', ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', `stty cols 100 rows 40; ${command}`, '/dev/null'], {
    env: { PATH: process.env.PATH, KUBECONFIG: api.kubeconfig, HOME: '/nonexistent', TERM: 'xterm', ...env },
  });
  return collect(child);
}
