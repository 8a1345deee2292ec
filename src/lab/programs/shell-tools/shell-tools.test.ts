import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inside } from '../../../../test/support/inside.ts';
import { type ExecResult, type NodeAlone, nodeAlone } from '../../../../test/support/node-alone.ts';
import type { Exit, Program } from '../../node/index.ts';
import { createStore } from '../../store/index.ts';
import { bindUdp, listenTcp } from '../../system/index.ts';
import { dnsProgram, findExecutable, imageTable } from '../index.ts';
import { shellTools } from './shell-tools.ts';

const stoodIn = new Set(['nc', 'nslookup', 'wget', 'busybox']);
/** This machine, without what is tested a stand-in of. */
const find = (name: string): string | undefined => (stoodIn.has(name) ? undefined : findExecutable(name));
/** HTTP on 80, what comes goes back on TCP 81 and UDP 82. */
const webProgram: Program = async ({ network }) => {
  const http = createServer((request, response) => {
    response.writeHead(request.url === '/denied' ? 403 : 200);
    response.end(`hello ${request.method} ${request.headers['x-who'] ?? ''}\n`);
  });
  const servers = [
    await listenTcp(network, '0.0.0.0', 80, (socket) => void http.emit('connection', socket)),
    await listenTcp(network, '0.0.0.0', 81, (socket) => void socket.pipe(socket)),
  ];
  const udp = await bindUdp(network, '0.0.0.0', 82);
  udp.on('message', (message, from) => udp.send(message, from.port, from.address));
  const ended = Promise.withResolvers<Exit>();
  void ended.promise.then(() => {
    for (const each of servers) each.close();
    http.closeAllConnections();
    udp.close();
  });
  return { exited: ended.promise, signal: () => ended.resolve({ code: 0 }) };
};

describe('what is laid', () => {
  it('is a stand-in where neither the program nor busybox is here', () => {
    const names = (has: readonly string[]): readonly string[] =>
      shellTools((name) => (has.includes(name) ? `/bin/${name}` : undefined)).map(({ path }) => path);
    const basics = ['bash', 'timeout', 'getent', 'dd', 'od'];
    expect(names(basics)).toEqual(['/usr/local/bin/nc', '/usr/local/bin/nslookup']);
    expect(names([...basics, 'curl', 'nc', 'nslookup'])).toEqual(['/usr/local/bin/wget']);
    expect(names([])).toEqual([]);
    expect(names(['nc', 'nslookup', 'wget'])).toEqual(['/usr/local/bin/wget']);
    expect(shellTools((name) => (name === 'busybox' ? '/bin/busybox' : undefined))[0]).toMatchObject({
      text: '#!/bin/sh\nexec /bin/busybox nc "$@"\n',
    });
  });
});

