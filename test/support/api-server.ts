import 'reflect-metadata';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { installDefaults, kubeconfigText, startApi } from '../../src/lab/api/index.ts';
import type { PodRuntime } from '../../src/lab/node/index.ts';
import { createStore, type Store } from '../../src/lab/store/index.ts';

/** The lab's API alone, on a port of its own, with a runtime given by the test, and the real kubectl in front of it. */
export interface ApiUnderTest {
  readonly store: Store;
  /** Starts the API's answers to kubectl; a folder of its own holds kubeconfig and cache. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<KubectlResult>;
  /** The running process, for what does not end by itself. */
  start(args: readonly string[]): ChildProcess;
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
  const tls = await serverCertificate();
  const token = 'test-token';
  const api = await startApi({ store, runtime, listeners: [{ host: '127.0.0.1', port: 0 }], tls, token });
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-api-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const server = `https://127.0.0.1:${api.ports[0]}`;
  const caPem = tls.certificate;
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

async function serverCertificate(): Promise<{ readonly key: string; readonly certificate: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=test',
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    keys: keys as never,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }]),
      new x509.BasicConstraintsExtension(true),
    ],
  });
  const exported = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const key = x509.PemConverter.encode(exported, 'PRIVATE KEY');
  return { key, certificate: certificate.toString('pem') };
}
