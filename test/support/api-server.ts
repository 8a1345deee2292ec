import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDefaults, kubeconfigText, startApi } from '../../src/lab/api/index.ts';
import type { PodRuntime } from '../../src/lab/node/index.ts';
import { createAuthority } from '../../src/lab/proxy/index.ts';
import { createStore, type Store } from '../../src/lab/store/index.ts';

/** The lab's API alone, on a port of its own, with a runtime given by the test, and the real kubectl in front of it. */
export interface ApiUnderTest {
  readonly store: Store;
  /** Starts the API's answers to kubectl; a folder of its own holds kubeconfig and cache. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<KubectlResult>;
  /** The running process, for what does not end by itself. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess;
  /** Writes a file into the folder and gives its path. */
  file(name: string, content: string): string;
  readonly kubeconfig: string;
  readonly server: string;
  readonly token: string;
  readonly caPem: string;
  close(): Promise<void>;
}

export interface KubectlOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface KubectlResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** For tests in which nothing runs. */
export const idle: PodRuntime = {
  logs: () => {
    throw new Error('not here');
  },
  exec: () => Promise.reject(new Error('not here')),
  attach: () => Promise.reject(new Error('not here')),
  portForward: () => Promise.reject(new Error('not here')),
};

/** Is there a kubectl? Tells loudly what is not checked where there is none. */
export function hasKubectl(what: string): boolean {
  const found = spawnSync('kubectl', ['version', '--client']).status === 0;
  if (!found) process.stderr.write(`NOT CHECKED: ${what}: kubectl is not installed\n`);
  return found;
}

export async function startApiUnderTest(runtime: PodRuntime): Promise<ApiUnderTest> {
  const store = createStore();
  installDefaults(store);
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  const authority = await createAuthority();
  const tls = await authority.serverCertificate(['127.0.0.1']);
  const token = 'test-token';
  const api = await startApi({ store, runtime, listeners: [{ host: '127.0.0.1', port: 0 }], tls, token });
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-api-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const server = `https://127.0.0.1:${api.ports[0]}`;
  const caPem = authority.roots;
  writeFileSync(kubeconfig, kubeconfigText({ server, caPem, token, name: 'lab' }));

  function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    return spawn('kubectl', args, {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, KUBECONFIG: kubeconfig, ...env },
    });
  }
  return {
    store,
    start,
    kubeconfig,
    server,
    token,
    caPem,
    kubectl(args, { input, env } = {}) {
      const child = start(args, env);
      if (input !== undefined) child.stdin?.end(input);
      else child.stdin?.end();
      return collect(child);
    },
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    async close() {
      await api.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a process writes until it ends. */
export function collect(child: ChildProcess): Promise<KubectlResult> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data: Buffer) => {
    stdout += data;
  });
  child.stderr?.on('data', (data: Buffer) => {
    stderr += data;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
