import { type Pod, timestamp } from '../store/index.ts';
import type { NetworkNamespace } from '../system/index.ts';
import { type ContainerRunner, createContainer } from './container.ts';
import type { NodeContext, NodeLink } from './node-context.ts';
import { runInOrder, stopAll } from './order.ts';
import { hostnameOf } from './pod-files.ts';
import type { PodHost } from './pod-host.ts';
import { type PodFacts, podStatus } from './pod-status.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { VolumeError } from './volume-content.ts';
import { createVolumes } from './volumes.ts';
import { aborted, createDeadline } from './waiting.ts';

/** A pod of the node from its start to its end. */
export interface PodRunner {
  readonly uid: string;
  /** The object as it was last. */
  readonly pod: () => Pod;
  /** In the order of the spec, init containers first. */
  readonly containers: readonly ContainerRunner[];
  /** While it has one. */
  readonly network: () => NetworkNamespace | undefined;
  /** The object is another one now; that it is to be deleted is said by it, too. */
  update(pod: Pod): void;
  /** A ConfigMap or a Secret of its namespace has changed. */
  refresh(): void;
  /** Ends it at once: the object is gone, or the lab goes. */
  kill(): Promise<void>;
  /** Resolves when nothing of it is left. */
  readonly ended: Promise<void>;
}

const retryMilliseconds = 5000;
const usualGraceSeconds = 30;

