import { mkdirSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../src/cluster/index.ts';
import { defaultPlan, startNetwork } from '../../src/lab/network/index.ts';
import { bear } from '../../src/lab/node/birth.ts';
import { captureRules } from '../../src/lab/proxy/capture/rules.ts';
import { captureArguments, readCaptureArguments } from '../../src/lab/proxy/capture/settings.ts';
import {
  type CertificateAuthority,
  createAuthority,
  type MeshView,
  type ProxyKind,
  type ProxyProcess,
  type RunningProxy,
} from '../../src/lab/proxy/index.ts';
import { injectSidecar } from '../../src/lab/proxy/injection/inject.ts';
import type { EndpointSlice, Pod, Service, StringMap } from '../../src/lab/store/index.ts';
import {
  connectTcp,
  listenTcp,
  type NetworkNamespace,
  openListener,
  runProgram,
} from '../../src/lab/system/index.ts';
import { clusterOf } from './text-cluster.ts';

/** A pod of a test's mesh. Its application answers HTTP on 80 and 8080 with what it got, as JSON (or with what the parameter `answer` says, or after `wait` milliseconds); on 7000 HTTP/2 alone; on 9000 it sends bytes back; on 3306 it speaks first; on 9001 it hangs up on whoever speaks. */
export interface MeshPod {
  /** `NAMESPACE/NAME`; labelled `app: NAME`. */
  readonly at: string;
  readonly sidecar?: boolean;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  readonly serviceAccount?: string;
  /** False: Services leave it out. */
  readonly ready?: boolean;
  /** False: nothing listens. */
  readonly serves?: boolean;
}

/** A Service for the pods `app: NAME` of its namespace. Ports are `NAME:PORT` or `NAME:PORT:TARGET`, NAME may be empty. */
export interface MeshService {
  readonly at: string;
  readonly ports: readonly string[];
  readonly headless?: boolean;
  /** Another value of the label `app`. */
  readonly selects?: string;
}

export interface MeshOptions {
  readonly pods: readonly MeshPod[];
  readonly services: readonly MeshService[];
  /** Policies and the like, as objects. */
  readonly objects?: readonly object[];
  readonly authority?: CertificateAuthority;
}

export interface RunningPod {
  readonly address: string;
  readonly network: NetworkNamespace;
  /** What its proxy logged. */
  readonly logged: string[];
  readonly proxy: RunningProxy | undefined;
}

/** A mesh of real namespaces under one kind of proxy. */
export interface TestMesh {
  readonly pod: (at: string) => RunningPod;
  /** ClusterIP of a Service. */
  readonly address: (service: string) => string;
  /** Puts other policies into force, in place of those there were. */
  readonly apply: (objects: readonly object[]) => Promise<void>;
  /** Runs curl in a pod: what it wrote, with its exit code in place of output where it fails. */
  readonly curl: (from: string, ...args: readonly string[]) => Promise<string>;
  /** curl to a Service by name, with no DNS: `http://web.shop:80/path`. */
  readonly get: (from: string, url: string, ...args: readonly string[]) => Promise<string>;
  /** Sends a text to an address from within a pod: what came back until the other end closed or `patience` milliseconds were over, and how it ended. */
  readonly talk: (
    from: string,
    address: string,
    port: number,
    text: string,
    patience?: number,
  ) => Promise<{ readonly heard: string; readonly end: 'open' | 'closed' | 'reset' }>;
  /** What the proxy of a pod logs from the moment at which something is done, up to a line that tells of it: a process writes its log a little later. */
  readonly logOf: (at: string, line: RegExp, action: () => Promise<unknown>) => Promise<string>;
  /** What the engine is asked about. */
  readonly cluster: () => Cluster;
  readonly close: () => Promise<void>;
}

/** Starts one; only in namespaces of its own (`inside`). */
export async function startMesh(kind: ProxyKind, options: MeshOptions): Promise<TestMesh> {
  const authority = options.authority ?? (await createAuthority());
  const network = await startNetwork(defaultPlan, (error) => console.error(error));
  const links = new Map<string, RunningPod & { readonly pod: Pod }>();
  const services = options.services.map(serviceOf);
  for (const each of options.pods) {
    const link = await network.attach(each.at, { hostNetwork: false });
    const pod = podOf(each, link.address);
    if (each.serves !== false) await serveApplication(each.at, link.namespace, link.address);
    links.set(each.at, { address: link.address, network: link.namespace, logged: [], proxy: undefined, pod });
  }
  const pods = [...links.values()].map(({ pod }) => pod);
  const slices = services.map((service) => sliceOf(service, pods));
  const viewOf = (objects: readonly object[]): MeshView => ({
    cluster: clusterOf(
      [...namespacesOf(options.pods), ...pods, ...services, ...slices, ...objects].map((each) =>
        JSON.stringify(each),
      ),
    ),
    pods,
    services,
    slices,
    secrets: [],
  });
  const first = viewOf(options.objects ?? []);
  let current = first;
  await network.serve(services, slices);
  await network.enforce(first.cluster);
  for (const [at, each] of links) {
    if (options.pods.find((pod) => pod.at === at)?.sidecar !== true) continue;
    const rules = captureRules(readCaptureArguments(captureArguments(each.pod.metadata.annotations ?? {})));
    await runProgram(each.network, 'nft', ['-f', '-'], rules);
    const { address, logged } = each;
    const log = (line: string): void => void logged.push(line);
    const process = processIn(each.network, `/run/proxies/${at}`, kind.program, log);
    const context = { pod: each.pod, address, network: each.network, authority, log, process };
    const proxy = await kind.start(context, first);
    links.set(at, { ...each, proxy });
  }
  const pod = (at: string): RunningPod => links.get(at)!;
  const addressOf = (name: string): string =>
    services.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === name)!.spec.clusterIP!;
  const curl = async (from: string, ...args: readonly string[]): Promise<string> => {
    const script = 'curl -sS "$@" 2>/dev/null || printf "exit %s" $?';
    return runProgram(pod(from).network, 'sh', ['-c', script, 'sh', '--max-time', '15', ...args]);
  };
  return {
    pod,
    address: addressOf,
    apply: async (objects) => {
      const view = viewOf(objects);
      current = view;
      await network.enforce(view.cluster);
      for (const { proxy } of links.values()) proxy?.update(view);
      await Promise.all([...links.values()].map(({ proxy }) => proxy?.inForce()));
    },
    curl,
    cluster: () => current.cluster,
    logOf: async (at, line, action) => {
      const { logged } = pod(at);
      // What happened before is written first.
      await sleep(20);
      const before = logged.length;
      await action();
      const end = performance.now() + 5000;
      const written = (): readonly string[] => logged.slice(before);
      while (!written().some((each) => line.test(each)) && performance.now() < end) await sleep(10);
      return written().join('\n');
    },
    talk: (from, address, port, text, patience = 300) =>
      new Promise((resolve) => {
        const socket = connectTcp(pod(from).network, address, port);
        let heard = '';
        const finish = (end: 'open' | 'closed' | 'reset') => (): void => {
          resolve({ heard, end });
          socket.destroy();
        };
        socket.setTimeout(patience, finish('open'));
        socket.on('data', (chunk) => (heard += chunk));
        socket.on('end', finish('closed'));
        socket.on('error', finish('reset'));
        if (text !== '') socket.write(text);
      }),
    get: (from, url, ...args) => {
      const { hostname, port } = new URL(url);
      const [name, namespace] = hostname.split('.');
      const resolve = `${hostname}:${port || '80'}:${addressOf(`${namespace}/${name}`)}`;
      return curl(from, '--resolve', resolve, url, ...args);
    },
    close: async () => {
      await Promise.all([...links.values()].map(({ proxy }) => proxy?.stop(0)));
      for (const close of closers.splice(0)) close();
      await network.close();
    },
  };
}

