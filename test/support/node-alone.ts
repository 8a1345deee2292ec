import { Readable, Writable } from 'node:stream';
import {
  type ExecStreams,
  type Exit,
  type ImageTable,
  type LabNode,
  type LogOptions,
  startNode,
} from '../../src/lab/node/index.ts';
import {
  type ApiObject,
  createStore,
  type Pod,
  type PodSpec,
  type Store,
} from '../../src/lab/store/index.ts';
import { plainNetwork } from './plain-network.ts';

export interface ExecResult extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

/** The node with a store and a plain network, and nothing else of the lab. */
export interface NodeAlone {
  readonly store: Store;
  readonly node: LabNode;
  /** Mistakes of the node's own. */
  readonly reports: readonly string[];
  create(kind: string, name: string, fields: Readonly<Record<string, unknown>>): void;
  pod(name: string, spec: Partial<PodSpec> | Readonly<Record<string, unknown>>, metadata?: object): void;
  get(name: string): Pod | undefined;
  /** Resolves when the pod is as `condition` wants it; throws with its last status where that takes too long. */
  until(name: string, condition: (pod: Pod) => boolean): Promise<Pod>;
  untilReady(name: string): Promise<Pod>;
  untilGone(name: string): Promise<void>;
  exec(pod: string, command: readonly string[], options?: Partial<ExecOptions>): Promise<ExecResult>;
  logs(pod: string, options?: LogOptions): Promise<string>;
  /** `reason: message` of all events about a pod. */
  events(pod: string): readonly string[];
  close(): Promise<void>;
}

interface ExecOptions extends Pick<ExecStreams, 'onResize' | 'signal' | 'terminal'> {
  readonly container: string;
  readonly stdin: string | Readable;
}

const directory = '/run/portcullis';
const patience = 20_000;

/** Images whose program is what the container says itself. */
export const anyCommand: ImageTable = (image) =>
  image.startsWith('unknown')
    ? { missing: `map it with --image ${image}=PROGRAM` }
    : ({ spawn, container }) => spawn([...(container.command ?? []), ...(container.args ?? [])]);

/** Starts the node. Only inside namespaces of its own (`inside`). */
export async function nodeAlone(images: ImageTable = anyCommand): Promise<NodeAlone> {
  const store = createStore();
  const reports: string[] = [];
  const network = plainNetwork();
  const report = (where: string, error: unknown): void => void reports.push(`${where}: ${error}`);
  const node = await startNode({ store, network, images, directory, report });
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  const get = (name: string): Pod | undefined => store.get<Pod>('pods', name, 'default');

  function until(name: string, condition: (pod: Pod) => boolean): Promise<Pod> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const pod = get(name);
        if (pod?.status === undefined || !condition(pod)) return;
        stop();
        clearTimeout(timer);
        resolve(pod);
      };
      const stop = store.subscribe('pods', () => look());
      const timer = setTimeout(() => {
        stop();
        reject(
          new Error(`pod ${name} has not come so far: ${JSON.stringify(get(name)?.status, undefined, 2)}`),
        );
      }, patience);
      look();
    });
  }

  return {
    store,
    node,
    reports,
    create: (kind, name, fields) => {
      store.create({ apiVersion: 'v1', kind, metadata: { name, namespace: 'default' }, ...fields });
    },
    pod: (name, spec, metadata = {}) => {
      store.create({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'default', ...metadata },
        spec: { nodeName: network.plan.nodeName, terminationGracePeriodSeconds: 5, ...spec },
      });
    },
    get,
    until,
    untilReady: (name) =>
      until(name, ({ status }) =>
        (status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True'),
      ),
    async untilGone(name) {
      for (let i = 0; get(name) !== undefined; i++) {
        if (i > patience / 10) throw new Error(`pod ${name} is still there`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async exec(pod, command, { container, stdin, ...rest } = {}) {
      const [stdout, stderr] = [collector(), collector()];
      const terminal = rest.terminal === true;
      const exit = await node.exec('default', pod, container, command, {
        stdout: stdout.stream,
        ...(!terminal && { stderr: stderr.stream }),
        ...(stdin !== undefined && {
          stdin: typeof stdin === 'string' ? Readable.from([Buffer.from(stdin)]) : stdin,
        }),
        terminal,
        signal: new AbortController().signal,
        ...rest,
      });
      return { ...exit, stdout: stdout.text(), stderr: stderr.text() };
    },
    async logs(pod, options = {}) {
      let text = '';
      const { signal } = new AbortController();
      for await (const piece of node.logs('default', pod, options, signal)) text += piece;
      return text;
    },
    events: (pod) =>
      store
        .list<ApiObject & { readonly involvedObject: { readonly name: string } }>('events')
        .filter(({ involvedObject }) => involvedObject.name === pod)
        .map(({ reason, message }) => `${reason}: ${message}`),
    close: () => node.close(),
  };
}

function collector(): { readonly stream: Writable; readonly text: () => string } {
  const parts: Buffer[] = [];
  const stream = new Writable({
    write(bytes: Buffer, _encoding, done) {
      parts.push(bytes);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(parts).toString() };
}
