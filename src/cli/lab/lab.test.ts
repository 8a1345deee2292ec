import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandRun, withLabs } from '../../../test/support/lab-command.ts';
import { findProgram } from './find-program.ts';

/** On a busy machine: a hook that is given up would leave its lab behind. */
const patience = 120_000;

const manifests = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.k8s.io/e2e-test-images/agnhost:2.47
          args: [netexec]
          ports: [{containerPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop, labels: {app: client}}
spec:
  containers: [{name: client, image: curlimages/curl, command: [sleep, infinity]}]
`;

const broken = `${manifests}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: wrong, namespace: shop}
spec: {podSelector: {matchLabels: {app: 7}}}
---
apiVersion: v1
kind: Pod
metadata: {name: chatty, namespace: shop}
spec: {containers: [{name: c, image: busybox, command: [sh, -c, 'while :; do echo tick; sleep 0.2; done']}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once, namespace: shop}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: ['true']}]}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: later, namespace: shop}
spec: {suspend: true, template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}}}
`;

const denyAll = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny-all, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
`;

const hasKubectl = findProgram('kubectl', process.env) !== undefined;
if (!hasKubectl) console.warn('NOT CHECKED: lab drops and lab shell: kubectl is not installed');

withLabs(
  'a lab by its verbs',
  ({ portcullis, run }) => {
    const name = `verbs-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
    const lab = (verb: string, ...words: string[]): Promise<CommandRun> =>
      portcullis(['lab', verb, '--name', name, ...words]);
    let up: CommandRun;
    let processes: readonly number[] = [];

    beforeAll(async () => {
      // An ordinary user's, on Debian: without the directories of nft and ip.
      const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };
      up = await portcullis(['lab', 'up', '--name', name, '-f', '-'], { input: broken, env });
      processes = processesOf(name);
    }, patience);
    afterAll(async () => {
      await lab('down');
    }, patience);

    test('up applies what is good, tells what is not with its place, and says how to go on', () => {
      expect(up.err).toContain('NetworkPolicy shop/wrong: spec.podSelector.matchLabels.app must be a string');
      expect(up.err).toContain('-:36:36');
      expect(up.out).toMatch(new RegExp(`^Lab ${name} is up: \\d+ pods ready after`));
      expect(up.out).toContain(`portcullis lab kubectl --name ${name} get pods -A`);
      expect(up.code).toBe(65);
    });

    test('up and status say what the sidecars are', async () => {
      const said =
        /^sidecars: (.*?)(; portcullis lab doctor says how to get Envoy)?$/m.exec(up.err)?.[1] ?? '';
      expect(said).toMatch(/^(Envoy \d+\.\d+\.\d+|built-in)$/);
      const { out } = await portcullis(['lab', 'status', '--name', name]);
      expect(out).toMatch(new RegExp(`PROXY[^]*\n${name} .* ${said} `));
      const { labs } = JSON.parse((await portcullis(['lab', 'status', '--name', name, '-o', 'json'])).out);
      expect(labs[0].proxy.kind).toBe(said === 'built-in' ? 'built-in' : 'envoy');
    });

    test('--proxy built-in needs nothing, and one of another name is a mistake', async () => {
      const own = await portcullis(['lab', 'up', '--empty', '--name', `${name}-own`, '--proxy', 'built-in']);
      expect(own.err).toMatch(/^sidecars: built-in$/m);
      await portcullis(['lab', 'down', '--name', `${name}-own`]);
      expect((await portcullis(['lab', 'up', '--empty', '--proxy', 'nginx'])).code).toBe(64);
    });

    test('a name that is taken is refused', async () => {
      const again = await portcullis(['lab', 'up', '--empty', '--name', name]);
      expect(again.err).toContain(`a lab called ${name} is running already`);
      expect(again.code).toBe(65);
    });

    test('status', async () => {
      const { out, code } = await lab('status', '-o', 'json');
      expect(code).toBe(0);
      const { labs } = JSON.parse(out);
      expect(labs).toHaveLength(1);
      expect(labs[0]).toMatchObject({ name, sidecars: 0, drops: 0, waiting: [] });
      expect((await lab('status')).out).toMatch(new RegExp(`^NAME.*\n${name} `));
    });

    test('exec: output, exit codes, standard input, workloads by name', async () => {
      const hello = await lab('exec', 'shop/client', '--', 'curl', '-sS', 'http://web.shop/hostname');
      expect(hello).toMatchObject({ code: 0, err: '' });
      expect(hello.out).toMatch(/^web-/);
      const failed = await lab(
        'exec',
        'client',
        '-n',
        'shop',
        '--',
        'sh',
        '-c',
        'echo out; echo err >&2; exit 7',
      );
      expect(failed).toEqual({ code: 7, out: 'out\n', err: 'err\n' });
      const piped = await portcullis(['lab', 'exec', '--name', name, '-i', 'shop/client', '--', 'cat'], {
        input: 'through\n',
      });
      expect(piped.out).toBe('through\n');
      const nobody = await lab('exec', 'shop/clint', '--', 'true');
      expect(nobody.err).toContain('the lab has no pod or workload shop/clint\n  closest:\n    shop/client');
      expect(nobody.code).toBe(65);
    });

    test('exec and logs -f end when nobody reads them any more', async () => {
      const piped = (...words: string[]): Promise<CommandRun> =>
        run([
          ...['bash', '-c', '"$@" | head -n 1; echo $PIPESTATUS', 'bash', process.execPath],
          ...['src/cli/main.ts', 'lab', ...words],
        ]);
      const endless = await piped('exec', '--name', name, 'shop/client', '--', 'yes');
      expect(endless).toEqual({ code: 0, out: 'y\n141\n', err: '' });
      const followed = await piped('logs', '--name', name, 'shop/chatty', '-f');
      expect(followed).toEqual({ code: 0, out: 'tick\n0\n', err: '' });
    });

    test('the client outside', async () => {
      const address = await lab('exec', 'shop/web', '--', 'hostname', '-i');
      const { out } = await lab(
        'exec',
        'outside',
        '--',
        'curl',
        '-sS',
        `http://${address.out.trim()}:8080/clientip`,
      );
      expect(out).toMatch(/^203\.0\.113\.10:/);
    });

    test('logs', async () => {
      const { out, code } = await lab('logs', 'shop/deploy/web', '--tail', '1');
      expect(code).toBe(0);
      expect(out).toMatch(/^[^\n]+\n$/);
      expect((await lab('logs', 'shop/web', '-c', 'nobody')).err).toContain('nobody');
    });

    test.skipIf(!hasKubectl)('drops: what a policy dropped, in words, wide and as JSON', async () => {
      expect((await lab('drops')).out).toBe('no policy has dropped a packet\n');
      const applied = await portcullis(['lab', 'kubectl', '--name', name, 'apply', '-f', '-'], {
        input: denyAll,
      });
      expect(applied.out).toContain('networkpolicy.networking.k8s.io/deny-all created');
      const call = await lab(
        'exec',
        'shop/client',
        '--',
        'curl',
        '-sS',
        '--max-time',
        '2',
        'http://web.shop/',
      );
      expect(call.code).toBe(28);
      expect((await lab('drops')).out).toMatch(
        /ingress +shop\/client +shop\/web-\S+:8080 +TCP +NetworkPolicy shop\/deny-all\n/,
      );
      expect((await lab('drops', '-o', 'wide')).out).toMatch(/DESTINATION\n.*10\.244\.\d+\.\d+:8080\n/);
      const { drops } = JSON.parse((await lab('drops', '-o', 'json', '--since', '1h')).out);
      expect(drops[0]).toMatchObject({ pod: expect.stringMatching(/^shop\/web-/), protocol: 'TCP' });
    });

    test.skipIf(!hasKubectl)('shell: kubectl, the verbs, and istioctl in it mean this lab', async () => {
      const home = mkdtempSync(join(tmpdir(), 'portcullis-home-'));
      chmodSync(home, 0o777);
      const { out } = await portcullis(['lab', 'shell', '--name', name], {
        input: `kubectl get ns shop -o name; portcullis lab status | grep "^${name} "; echo "$KUBECONFIG"\n`,
        env: { SHELL: '/bin/sh', HOME: home },
      });
      expect(readdirSync(home)).toEqual([]);
      rmSync(home, { recursive: true });
      expect(out).toMatch(
        new RegExp(`^namespace/shop\n${name} .*\n/proc/\\d+/root/run/portcullis/kubeconfig\n$`),
      );
    });

    test.skipIf(!hasKubectl)('the node is of the version that the API server says', async () => {
      const { gitVersion } = JSON.parse((await lab('kubectl', 'get', '--raw', '/version')).out);
      const { items } = JSON.parse((await lab('kubectl', 'get', 'nodes', '-o', 'json')).out);
      expect(items[0].status.nodeInfo.kubeletVersion).toBe(gitVersion);
    });

    test.skipIf(!hasKubectl)('authz check and proxy-config log, of a proxy', async () => {
      const input = `apiVersion: v1
kind: Namespace
metadata: {name: mesh, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: server, namespace: mesh}
spec: {containers: [{name: nginx, image: nginx}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: deny-all, namespace: mesh}
spec: {action: DENY, rules: [{}]}
`;
      const applied = await portcullis(['lab', 'kubectl', '--name', name, 'apply', '-f', '-'], { input });
      expect(applied).toMatchObject({ code: 0 });
      await lab('kubectl', ...'wait -n mesh pod/server --for=condition=Ready --timeout=30s'.split(' '));
      expect(await portcullis(['authz', 'check', 'pod/server.mesh', '--name', name])).toMatchObject({
        out: 'ACTION   AuthorizationPolicy   RULES\nDENY     deny-all.mesh         1\n',
        err: '',
        code: 0,
      });
      const words = ['proxy-config', 'log', 'server', '-n', 'mesh', '--name', name];
      const set = await portcullis([...words, '--level', 'error,rbac:debug']);
      expect(set.out).toMatch(
        /^server\.mesh:\nactive loggers:\n {2}a2a: error\n[\s\S]* {2}rbac: debug\n[\s\S]*\n\n$/,
      );
      expect(await portcullis([...words, '--level', 'rbac:trace,verbose'])).toMatchObject({
        out: '',
        err: 'Error: unrecognized logging level: verbose\n',
        code: 1,
      });
      expect((await portcullis(words)).out).toBe(set.out);
    });

    test('names that are not there', async () => {
      const missing = await portcullis(['lab', 'status', '--name', 'no-such-lab']);
      expect(missing.err).toContain('no lab is called no-such-lab\n  running: ');
      expect(missing.code).toBe(65);
      const gone = 'failed retrieving: deployments.apps "nope" not found in the "shop" namespace';
      for (const [pod, words] of [
        ['nope.shop', 'failed to get config dump from pod nope in shop'],
        ['deploy/nope.shop', gone],
        ['deploy/nope -n shop', gone],
      ] as const) {
        const { err, code } = await lab('istioctl', ...`x authz check ${pod}`.split(' '));
        expect({ err, code }).toEqual({ err: `Error: ${words}\n`, code: 1 });
      }
      expect((await portcullis(['lab', 'up', '--name', 'No Name', '--empty'])).code).toBe(64);
    });

    test('down leaves nothing behind', async () => {
      expect(processes.length).toBeGreaterThan(0);
      const { out, code } = await lab('down');
      expect({ out, code }).toEqual({ out: `Lab ${name} has ended\n`, code: 0 });
      expect(processesOf(name)).toEqual([]);
      expect((await lab('down')).code).toBe(65);
    });
  },
  ['curl'],
);

/** Processes with the lab's name on their command line, but for this test's own. */
function processesOf(name: string): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      try {
        return readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(`portcullis-lab\0${name}\0`);
      } catch {
        return false;
      }
    })
    .map(Number);
}
