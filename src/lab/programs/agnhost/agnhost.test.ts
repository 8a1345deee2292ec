import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { inside } from '../../../../test/support/inside.ts';
import {
  type TestContainer,
  type TestContainerOptions,
  testContainer,
} from '../../../../test/support/lab-context.ts';
import type { Exit, Program, Running } from '../../node/index.ts';
import { runProgram } from '../../system/index.ts';
import { imageTable } from '../index.ts';
import { agnhostScript } from './connect-script.ts';

const image = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
const started: Running[] = [];

async function start(
  options: TestContainerOptions,
  name: string = image,
  entries: readonly { image: string; command: string[] }[] = [],
): Promise<TestContainer & Running> {
  const container = await testContainer({ image: name, ...options });
  const running = await (imageTable({ entries })(name) as Program)(container.context);
  started.push(running);
  return { ...container, ...running };
}

/** Sends a datagram with bash, whose sockets need no package. */
const ask = (container: TestContainer, port: number, text: string): Promise<string> =>
  container.run(
    'bash',
    '-c',
    `exec 3<>/dev/udp/127.0.0.1/${port}; printf '%s' "$1" >&3; timeout 2 dd bs=2000 count=1 status=none <&3`,
    'bash',
    text,
  );

const curl = (container: TestContainer, ...args: string[]): Promise<string> =>
  container.run('curl', '-sS', '--max-time', '5', ...args);

