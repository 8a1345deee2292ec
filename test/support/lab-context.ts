import type { ContainerContext } from '../../src/lab/node/index.ts';
import type { Container, Pod } from '../../src/lab/store/index.ts';
import { createNamespace, type NetworkNamespace, runProgram } from '../../src/lab/system/index.ts';

/** A container without a node: a network namespace with a loopback, files from a table, and what it logged and started. */
export interface TestContainer {
  readonly context: ContainerContext;
  readonly network: NetworkNamespace;
  readonly logged: readonly string[];
  /** What was to be started as a process; it is not. */
  readonly spawned: readonly (readonly string[])[];
  /** Runs a program in the container's network. Rejects where it ends with anything but 0. */
  readonly run: (command: string, ...args: readonly string[]) => Promise<string>;
}

export interface TestContainerOptions
  extends Partial<Pick<Container, 'command' | 'args' | 'ports' | 'image'>> {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** Makes one. Only in namespaces of its own (`inside`). */
export async function testContainer(options: TestContainerOptions = {}): Promise<TestContainer> {
  const network = createNamespace('pod');
  await runProgram(network, 'ip', ['link', 'set', 'lo', 'up']);
  const { context, logged, spawned } = testContext(network, options);
  const run = (command: string, ...args: readonly string[]): Promise<string> =>
    runProgram(network, command, args);
  return { context, network, logged, spawned, run };
}

/** The context alone, for programs that open no socket. */
export function testContext(
  network: NetworkNamespace,
  { env = {}, files = {}, ...container }: TestContainerOptions,
): Pick<TestContainer, 'context' | 'logged' | 'spawned'> {
  const logged: string[] = [];
  const spawned: (readonly string[])[] = [];
  const context: ContainerContext = {
    pod: pod(container),
    container: { name: 'web', image: 'web', ...container },
    network,
    address: '127.0.0.1',
    env,
    log: (line) => void logged.push(line),
    readFile: async (path) => files[path],
    writeFile: async () => {
      throw new Error('there are no files to write');
    },
    listDirectory: async (path) =>
      Object.keys(files)
        .filter((file) => file.startsWith(path.endsWith('/') ? path : `${path}/`))
        .map((file) => file.slice(path.replace(/\/$/, '').length + 1).split('/')[0]!)
        .sort(),
    spawn: async (words) => {
      spawned.push(words);
      return { exited: new Promise(() => {}), signal: () => {} };
    },
  };
  return { context, logged, spawned };
}

function pod(container: Omit<TestContainerOptions, 'env' | 'files'>): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web-0',
      namespace: 'shop',
      uid: '0',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: { containers: [{ name: 'web', image: 'web', ...container }] },
    status: { phase: 'Running' },
  };
}
