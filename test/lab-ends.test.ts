import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type LabUser, withLabs } from './support/lab-command.ts';

/** On a busy machine. */
const patience = 120_000;

const manifests = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: page, namespace: shop}
data: {index.html: hello}
---
apiVersion: v1
kind: Pod
metadata: {name: shell, namespace: shop}
spec:
  containers:
    - name: shell
      image: busybox
      command: [sh, -c, 'sleep 1000 & trap "" TERM HUP INT; sleep 1001']
      volumeMounts: [{name: page, mountPath: /page}]
  volumes: [{name: page, configMap: {name: page}}]
`;

/** How a lab may end. Each is given the lab's name and the process that was started by the user. */
const endings: Readonly<
  Record<string, (user: LabUser, name: string, foreground: number) => Promise<unknown>>
> = {
  'lab down': (user, name) => user.portcullis(['lab', 'down', '--name', name]),
  'Ctrl-C where it was started': async (_user, _name, foreground) => process.kill(foreground, 'SIGINT'),
  'kill -9 of the command that holds it': async (_user, _name, foreground) =>
    process.kill(foreground, 'SIGKILL'),
  'kill -9 of the parent of its namespaces': async (_user, name) => process.kill(unshareOf(name), 'SIGKILL'),
};

withLabs('a lab leaves nothing behind', (user) => {
  for (const [way, end] of Object.entries(endings)) {
    test(`after ${way}`, { timeout: patience }, async () => {
      const home = mkdtempSync(join(tmpdir(), 'lab-home-'));
      chmodSync(home, 0o777);
      const name = `ends-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
      const before = hostState();
      const env = { HOME: home, TMPDIR: home, XDG_RUNTIME_DIR: home, XDG_CACHE_HOME: home };
      const words = ['lab', 'up', '--foreground', '--name', name, '-f', '-'];
      const command = user.portcullis(words, { input: manifests, env });
      await untilReady(user, name);
      const processes = processTree(unshareOf(name));
      expect(processes.map(commandOf).filter((each) => each.includes('sleep 1000'))).not.toEqual([]);
      expect(hostState()).toEqual(before);

      await end(user, name, commandPid(name));
      await command;
      const deadline = Date.now() + 10_000;
      while (processes.some(isAlive) && Date.now() < deadline) await sleep(20);
      expect(processes.filter(isAlive).map(commandOf)).toEqual([]);
      expect(hostState()).toEqual(before);
      // Node keeps compiled code where it always does; nothing else is written.
      expect(readdirSync(home)).toEqual([]);
      rmSync(home, { recursive: true });
    });
  }
});

async function untilReady({ portcullis }: LabUser, name: string): Promise<void> {
  for (;;) {
    const { code, out } = await portcullis(['lab', 'status', '--name', name, '-o', 'json']);
    const [lab] =
      code === 0 ? (JSON.parse(out) as { labs: { pods: { ready: number; total: number } }[] }).labs : [];
    if (lab !== undefined && lab.pods.total > 1 && lab.pods.ready === lab.pods.total) return;
    await sleep(100);
  }
}

/** What of a lab could be seen from outside: mounts and interfaces. */
function hostState(): object {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes('portcullis'));
  const interfaces = readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .map((line) => line.split(':')[0]!.trim());
  return { mounts, interfaces };
}

function processIds(): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** The process that made the namespaces. */
function unshareOf(name: string): number {
  return processIds().find(
    (pid) => /^\S*unshare .*portcullis-lab/.test(commandOf(pid)) && commandOf(pid).includes(` ${name} `),
  )!;
}

/** The command that a user started and that stays. */
function commandPid(name: string): number {
  return processIds().find((pid) =>
    new RegExp(`^\\S*node .* lab up --foreground --name ${name} `).test(commandOf(pid)),
  )!;
}

function processTree(pid: number): readonly number[] {
  const children = processIds().filter((each) => parentOf(each) === pid);
  return [pid, ...children.flatMap(processTree)];
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
  } catch {
    return undefined;
  }
}