inside(import.meta.url, () => {
  afterAll(() => {
    for (const running of started) running.signal('SIGKILL');
  });

  describe('agnhost netexec', () => {
    it('answers at its endpoints', async () => {
      const pod = await start({ args: ['netexec', '--http-port=80', '--udp-port', '81'] });
      const get = (path: string): Promise<string> => curl(pod, `http://127.0.0.1${path}`);
      expect(await get('/hostname')).toBe('web-0');
      expect(await get('/hostName')).toBe('web-0');
      expect(await get('/clientip')).toMatch(/^127\.0\.0\.1:\d+$/);
      expect(await get('/')).toMatch(/^NOW: 20/);
      expect(await get('/echo?msg=a%20b')).toBe('a b');
      expect(await curl(pod, '-d', 'msg=posted', 'http://127.0.0.1/echo')).toBe('posted');
      expect(
        await curl(pod, '-o', '/dev/null', '-w', '%{http_code}', 'http://127.0.0.1/echo?msg=x&code=418'),
      ).toBe('418');
      expect(await curl(pod, '-H', 'X-Who: me', 'http://127.0.0.1/header?key=x-who')).toBe('me');
      expect(await curl(pod, '-w', '%{http_code}', 'http://127.0.0.1/healthz')).toBe('200');
      expect(
        await curl(
          pod,
          '-o',
          '/dev/null',
          '-w',
          '%{http_code} %{redirect_url}',
          'http://127.0.0.1/redirect?location=/echo',
        ),
      ).toBe('302 http://127.0.0.1/echo');
      expect(await curl(pod, '-w', '%{http_code}', 'http://127.0.0.1/shell?cmd=id')).toMatch(/403$/);
      expect(pod.logged.join('\n')).toContain('GET /echo?msg=a b&code=');
    });

    it('answers datagrams', async () => {
      const pod = await start({ args: ['netexec', '--udp-port=81'] });
      expect(await ask(pod, 81, 'hostname\n')).toBe('web-0');
      expect(await ask(pod, 81, 'echo Hello you')).toBe('hello you');
      expect(await ask(pod, 81, 'clientip')).toMatch(/^127\.0\.0\.1:\d+$/);
      await expect(ask(pod, 81, 'what?')).rejects.toThrow('124');
    });

    it('dials others', async () => {
      const pod = await start({ args: ['netexec'] });
      const dial = async (query: string): Promise<unknown> =>
        JSON.parse(await curl(pod, `http://127.0.0.1:8080/dial?${query}`));
      expect(await dial('host=127.0.0.1&port=8080&request=hostname&tries=2')).toEqual({
        responses: ['web-0', 'web-0'],
      });
      expect(await dial('host=127.0.0.1&port=8081&request=hostname&protocol=udp')).toEqual({
        responses: ['web-0'],
      });
      expect(await dial('host=127.0.0.1&port=9&request=hostname')).toEqual({
        errors: [expect.stringContaining('ECONNREFUSED')],
      });
    });

    it('ends when it is told to', async () => {
      const exitOf = async (work: (pod: TestContainer & Running) => unknown): Promise<Exit> => {
        const pod = await start({ args: ['netexec'] });
        await work(pod);
        return pod.exited;
      };
      expect(await exitOf((pod) => pod.signal('SIGTERM'))).toEqual({ code: 0 });
      expect(await exitOf((pod) => pod.signal('SIGKILL'))).toEqual({ code: 137, signal: 9 });
      expect(await exitOf((pod) => curl(pod, 'http://127.0.0.1:8080/exit?code=3'))).toEqual({ code: 3 });
      const pod = await start({ args: ['netexec'] });
      pod.signal('SIGTERM');
      await pod.exited;
      await expect(curl(pod, 'http://127.0.0.1:8080/')).rejects.toThrow('Failed to connect');
    });

    it('says what it cannot do', async () => {
      const pod = await start({ args: ['netexec', '--no-such'] });
      expect(await pod.exited).toEqual({ code: 1 });
      expect(pod.logged).toEqual(['Error: unknown flag: --no-such']);
      const sctp = await start({ args: ['netexec', '--sctp-port=9003'] });
      expect(sctp.logged[0]).toContain('SCTP port 9003 is not served');
      const other = await start({ args: ['guestbook'] });
      expect(other.logged[0]).toBe('Error: unknown command "guestbook" for "agnhost"');
    });

    it('does not take a port twice', async () => {
      const pod = await start({ args: ['netexec'] });
      const second = (imageTable({})(image) as Program)(pod.context);
      await expect(second).rejects.toThrow('EADDRINUSE');
    });
  });

  describe('the other servers of agnhost', () => {
    it('serve-hostname', async () => {
      const http = await start({ command: ['/agnhost', 'serve-hostname'] });
      expect(await curl(http, 'http://127.0.0.1:9376/x')).toBe('web-0');
      const tcp = await start({ args: ['serve-hostname', '--tcp', '--http=false', '--port', '80'] });
      expect(await tcp.run('bash', '-c', 'cat </dev/tcp/127.0.0.1/80')).toBe('web-0');
      const udp = await start({ args: ['serve-hostname', '--udp', '--http=false', '--port=80'] });
      expect(await ask(udp, 80, 'x')).toBe('web-0');
      const both = await start({ args: ['serve-hostname', '--udp'] });
      expect(await both.exited).toEqual({ code: 1 });
    });

    it('porter', async () => {
      const env = {
        SERVE_PORT_80: 'eighty',
        SERVE_TCP_PORT_81: 'more',
        SERVE_UDP_PORT_82: 'udp',
        SERVE_SCTP_PORT_83: 'x',
      };
      const pod = await start({ args: ['porter'], env });
      expect(await curl(pod, 'http://127.0.0.1:80/', 'http://127.0.0.1:81/')).toBe('eightymore');
      expect(await ask(pod, 82, 'x')).toBe('udp');
      expect(pod.logged.join('\n')).toContain('SCTP port 83 is not served');
    });

    it('pause is what it does without words', async () => {
      const pod = await start({});
      pod.signal('SIGTERM');
      expect(await pod.exited).toEqual({ code: 0 });
    });

    it('stands for an image that is mapped to it, on every port of the container', async () => {
      const entries = [{ image: 'shop/web', command: ['agnhost'] }];
      const ports = [{ containerPort: 8000 }, { containerPort: 53, protocol: 'UDP' as const }];
      const pod = await start({ ports, args: ['--config=/etc/web.yaml'] }, 'shop/web:1', entries);
      expect(await curl(pod, 'http://127.0.0.1:8000/hostname')).toBe('web-0');
      expect(await ask(pod, 53, 'hostname')).toBe('web-0');
    });
  });

  describe('agnhost connect', () => {
    it('says what became of a connection', async () => {
      const script = '/run/agnhost';
      writeFileSync(script, agnhostScript, { mode: 0o755 });
      const pod = await start({ args: ['netexec', '--http-port=80', '--udp-port=81'] });
      const drop = 'ip daddr 127.0.0.5 drop';
      const rules = `table inet t {\nchain c {\ntype filter hook input priority 0;\n${drop}\n}\n}\n`;
      await runProgram(pod.network, 'nft', ['-f', '-'], rules);
      const connect = (...args: string[]): Promise<string> =>
        pod.run(script, 'connect', '--timeout=500ms', ...args);
      expect(await connect('127.0.0.1:80')).toBe('');
      expect(await connect('127.0.0.1:81', '--protocol=udp')).toBe('');
      await expect(connect('127.0.0.1:9')).rejects.toThrow(/ended with 1: REFUSED$/);
      await expect(connect('127.0.0.1:9', '--protocol', 'udp')).rejects.toThrow('ended with 1: REFUSED: ');
      await expect(connect('127.0.0.5:80')).rejects.toThrow(/ended with 1: TIMEOUT$/);
      await expect(connect('127.0.0.5:81', '--protocol=udp')).rejects.toThrow('ended with 1: TIMEOUT: ');
      await expect(connect('nosuch.:80')).rejects.toThrow('ended with 1: DNS: ');
      await expect(connect('127.0.0.1:80', '--protocol=sctp')).rejects.toThrow('ended with 1: OTHER: ');
    });
  });

  describe('small servers', () => {
    it('http-echo', async () => {
      const pod = await start({ args: ['-text=hello', '-listen=:8000'] }, 'hashicorp/http-echo:1.0');
      expect(await curl(pod, 'http://127.0.0.1:8000/')).toBe('hello\n');
      const silent = await start({}, 'hashicorp/http-echo');
      expect(await silent.exited).toEqual({ code: 127 });
    });

    it('hello-app', async () => {
      const pod = await start({}, 'gcr.io/google-samples/hello-app:2.0');
      expect(await curl(pod, 'http://127.0.0.1:8080/')).toBe(
        'Hello, world!\nVersion: 2.0.0\nHostname: web-0\n',
      );
    });

    it('httpbin', async () => {
      const pod = await start({}, 'docker.io/kennethreitz/httpbin');
      const got = JSON.parse(await curl(pod, '-H', 'X-Who: me', 'http://127.0.0.1/get?a=1'));
      expect(got).toMatchObject({ args: { a: '1' }, headers: { 'X-Who': 'me' }, origin: '127.0.0.1' });
      expect(await curl(pod, '-w', '%{http_code}', 'http://127.0.0.1/status/503')).toBe('503');
      expect(await curl(pod, '-o', '/dev/null', '-w', '%{http_code}', 'http://127.0.0.1/post')).toBe('405');
      const go = await start({}, 'mccutchen/go-httpbin:v2.15.0');
      const headers = JSON.parse(await curl(go, '-H', 'X-Who: me', 'http://127.0.0.1:8080/headers'));
      expect(headers.headers['X-Who']).toEqual(['me']);
    });
  });
}, ['curl', 'bash', 'nft']);