/** Starts a pod that is bound to the node, after `before`: the end of another that had its name. */
export function startPod(node: NodeContext, first: Pod, before: Promise<unknown>): PodRunner {
  const { name, namespace = 'default', uid } = first.metadata;
  const key = `${namespace}/${name}`;
  const startTime = timestamp();
  const halted = new AbortController();
  const deleted = new AbortController();
  const grace = createDeadline();
  const waiters = new Set<() => void>();
  let pod = first;
  let link: NodeLink | undefined;
  let sandbox: Sandbox | undefined;
  let torn = false;
  let failure: PodFacts['failure'];
  let scheduled = false;

  const volumes = createVolumes(`${node.directory}/pods/${uid}`, () => ({
    store: node.store,
    place: { podIP: link?.address ?? '', hostIP: node.network.plan.nodeAddress },
    serviceAccountToken: node.serviceAccountToken,
  }));
  const host: PodHost = {
    node,
    pod: () => pod,
    get link() {
      return link!;
    },
    get sandbox() {
      return sandbox!;
    },
    hostname: hostnameOf(first, node.network.plan.nodeName),
    volumes,
    changed,
    nextChange,
  };
  const { containers, initContainers = [] } = first.spec;
  const waiting = initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating';
  const init = initContainers.map(({ name, restartPolicy }) =>
    createContainer(host, name, restartPolicy === 'Always' ? 'sidecar' : 'init', waiting),
  );
  const main = containers.map(({ name }) => createContainer(host, name, 'main', waiting));
  const all = [...init, ...main];
  const sidecars = new Set(init.filter(({ kind }) => kind === 'sidecar').map((each) => each.name));

  function changed(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(writeStatus);
  }

  function writeStatus(): void {
    scheduled = false;
    wake();
    if (node.closing.aborted) return;
    const facts: PodFacts = {
      address: link?.address,
      hostIP: node.network.plan.nodeAddress,
      startTime,
      init: init.map((each) => each.status()),
      main: main.map((each) => each.status()),
      sidecars,
      ...(failure !== undefined && { failure }),
    };
    try {
      node.store.modify<Pod>(
        'pods',
        name,
        namespace,
        (current) =>
          current.metadata.uid === uid
            ? { ...current, status: podStatus(current, facts, timestamp()) }
            : undefined,
        'status',
      );
    } catch (error) {
      node.report(`status of pod ${key}`, error);
    }
  }

  function wake(): void {
    const listeners = [...waiters];
    waiters.clear();
    for (const each of listeners) each();
  }

  function nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        waiters.delete(done);
        resolve();
      };
      waiters.add(done);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }

  /** Network and volumes; false where the pod is to end before it has them. */
  async function setUp(): Promise<boolean> {
    while (!halted.signal.aborted) {
      try {
        link ??= await node.network.attach(key, { hostNetwork: pod.spec.hostNetwork === true });
        sandbox ??= createSandbox(link.namespace, host.hostname);
        changed();
        await volumes.setUp(pod);
        return true;
      } catch (error) {
        const { message } = error as Error;
        const refused = error instanceof VolumeError;
        node.record(pod, {
          type: 'Warning',
          reason: refused ? 'FailedMount' : 'FailedCreatePodSandBox',
          message: refused ? message : `Failed to create pod sandbox: ${message}`,
        });
        for (const each of all) each.hold(message);
        await nextChange(AbortSignal.any([halted.signal, AbortSignal.timeout(retryMilliseconds)]));
      }
    }
    return false;
  }

  async function runContainers(): Promise<void> {
    const { activeDeadlineSeconds } = pod.spec as { readonly activeDeadlineSeconds?: number };
    const timer =
      activeDeadlineSeconds === undefined ? undefined : setTimeout(exceed, activeDeadlineSeconds * 1000);
    await Promise.race([runInOrder(init, main, nextChange, halted.signal), aborted(halted.signal)]);
    clearTimeout(timer);
    if (!deleted.signal.aborted) grace.within(graceSeconds() * 1000);
    await stopAll(init, main, grace.signal);
  }

  function graceSeconds(): number {
    return pod.spec.terminationGracePeriodSeconds ?? usualGraceSeconds;
  }

  function exceed(): void {
    failure = {
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    };
    halted.abort();
  }

  async function takeDown(): Promise<void> {
    torn = true;
    sandbox?.close();
    await volumes.remove().catch((error: unknown) => node.report(`volumes of pod ${key}`, error));
    await node.network.detach(key).catch((error: unknown) => node.report(`network of pod ${key}`, error));
  }

  async function run(): Promise<void> {
    await before;
    changed();
    try {
      if (await setUp()) await runContainers();
    } catch (error) {
      node.report(`pod ${key}`, error);
    }
    await takeDown();
    writeStatus();
    await aborted(deleted.signal);
    finish();
  }

  /** The object goes when everything of it has gone. */
  function finish(): void {
    if (node.closing.aborted) return;
    if (node.store.get('pods', name, namespace)?.metadata.uid !== uid) return;
    try {
      node.store.delete('pods', name, namespace, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      node.report(`deletion of pod ${key}`, error);
    }
  }

  function endWithin(seconds: number): void {
    grace.within(seconds * 1000);
    deleted.abort();
    halted.abort();
  }

  function update(next: Pod): void {
    const before = pod;
    pod = next;
    const { deletionTimestamp, deletionGracePeriodSeconds } = next.metadata;
    if (deletionTimestamp !== undefined) endWithin(deletionGracePeriodSeconds ?? graceSeconds());
    if (before.spec !== next.spec) replaceImages(before, next, all);
    if (
      before.metadata.labels !== next.metadata.labels ||
      before.metadata.annotations !== next.metadata.annotations
    )
      refresh();
  }

  function refresh(): void {
    wake();
    volumes.refresh(pod).catch((error: unknown) => node.report(`volumes of pod ${key}`, error));
  }

  const ended = run();
  if (first.metadata.deletionTimestamp !== undefined) update(first);
  return {
    uid,
    pod: () => pod,
    containers: all,
    network: () => (torn ? undefined : sandbox?.network),
    update,
    refresh,
    kill() {
      endWithin(0);
      return ended;
    },
    ended,
  };
}

function replaceImages(before: Pod, next: Pod, runners: readonly ContainerRunner[]): void {
  const images = ({ spec }: Pod): ReadonlyMap<string, string> =>
    new Map([...(spec.initContainers ?? []), ...spec.containers].map(({ name, image }) => [name, image]));
  const [old, wanted] = [images(before), images(next)];
  for (const runner of runners) if (old.get(runner.name) !== wanted.get(runner.name)) runner.replace();
}