const closers: (() => void)[] = [];

/** The process of a proxy in a pod that is a network alone. */
function processIn(
  network: NetworkNamespace,
  directory: string,
  program: string | undefined,
  log: (line: string) => void,
): ProxyProcess {
  mkdirSync(directory, { recursive: true });
  return {
    writeFile: async (path, text) => {
      const file = join(directory, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    },
    run: async (args) => {
      const born = bear({
        place: { network },
        argv: [program!, ...args],
        before: [],
        env: {},
        directory,
        streams: { stdin: false },
      });
      for (const stream of [born.stdout!, born.stderr!]) createInterface(stream).on('line', log);
      return { exited: born.exited, signal: (name) => born.kill(name) };
    },
  };
}

async function serveApplication(at: string, network: NetworkNamespace, address: string): Promise<void> {
  for (const port of [80, 8080]) {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, rawHeaders, rawTrailers } = request;
        const body = Buffer.concat(chunks).toString();
        const from = request.socket.remoteAddress;
        response.setHeader('x-app', at);
        const { searchParams } = new URL(url ?? '/', 'http://app');
        const said = { at, port, method, url, headers: rawHeaders, body, from, trailers: rawTrailers };
        const text = searchParams.get('answer') ?? JSON.stringify(said);
        setTimeout(() => response.end(text), Number(searchParams.get('wait') ?? 0));
      });
    });
    server.on('upgrade', (_, socket) => {
      socket.on('error', () => socket.destroy());
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
      socket.pipe(socket);
    });
    server.listen({ fd: openListener(network, address, port) });
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
  }
  const http2 = createHttp2Server();
  http2.on('stream', (stream, headers) => {
    stream.respond({ ':status': 200, 'x-app': at }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.on('error', () => stream.destroy());
    stream.write(JSON.stringify({ at, path: headers[':path'] }));
    stream.pipe(stream);
  });
  http2.listen({ fd: openListener(network, address, 7000) });
  closers.push(() => void http2.close());
  const echo = await listenTcp(network, address, 9000, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  const greeter = await listenTcp(network, address, 3306, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.write(`hello from ${at}\n`);
    socket.pipe(socket);
  });
  const rude = await listenTcp(network, address, 9001, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => socket.destroy());
  });
  closers.push(
    () => void rude.close(),
    () => void echo.close(),
    () => void greeter.close(),
  );
}

