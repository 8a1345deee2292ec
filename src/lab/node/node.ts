import { mkdir } from 'node:fs/promises';
import { type Pod, recordEvent, type Store } from '../store/index.ts';
import { createBox } from './box.ts';
import { capabilitiesOf } from './capabilities.ts';
import { baseEnvironment, type CommandPlace } from './command.ts';
import { execute } from './exec.ts';
import { readHostTree } from './host-tree.ts';
import type { NodeContext, NodeNetwork } from './node-context.ts';
import { type PodRunner, startPod } from './pod.ts';
import { podRuntime } from './runtime.ts';
import { createSandbox } from './sandbox.ts';
import { findTools } from './tools.ts';
import type { ExecStreams, Exit, ImageTable, PodRuntime } from './types.ts';

export interface NodeOptions {
  readonly store: Store;
  readonly network: NodeNetwork;
  readonly images: ImageTable;
  /** On a tmpfs; the node makes directories of its own in it. */
  readonly directory: string;
  /** The token for a pod's service account and an audience (the API's own where it's undefined). Without this function: a text that no server takes. */
  readonly serviceAccountToken?: (pod: Pod, audience: string | undefined) => string;
  /** Hears of mistakes of the lab itself. */
  readonly report?: (where: string, error: unknown) => void;
}

/** The lab's node at work. */
export interface LabNode extends PodRuntime {
  /** Runs a command as the client beyond the cluster would. */
  execInOutside(command: readonly string[], streams: ExecStreams): Promise<Exit>;
  /** Runs a command in the node's own network. */
  execInNode(command: readonly string[], streams: ExecStreams): Promise<Exit>;
  /** Ends all pods at once, without a word to the store. */
  close(): Promise<void>;
}

/** ConfigMaps and Secrets change in bursts; their volumes follow after so long. */
const refreshMilliseconds = 100;

/**
 * The lab's kubelet: runs the pods that are bound to its node, writes their status and their events, and finishes those that are to be deleted. Throws where a program of util-linux is missing.
 */
export async function startNode(options: NodeOptions): Promise<LabNode> {
  const { store, network, images } = options;
  const { nodeName } = network.plan;
  const directory = `${options.directory}/node`;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const pods = new Map<string, PodRunner>();
  /** By namespace and name: the end of the last pod of that name. */
  const ends = new Map<string, Promise<void>>();
  const stale = new Set<string>();
  let refreshing: NodeJS.Timeout | undefined;
  const closing = new AbortController();

  const node: NodeContext = {
    store,
    network,
    images,
    tools: findTools(),
    tree: await readHostTree(directory),
    directory,
    closing: closing.signal,
    serviceAccountToken: options.serviceAccountToken ?? (() => 'no-token'),
    record(pod, note) {
      if (!closing.signal.aborted) recordEvent(store, pod, { ...note, component: 'kubelet', host: nodeName });
    },
    report: options.report ?? (() => {}),
  };
  const outside = commandPlace(node, network.outside, 'outside');
  const own = commandPlace(node, network.node, nodeName);

  function follow(pod: Pod): void {
    const { uid, namespace, name } = pod.metadata;
    if (pod.spec.nodeName !== nodeName || closing.signal.aborted) return;
    const known = pods.get(uid);
    if (known !== undefined) {
      known.update(pod);
      return;
    }
    const key = `${namespace}/${name}`;
    const runner = startPod(node, pod, ends.get(key) ?? Promise.resolve());
    pods.set(uid, runner);
    ends.set(key, runner.ended);
    void runner.ended.then(() => {
      if (ends.get(key) === runner.ended) ends.delete(key);
    });
  }

  /** Only now: a pod that has ended is still there while finalizers hold it, and must not be started again. */
  function forget(uid: string): void {
    void pods.get(uid)?.kill();
    pods.delete(uid);
  }

  function refreshNamespace(namespace: string | undefined): void {
    stale.add(namespace ?? 'default');
    refreshing ??= setTimeout(() => {
      refreshing = undefined;
      for (const runner of pods.values()) {
        if (stale.has(runner.pod().metadata.namespace ?? 'default')) runner.refresh();
      }
      stale.clear();
    }, refreshMilliseconds);
  }

  const stops = [
    store.subscribe('pods', ({ type, object }) => {
      if (type === 'DELETED') forget(object.metadata.uid);
      else follow(object as Pod);
    }),
    ...['configmaps', 'secrets'].map((resource) =>
      store.subscribe(resource, ({ object }) => refreshNamespace(object.metadata.namespace)),
    ),
  ];
  for (const pod of store.list<Pod>('pods')) follow(pod);

  return {
    ...podRuntime(store, node.tools.setsid, (pod) => pods.get(pod.metadata.uid)),
    execInOutside: (command, streams) => execute(outside, node.tools.setsid, command, streams),
    execInNode: (command, streams) => execute(own, node.tools.setsid, command, streams),
    async close() {
      closing.abort();
      for (const stop of stops) stop();
      clearTimeout(refreshing);
      for (const runner of pods.values()) void runner.kill();
      await Promise.all(ends.values());
      await Promise.all([outside.box.close(), own.box.close()]);
    },
  };
}

/** A place for commands that belong to no pod, with a root like a container's. */
function commandPlace(node: NodeContext, network: NodeNetwork['node'], hostname: string): CommandPlace {
  const box = createBox({
    sandbox: createSandbox(network, hostname),
    tools: node.tools,
    capabilities: capabilitiesOf({ name: hostname, image: '' }),
    root: () => ({
      stage: `${node.directory}/stage`,
      tree: node.tree,
      emptied: [],
      files: [
        { path: '/etc/resolv.conf', text: '' },
        { path: '/etc/hosts', text: '127.0.0.1\tlocalhost\n' },
        { path: '/etc/hostname', text: `${hostname}\n` },
      ],
      mounts: [],
    }),
  });
  return { box, env: baseEnvironment(hostname), directory: '/' };
}
