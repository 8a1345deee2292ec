import {
  type Controllers,
  installAllocation,
  type RootCertificates,
  startControllers,
} from '../../src/lab/controllers/index.ts';
import {
  type ApiObject,
  type Condition,
  createStore,
  type NewObject,
  type Pod,
  type Store,
  timestamp,
} from '../../src/lab/store/index.ts';

const plan = {
  nodeName: 'portcullis-lab',
  nodeAddress: '172.18.0.2',
  podCIDR: '10.244.0.0/16',
  serviceCIDR: '10.96.0.0/16',
};

/** What a stand-in for the kubelet does with a pod that has a node. */
export interface Kubelet {
  /** The phase that pods come to, and whether they are ready then. */
  outcome: (pod: Pod) => { readonly phase: Pod['status']['phase']; readonly ready: boolean } | undefined;
  /** False leaves terminating pods as they are. */
  terminates: boolean;
}

export interface ControlledStore {
  readonly store: Store;
  readonly controllers: Controllers;
  readonly kubelet: Kubelet;
  readonly errors: unknown[];
  /** Creates objects, in the namespace `default` where they name none. */
  create(...objects: readonly NewObject[]): void;
  /** Waits until nothing happens any more. */
  settled(): Promise<void>;
  pods(labels?: Readonly<Record<string, string>>, namespace?: string): readonly Pod[];
  /** Messages of the events about an object, oldest first. */
  events(name: string, namespace?: string): string[];
  close(): void;
}

/** A store with the controllers, and a stand-in for the kubelet: pods that have a node run and are ready, terminating ones go. Nothing is defaulted, as the API would. */
export function controlledStore(store: Store = createStore(), roots: RootCertificates = {}): ControlledStore {
  const errors: unknown[] = [];
  installAllocation(store, { serviceCIDR: plan.serviceCIDR });
  const controllers = startControllers(store, {
    plan,
    roots,
    onError: (controller, key, error) => errors.push({ controller, key, error }),
  });
  const kubelet: Kubelet = { outcome: () => ({ phase: 'Running', ready: true }), terminates: true };
  let address = 2;
  const stop = store.subscribe('pods', ({ type, object }) => {
    if (type !== 'DELETED') setImmediate(() => look(store, kubelet, object as Pod, () => address++));
  });
  return {
    store,
    controllers,
    kubelet,
    errors,
    create(...objects) {
      for (const object of objects) {
        const { namespaced } = store.resourceOf(object.apiVersion, object.kind)!;
        const namespace = namespaced ? { namespace: 'default' } : {};
        store.create({ ...object, metadata: { ...namespace, ...object.metadata } });
      }
    },
    async settled() {
      for (let quiet = 0, last = ''; quiet < 4; ) {
        await controllers.idle();
        await new Promise((resolve) => setImmediate(resolve));
        quiet = store.revision === last ? quiet + 1 : 0;
        last = store.revision;
      }
    },
    pods: (labels = {}, namespace = 'default') =>
      store
        .list<Pod>('pods', namespace)
        .filter(({ metadata }) =>
          Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value),
        ),
    events: (name, namespace = 'default') =>
      store
        .list('events', namespace)
        .filter((event) => (event.involvedObject as { name: string }).name === name)
        .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
        .map((event) => `${event.type} ${event.reason} ${event.message}`),
    close() {
      stop();
      controllers.close();
    },
  };
}

function look(store: Store, kubelet: Kubelet, seen: Pod, nextAddress: () => number): void {
  const { name, namespace, uid } = seen.metadata;
  const pod = store.get<Pod>('pods', name, namespace);
  if (pod === undefined || pod.metadata.uid !== uid || !pod.spec.nodeName) return;
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (kubelet.terminates) store.delete('pods', name, namespace, { gracePeriodSeconds: 0 });
    return;
  }
  const outcome = kubelet.outcome(pod);
  if (outcome === undefined) return;
  const { phase, ready } = outcome;
  const status = ready ? 'True' : 'False';
  const before = pod.status.conditions?.find(({ type }) => type === 'Ready');
  if (pod.status.phase === phase && before?.status === status) return;
  const condition: Condition = { type: 'Ready', status, lastTransitionTime: timestamp() };
  const podIP = pod.status.podIP ?? `10.244.0.${nextAddress()}`;
  store.modify<Pod>(
    'pods',
    name,
    namespace,
    (current) => ({
      ...current,
      status: {
        ...current.status,
        phase,
        podIP,
        podIPs: [{ ip: podIP }],
        conditions: [...(current.status.conditions ?? []).filter(({ type }) => type !== 'Ready'), condition],
      },
    }),
    'status',
  );
}

/** A Deployment of nginx pods labelled `app: NAME`, with what the API would default. */
export function deployment(name: string, spec: Readonly<Record<string, unknown>> = {}): NewObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: podTemplate(name),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...spec,
    },
  };
}

export function podTemplate(name: string, image: string = 'nginx:1.27'): Record<string, unknown> {
  return {
    metadata: { labels: { app: name } },
    spec: {
      containers: [{ name: 'app', image, ports: [{ name: 'http', containerPort: 80, protocol: 'TCP' }] }],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
    },
  };
}

/** The object as `change` leaves it, written. */
export function edit(
  store: Store,
  resource: string,
  name: string,
  change: (spec: Record<string, never>, object: ApiObject) => Record<string, unknown>,
  namespace: string = 'default',
): void {
  store.modify(resource, name, namespace, (object) => ({
    ...object,
    spec: { ...(object.spec as object), ...change(object.spec as never, object) },
  }));
}
