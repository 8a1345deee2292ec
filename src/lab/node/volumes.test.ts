import { afterAll, beforeAll, expect, it } from 'vitest';
import { inside } from '../../../test/support/inside.ts';
import { type NodeAlone, nodeAlone } from '../../../test/support/node-alone.ts';
import type { ConfigMap } from '../store/index.ts';

const sleeps = { name: 'main', image: 'any', command: ['sleep', '1000'] };
const base64 = (text: string): string => Buffer.from(text).toString('base64');

inside(import.meta.url, () => {
  let lab: NodeAlone;
  beforeAll(async () => {
    lab = await nodeAlone();
    lab.create('ConfigMap', 'config', {
      data: { one: '1', two: '2' },
      binaryData: { raw: base64('\u0000') },
    });
    lab.create('Secret', 'secret', { data: { key: base64('hidden') } });
  });
  afterAll(async () => {
    await lab.close();
    expect(lab.reports).toEqual([]);
  });
  const read = async (pod: string, ...paths: string[]): Promise<string> =>
    (await lab.exec(pod, ['cat', ...paths])).stdout;

  it('ConfigMaps and Secrets: all, items, subPath, in places that are not there', async () => {
    lab.pod('web', {
      volumes: [
        { name: 'all', configMap: { name: 'config' } },
        {
          name: 'some',
          configMap: { name: 'config', items: [{ key: 'two', path: 'deep/er/zwei', mode: 0o400 }] },
        },
        { name: 'secret', secret: { secretName: 'secret', defaultMode: 0o600 } },
        { name: 'maybe', configMap: { name: 'absent', optional: true } },
      ],
      containers: [
        {
          ...sleeps,
          volumeMounts: [
            { name: 'all', mountPath: '/etc/app/all' },
            { name: 'all', mountPath: '/usr/share/portcullis-test/one.txt', subPath: 'one' },
            { name: 'some', mountPath: '/some' },
            { name: 'secret', mountPath: '/var/run/secrets/app' },
            { name: 'maybe', mountPath: '/maybe' },
          ],
        },
      ],
    });
    await lab.untilReady('web');
    expect(await read('web', '/etc/app/all/one', '/etc/app/all/two', '/etc/app/all/raw')).toBe('12\u0000');
    expect(
      await read('web', '/usr/share/portcullis-test/one.txt', '/some/deep/er/zwei', '/run/secrets/app/key'),
    ).toBe('12hidden');
    const { stdout } = await lab.exec('web', [
      'sh',
      '-c',
      'ls /maybe; stat -Lc %a /some/deep/er/zwei /run/secrets/app/key',
    ]);
    expect(stdout).toBe('400\n600\n');
    expect((await lab.exec('web', ['touch', '/some/x'])).stderr).toContain('Read-only file system');
  });

  it('changes follow, all at one moment, but not through a subPath', async () => {
    lab.store.modify<ConfigMap>('configmaps', 'config', 'default', (current) => ({
      ...current,
      data: { one: 'I', three: 'III' },
    }));
    await expect.poll(() => read('web', '/etc/app/all/one')).toBe('I');
    expect((await lab.exec('web', ['ls', '/etc/app/all'])).stdout).toBe('one\nraw\nthree\n');
    expect(await read('web', '/usr/share/portcullis-test/one.txt')).toBe('1');
    lab.store.modify<ConfigMap>('configmaps', 'config', 'default', (current) => ({
      ...current,
      data: { one: '1', two: '2' },
    }));
  });

  it('projected, with a token, and the downward API, which follows labels', async () => {
    lab.pod(
      'projected',
      {
        serviceAccountName: 'robot',
        volumes: [
          {
            name: 'all',
            projected: {
              sources: [
                { serviceAccountToken: { path: 'token' } },
                { configMap: { name: 'config', items: [{ key: 'one', path: 'ca.crt' }] } },
                {
                  downwardAPI: {
                    items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }],
                  },
                },
              ],
            },
          },
          {
            name: 'info',
            downwardAPI: {
              items: [
                { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
                {
                  path: 'cpu',
                  resourceFieldRef: { containerName: 'main', resource: 'limits.cpu', divisor: '1m' },
                },
              ],
            },
          },
        ],
        containers: [
          {
            ...sleeps,
            resources: { limits: { cpu: '1.5' } },
            volumeMounts: [
              { name: 'all', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
              { name: 'info', mountPath: '/info' },
            ],
          },
        ],
      },
      { labels: { app: 'a' } },
    );
    await lab.untilReady('projected');
    const directory = '/var/run/secrets/kubernetes.io/serviceaccount';
    expect(await read('projected', `${directory}/namespace`, `${directory}/ca.crt`)).toBe('default1');
    expect(await read('projected', `${directory}/token`)).not.toBe('');
    expect(await read('projected', '/info/labels', '/info/cpu')).toBe('app="a"1500');
    lab.store.modify('pods', 'projected', 'default', (pod) => ({
      ...pod,
      metadata: { ...pod.metadata, labels: { app: 'b' } },
    }));
    await expect.poll(() => read('projected', '/info/labels')).toBe('app="b"');
  });

  it('the environment', async () => {
    lab.pod(
      'env',
      {
        containers: [
          {
            ...sleeps,
            command: ['sh', '-c', 'env; echo "$1"; exec sleep 1000', 'sh'],
            args: ['[$(COLOUR) $$(COLOUR) $(NOBODY)]'],
            envFrom: [
              { prefix: 'C_', configMapRef: { name: 'config' } },
              { secretRef: { name: 'absent', optional: true } },
            ],
            env: [
              { name: 'COLOUR', value: 'blue' },
              { name: 'TEXT', value: '$(COLOUR) $(C_one) $$(x) $(NOBODY)' },
              { name: 'KEY', valueFrom: { secretKeyRef: { name: 'secret', key: 'key' } } },
              {
                name: 'NONE',
                valueFrom: { configMapKeyRef: { name: 'config', key: 'none', optional: true } },
              },
              { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
              { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
              { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
            ],
          },
        ],
      },
      { labels: { app: 'shop' } },
    );
    const { status } = await lab.untilReady('env');
    await expect.poll(() => lab.logs('env')).toContain('[blue $(COLOUR) $(NOBODY)]\n');
    const lines = (await lab.logs('env')).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'C_one=1',
        'C_two=2',
        'TEXT=blue 1 $(x) $(NOBODY)',
        'KEY=hidden',
        'APP=shop',
        `IP=${status.podIP}`,
        'NODE=portcullis-lab',
        'HOSTNAME=env',
      ]),
    );
    expect(lines.join()).not.toContain('NONE');
  });

  it('waits for what is missing and goes on when it comes', async () => {
    lab.pod('patient', {
      volumes: [{ name: 'later', configMap: { name: 'later' } }],
      containers: [
        {
          ...sleeps,
          env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'later', key: 'x' } } }],
          volumeMounts: [{ name: 'later', mountPath: '/later' }],
        },
      ],
    });
    const mount = 'MountVolume.SetUp failed for volume "later" : configmap "later" not found';
    await expect.poll(() => lab.events('patient')).toContain(`FailedMount: ${mount}`);
    expect(lab.get('patient')!.status.containerStatuses![0]!.state.waiting).toEqual({
      reason: 'ContainerCreating',
      message: mount,
    });
    lab.create('ConfigMap', 'later', { data: { file: 'here' } });
    await lab.until('patient', ({ status }) => {
      const { waiting } = status.containerStatuses![0]!.state;
      return (
        waiting?.reason === 'CreateContainerConfigError' && waiting.message === 'secret "later" not found'
      );
    });
    lab.create('Secret', 'later', { data: { x: base64('y') } });
    await lab.untilReady('patient');
    expect((await lab.exec('patient', ['sh', '-c', 'echo $X; cat /later/file'])).stdout).toBe('y\nhere');
  });

  it('refuses the files of the host, and says why', async () => {
    lab.pod('curious', {
      volumes: [{ name: 'host', hostPath: { path: '/etc' } }],
      containers: [{ ...sleeps, volumeMounts: [{ name: 'host', mountPath: '/host' }] }],
    });
    await expect.poll(() => lab.events('curious').join()).toContain('hostPath /etc is refused');
  });

  it('resolv.conf, hosts and hostname', async () => {
    lab.pod('named', {
      hostname: 'me',
      subdomain: 'us',
      hostAliases: [{ ip: '192.0.2.1', hostnames: ['there', 'over'] }],
      dnsConfig: { searches: ['example.com'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] },
      containers: [sleeps],
    });
    const { status } = await lab.untilReady('named');
    expect(await read('named', '/etc/resolv.conf')).toBe(
      'search default.svc.cluster.local svc.cluster.local cluster.local example.com\nnameserver 10.96.0.10\noptions ndots:2 edns0\n',
    );
    const hosts = await read('named', '/etc/hosts');
    expect(hosts).toContain(`${status.podIP}\tme.us.default.svc.cluster.local\tme\n`);
    expect(hosts).toContain('192.0.2.1\tthere\tover\n');
    expect((await lab.exec('named', ['hostname'])).stdout).toBe('me\n');
  });
}, ['unshare', 'setpriv', 'setsid', 'ip']);
