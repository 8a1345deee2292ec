import type { Duplex } from 'node:stream';
import { badRequest, notFound, type Pod, StatusError, type Store } from '../store/index.ts';
import type { ContainerRunner } from './container.ts';
import { execute } from './exec.ts';
import type { PodRunner } from './pod.ts';
import { forwardPort } from './port-forward.ts';
import type { ExecStreams, Exit, LogOptions, PodRuntime } from './types.ts';

/** Logs, exec, attach and port-forward for the API. The words of the refusals are the API server's and the kubelet's. */
export function podRuntime(
  store: Store,
  setsid: string,
  runnerOf: (pod: Pod) => PodRunner | undefined,
): PodRuntime {
  function find(namespace: string, name: string): Pod {
    const pod = store.get<Pod>('pods', name, namespace);
    if (pod === undefined) throw notFound(store.resource('pods'), name);
    return pod;
  }

  function containerOf(
    pod: Pod,
    asked: string | undefined,
  ): { readonly name: string; readonly runner: ContainerRunner | undefined } {
    const name = chosen(pod, asked);
    return { name, runner: runnerOf(pod)?.containers.find((each) => each.name === name) };
  }

  async function* logs(
    namespace: string,
    podName: string,
    options: LogOptions,
    signal: AbortSignal,
  ): AsyncIterable<string> {
    const pod = find(namespace, podName);
    const { name, runner } = containerOf(pod, options.container);
    const log = runner?.log(options.previous === true);
    if (log === undefined) {
      if (options.previous === true) {
        throw badRequest(`previous terminated container "${name}" in pod "${podName}" not found`);
      }
      throw badRequest(`container "${name}" in pod "${podName}" is waiting to start: ${whyWaiting(runner)}`);
    }
    yield* log.read(options, signal);
  }

  async function exec(
    namespace: string,
    podName: string,
    container: string | undefined,
    command: readonly string[],
    streams: ExecStreams,
  ): Promise<Exit> {
    const pod = find(namespace, podName);
    const { phase } = pod.status;
    if (phase === 'Succeeded' || phase === 'Failed') {
      throw badRequest(`cannot exec into a container in a completed pod; current phase is ${phase}`);
    }
    const { name, runner } = containerOf(pod, container);
    const place = runner?.command();
    if (place === undefined) {
      throw new StatusError(404, 'NotFound', `container not found (${JSON.stringify(name)})`);
    }
    return execute(place, setsid, command, streams);
  }

  async function attach(
    namespace: string,
    podName: string,
    container: string | undefined,
    streams: ExecStreams,
  ): Promise<void> {
    const { name, runner } = containerOf(find(namespace, podName), container);
    const console = runner?.console();
    if (console === undefined) {
      throw new StatusError(404, 'NotFound', `container not found (${JSON.stringify(name)})`);
    }
    await console.attach(streams);
  }

  async function portForward(namespace: string, podName: string, port: number): Promise<Duplex> {
    const pod = find(namespace, podName);
    const { uid } = pod.metadata;
    const network = runnerOf(pod)?.network();
    if (network === undefined) throw new Error(`sandbox container ${JSON.stringify(uid)} is not running`);
    return forwardPort(network, uid, port);
  }

  return { logs, exec, attach, portForward };
}

/** The container that is meant. Source: pkg/registry/core/pod/strategy.go. */
function chosen({ metadata, spec }: Pod, asked: string | undefined): string {
  const main = spec.containers.map(({ name }) => name);
  const init = (spec.initContainers ?? []).map(({ name }) => name);
  if (asked !== undefined && asked !== '') {
    if ([...main, ...init].includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
  }
  if (main.length === 1) return main[0]!;
  const others = init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : '';
  throw badRequest(
    `a container name must be specified for pod ${metadata.name}, choose one of: [${main.join(' ')}]${others}`,
  );
}

function whyWaiting(runner: ContainerRunner | undefined): string {
  const reason = runner?.status().state.waiting?.reason ?? 'ContainerCreating';
  return reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
}
