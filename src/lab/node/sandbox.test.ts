import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inside } from '../../../test/support/inside.ts';
import { type NodeAlone, nodeAlone } from '../../../test/support/node-alone.ts';
import { ownNamespace } from '../system/index.ts';
import { createBox } from './box.ts';
import { createSandbox } from './sandbox.ts';
import { findTools } from './tools.ts';

/** A tmpfs in the place of one of the machine's directories, seen by this test alone: files of the user's that he may write. */
function ownFiles(path: string): void {
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', path]);
  writeFileSync(`${path}/mine`, 'mine');
}

inside(import.meta.url, () => {
  let lab: NodeAlone;

  beforeAll(async () => {
    ownFiles('/opt');
    ownFiles('/mnt');
    mkdirSync('/mnt/below');
    ownFiles('/mnt/below');
    mkdirSync('/run/portcullis', { recursive: true });
    writeFileSync('/run/portcullis/kubeconfig', 'token of the lab');
    lab = await nodeAlone();
    lab.create('Secret', 'theirs', { data: { key: Buffer.from('of another pod').toString('base64') } });
    lab.pod('other', {
      containers: [
        {
          name: 'other',
          image: 'any',
          command: ['sleep', '1000'],
          volumeMounts: [{ name: 's', mountPath: '/theirs' }],
        },
      ],
      volumes: [{ name: 's', secret: { secretName: 'theirs' } }],
    });
    lab.pod('victim', { containers: [{ name: 'victim', image: 'any', command: ['sleep', '1000'] }] });
    lab.pod('web', { containers: [{ name: 'web', image: 'any', command: ['sleep', '1000'] }] });
    await Promise.all(['other', 'victim', 'web'].map((name) => lab.untilReady(name)));
  });
  afterAll(() => lab.close());

  it('rm -rf in a pod reaches nothing of the user', async () => {
    const listed = ['/opt', '/mnt', '/mnt/below', '/etc', '/usr/share'].map((path) => readdirSync(path));
    const { stdout } = await lab.exec('victim', [
      'sh',
      '-c',
      'cat /opt/mine /mnt/mine; rm -rf /opt /mnt /etc /usr/share/doc 2>/dev/null; echo; ls /opt',
    ]);
    expect(stdout).toBe('minemine\n');
    expect(['/opt', '/mnt', '/mnt/below', '/etc', '/usr/share'].map((path) => readdirSync(path))).toEqual(
      listed,
    );
    for (const path of ['/opt/mine', '/mnt/mine', '/mnt/below/mine']) {
      expect(readFileSync(path, 'utf8')).toBe('mine');
    }
    expect(existsSync('/etc/passwd')).toBe(true);
  });

  it('what a pod writes is its own', async () => {
    await lab.exec('web', ['sh', '-c', 'echo changed > /opt/mine; echo new > /opt/new; touch /new']);
    expect((await lab.exec('web', ['cat', '/opt/mine', '/opt/new'])).stdout).toBe('changed\nnew\n');
    expect(readFileSync('/opt/mine', 'utf8')).toBe('mine');
    expect(existsSync('/opt/new') || existsSync('/new')).toBe(false);
    expect((await lab.exec('other', ['cat', '/opt/mine'])).stdout).toBe('mine');
  });

  it('a pod sees neither the files of the lab nor those of another pod', async () => {
    const search =
      'grep -rsl -e "token of the lab" -e "of another pod" /run /tmp /var /dev/shm /theirs 2>/dev/null';
    expect((await lab.exec('web', ['sh', '-c', search])).stdout).toBe('');
    expect((await lab.exec('other', ['sh', '-c', search])).stdout).toMatch(/^\/theirs\/\.\.\S+\/key\n$/);
    const { stdout } = await lab.exec('web', ['sh', '-c', 'ls /run /run/portcullis 2>&1']);
    expect(stdout).toContain("'/run/portcullis': No such file or directory");
    expect((await lab.exec('web', ['cat', '/proc/self/mountinfo'])).stdout).not.toContain('/kubeconfig');
  });

  it('a pod has its own processes, host name and network', async () => {
    const { stdout } = await lab.exec('web', [
      'sh',
      '-c',
      'cat /proc/1/cmdline; echo; hostname; cat /etc/hostname',
    ]);
    expect(stdout).toBe('sleep\u00001000\u0000\nweb\nweb\n');
    const address = lab.get('web')!.status.podIP!;
    expect((await lab.exec('web', ['ip', '-brief', 'address'])).stdout).toContain(address);
    expect((await lab.exec('web', ['ls', '/sys/class/net'])).stdout).toBe('eth0\nlo\n');
  });

  it('a pod cannot mount, nor change the kernel or its own network', async () => {
    const tries = [
      'umount /proc',
      'mount -t tmpfs tmpfs /mnt',
      'mount -o remount,rw /mnt',
      'echo 1 > /proc/sys/kernel/panic',
      'ip address add 10.0.0.1/32 dev lo',
    ];
    for (const each of tries) {
      const { code } = await lab.exec('web', ['sh', '-c', each]);
      expect(code, each).not.toBe(0);
    }
  });

  it('makes /dev, /tmp and the pipes of a container as programs expect them', async () => {
    const script = [
      'echo out > /dev/stdout; echo err > /dev/stderr; echo gone > /dev/null',
      'head -c 4 /dev/zero | wc -c; test -c /dev/urandom && test -p /dev/stdout && echo devices',
      'touch /tmp/x /run/x /var/log/nginx/x /dev/shm/x /root/x && echo written',
    ].join('; ');
    const { stdout, stderr } = await lab.exec('web', ['sh', '-c', script]);
    expect(stdout).toBe('out\n4\ndevices\nwritten\n');
    expect(stderr).toBe('err\n');
  });

  it('has the outside client in a namespace of its own', async () => {
    const { Writable } = await import('node:stream');
    let text = '';
    const stdout = new Writable({
      write(bytes, _encoding, done) {
        text += bytes;
        done();
      },
    });
    const { signal } = new AbortController();
    const command = ['sh', '-c', 'hostname; ip -brief address show eth0'];
    expect(await lab.node.execInOutside(command, { stdout, terminal: false, signal })).toEqual({ code: 0 });
    expect(text).toMatch(/^outside\neth0\S+ +UP +203\.0\.113\.10\/32/);
  });

  it('what the kernel makes no overlay of can be read, with what is mounted below, and not written', async () => {
    const box = createBox({
      sandbox: createSandbox(ownNamespace, 'bound'),
      tools: findTools(),
      capabilities: [],
      root: () => ({
        stage: '/run/portcullis/node/stage',
        tree: [
          ...(['usr', 'mnt'] as const).map((name) => ({ name, kind: 'bind', lower: `/${name}` }) as const),
          ...(['bin', 'lib', 'lib64'] as const)
            .filter((name) => lstatSync(`/${name}`, { throwIfNoEntry: false })?.isSymbolicLink())
            .map((name) => ({ name, kind: 'link', target: `usr/${name}` }) as const),
        ],
        emptied: [],
        files: [],
        mounts: [],
      }),
    });
    const script = 'cat /mnt/mine /mnt/below/mine; rm -rf /mnt; echo > /mnt/below/mine; echo > /usr/new';
    const born = await box.join({
      argv: ['sh', '-c', script],
      env: {},
      directory: '/',
      streams: { stdin: false },
    });
    let text = '';
    born.stdout!.on('data', (bytes) => {
      text += bytes;
    });
    born.stderr!.resume();
    expect((await born.exited).code).not.toBe(0);
    expect(text).toBe('minemine');
    for (const path of ['/mnt/mine', '/mnt/below/mine']) expect(readFileSync(path, 'utf8')).toBe('mine');
    await box.close();
  });

  it('leaves nothing behind', async () => {
    for (const name of ['other', 'victim', 'web']) {
      lab.store.delete('pods', name, 'default', { gracePeriodSeconds: 0 });
    }
    await Promise.all(['other', 'victim', 'web'].map((name) => lab.untilGone(name)));
    await expect.poll(() => readdirSync('/run/portcullis/node/pods')).toEqual([]);
    const sleeping = (): string[] =>
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .filter((pid) => existsSync(`/proc/${pid}/cmdline`))
        .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('sleep\u00001000'));
    await expect.poll(sleeping).toEqual([]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain('overlay');
    expect(lab.reports).toEqual([]);
  });
}, ['unshare', 'setpriv', 'setsid', 'ip', 'mount']);