function namespacesOf(pods: readonly MeshPod[]): readonly object[] {
  const names = new Set(pods.map(({ at }) => at.split('/')[0]!));
  return [...names].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
}

function podOf(
  { at, sidecar, labels, annotations, serviceAccount, ready = true }: MeshPod,
  address: string,
): Pod {
  const [namespace, name] = at.split('/') as [string, string];
  const bare = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name,
      uid: at,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: name, ...labels },
      annotations: { ...annotations },
    },
    spec: { serviceAccountName: serviceAccount ?? name, containers: [{ name: 'app', image: 'app' }] },
    status: {
      phase: 'Running',
      podIP: address,
      podIPs: [{ ip: address }],
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  } as const satisfies Pod;
  return sidecar === true ? injectSidecar<Pod>(bare) : bare;
}

let made = 0;

function serviceOf({ at, ports, headless, selects }: MeshService): Service {
  const [namespace, name] = at.split('/') as [string, string];
  made += 1;
  const clusterIP = headless === true ? 'None' : `10.96.1.${made}`;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name, uid: at, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: {
      clusterIP,
      clusterIPs: [clusterIP],
      selector: { app: selects ?? name },
      ports: ports.map((text) => {
        const [portName = '', port = '', target = port] = text.split(':');
        return {
          ...(portName === '' ? {} : { name: portName }),
          port: Number(port),
          targetPort: Number(target),
          protocol: 'TCP',
        };
      }),
    },
  };
}

function sliceOf({ metadata, spec }: Service, pods: readonly Pod[]): EndpointSlice {
  const behind = pods.filter(
    (pod) => pod.metadata.namespace === metadata.namespace && pod.metadata.labels?.app === spec.selector?.app,
  );
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...metadata,
      name: `${metadata.name}-1`,
      labels: { 'kubernetes.io/service-name': metadata.name },
    },
    addressType: 'IPv4',
    endpoints: behind.map(({ metadata: own, status }) => ({
      addresses: [status.podIP!],
      conditions: {
        ready: status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true,
      },
      targetRef: { kind: 'Pod', namespace: own.namespace!, name: own.name },
    })),
    ports: (spec.ports ?? []).map(({ name, targetPort }) => ({
      name: name ?? '',
      port: Number(targetPort),
      protocol: 'TCP',
    })),
  };
}