inside(import.meta.url, () => {
  let alone: NodeAlone;
  let dnsAddress: string;
  let web: string;

  beforeAll(async () => {
    const store = createStore();
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
    const service = (name: string, clusterIP: string, port: number): void => {
      const spec = { clusterIP, ports: [{ name: 'main', port, protocol: 'TCP' }] };
      store.create({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec });
    };
    const dns = dnsProgram({ store, dnsAddress: '10.96.0.10', outside: new Map() });
    alone = await nodeAlone(
      imageTable({ find, programs: { 'coredns/coredns': dns, 'test/web': webProgram } }),
    );
    writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
    const start = async (name: string, image: string, command: string[], more = {}): Promise<string> => {
      alone.pod(name, { containers: [{ name: 'main', image, command }], ...more });
      return (await alone.untilReady(name)).status.podIP!;
    };
    web = await start('web', 'test/web', []);
    dnsAddress = await start('dns', 'coredns/coredns', []);
    const svc = 'svc.cluster.local';
    const searches = [`default.${svc}`, svc, 'cluster.local'];
    const dnsConfig = { nameservers: [dnsAddress], searches, options: [{ name: 'ndots', value: '5' }] };
    await start('client', 'alpine:3', ['sleep', 'infinity'], { dnsPolicy: 'None', dnsConfig });
    service('kubernetes', '10.96.0.1', 443);
    service('web', web, 80);
    const drop = 'meta l4proto { tcp, udp } th dport 99 drop';
    const rules = `table inet t {\nchain c {\ntype filter hook forward priority 0;\n${drop}\n}\n}\n`;
    execFileSync('nft', ['-f', '-'], { input: rules });
  });

  afterAll(async () => {
    await alone?.close();
  });

  const run = (...command: string[]): Promise<ExecResult> => alone.exec('client', command);
  const sh = (script: string): Promise<ExecResult> => run('sh', '-c', script);

  describe('nc', () => {
    it('checks a TCP port', async () => {
      expect(await run('nc', '-zv', '-w', '3', 'web', '80')).toMatchObject({
        code: 0,
        stdout: '',
        stderr: `web (${web}:80) open\n`,
      });
      expect(await run('nc', web, '80', '-z', '-w3')).toMatchObject({ code: 0, stdout: '', stderr: '' });
      expect(await run('nc', '-zv', '-w', '3', 'web', '9')).toMatchObject({ code: 1, stderr: '' });
      expect(await run('nc', '-zvv', 'web', '9')).toMatchObject({
        code: 1,
        stderr: `nc: web (${web}:9): Connection refused\n`,
      });
      expect(await run('nc', '-z', '-v', '-w', '1', 'web', '99')).toMatchObject({
        code: 1,
        stderr: `nc: web (${web}:99): Connection timed out\n`,
      });
      expect(await run('nc', '-zv', 'nobody.default.svc.cluster.local.', '80')).toMatchObject({
        code: 1,
        stderr: "nc: bad address 'nobody.default.svc.cluster.local.'\n",
      });
      expect(await run('nc', '-z', web, 'nosuch')).toMatchObject({
        code: 1,
        stderr: "nc: bad port 'nosuch'\n",
      });
      expect((await run('nc', '-l', '-p', '80')).stderr).toContain('install nc');
    });

    it('checks a UDP port', async () => {
      expect(await run('nc', '-zuv', '-w', '1', web, '82')).toMatchObject({
        code: 0,
        stderr: `${web} (${web}:82) open\n`,
      });
      expect(await run('nc', '-zuvv', '-w', '1', web, '9')).toMatchObject({
        code: 1,
        stderr: `nc: ${web} (${web}:9): Connection refused\n`,
      });
      // Nobody says anything of what is dropped.
      expect(await run('nc', '-zuv', '-w', '1', web, '99')).toMatchObject({ code: 0 });
    });

    it('sends stdin and gives what comes back', async () => {
      expect(await sh(`printf 'a\\nb\\n' | nc ${web} 81`)).toMatchObject({ code: 0, stdout: 'a\nb\n' });
      expect(await sh(`echo hello | nc -u -w 1 ${web} 82`)).toMatchObject({ code: 0, stdout: 'hello\n' });
      expect(await sh(`printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc web 80`)).toMatchObject({
        stdout: expect.stringContaining('hello GET'),
      });
      expect(await run('nc', '-v', web, '81')).toMatchObject({
        code: 0,
        stderr: `${web} (${web}:81) open\n`,
      });
      expect(await sh(`echo hello | nc -w 1 ${web} 99`)).toMatchObject({ code: 1, stdout: '', stderr: '' });
    });
  });

  describe('nslookup', () => {
    const head = (): string => `Server:\t\t${dnsAddress}\nAddress:\t${dnsAddress}:53\n\n`;

    it('asks for addresses', async () => {
      const name = 'kubernetes.default.svc.cluster.local';
      expect(await run('nslookup', name)).toMatchObject({
        code: 0,
        stdout: `${head()}Name:\t${name}\nAddress: 10.96.0.1\n\n\n`,
        stderr: '',
      });
      const short = await run('nslookup', '-type=a', 'kubernetes');
      expect(short.stdout).toContain(`Name:\t${name}\nAddress: 10.96.0.1\n`);
      expect(short.stdout).toContain("** server can't find kubernetes.svc.cluster.local: NXDOMAIN\n");
      expect(short.code).toBe(1);
      expect((await run('nslookup', '10.96.0.1')).stdout).toBe(
        `${head()}1.0.96.10.in-addr.arpa\tname = ${name}\n\n`,
      );
      expect((await run('nslookup', '-type=srv', name)).stdout).toContain(`${name}\tservice = 0 100 443 `);
    });

    it('says what there is not', async () => {
      const gone = "** server can't find nobody.default.svc.cluster.local: NXDOMAIN\n\n";
      expect(await run('nslookup', 'nobody.default.svc.cluster.local')).toMatchObject({
        code: 1,
        stdout: `${head()}${gone}${gone}`,
      });
      expect(await run('nslookup', '-timeout=1', '-port=99', 'web.example', web)).toMatchObject({
        code: 1,
        stdout: ';; connection timed out; no servers could be reached\n\n',
      });
      expect((await run('nslookup')).code).toBe(1);
    });
  });

  describe('wget', () => {
    it('gets a page', async () => {
      expect(await run('wget', '-qO-', '-T', '2', 'http://web/')).toMatchObject({
        code: 0,
        stdout: 'hello GET \n',
        stderr: '',
      });
      expect((await run('wget', '-q', '-O', '-', '--header', 'X-Who: me', web)).stdout).toBe(
        'hello GET me\n',
      );
      expect((await sh(`cd /tmp; wget -q ${web}/page && cat page`)).stdout).toBe('hello GET \n');
      expect(await run('wget', '-q', '--spider', '-T', '2', `${web}:80/`)).toMatchObject({
        code: 0,
        stdout: '',
      });
    });

    it('says why there is none', async () => {
      const get = (url: string): Promise<ExecResult> => run('wget', '-qO-', '-T', '1', url);
      expect(await get(`http://${web}/denied`)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: 'wget: server returned error: HTTP/1.1 403 Forbidden\n',
      });
      expect(await get('http://web:9')).toMatchObject({
        code: 1,
        stderr: `wget: can't connect to remote host (${web}): Connection refused\n`,
      });
      expect(await get('http://web:99')).toMatchObject({ code: 1, stderr: 'wget: download timed out\n' });
      expect(await get('http://nobody.default.svc.cluster.local./')).toMatchObject({
        code: 1,
        stderr: "wget: bad address 'nobody.default.svc.cluster.local.'\n",
      });
    });
  });
}, ['ip', 'nft', 'curl', 'bash']);
