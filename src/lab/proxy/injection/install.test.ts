import { expect, it } from 'vitest';
import { createStore, type Pod, type Store, type StringMap } from '../../store/index.ts';
import { installInjection } from './install.ts';

function labStore(): Store {
  const store = createStore();
  installInjection(store);
  return store;
}

function namespace(store: Store, name: string, labels: StringMap = {}): void {
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
}

function pod(store: Store, at: string, metadata: object = {}, spec: object = {}): Pod {
  const [ns, name] = at.split('/') as [string, string];
  return store.create<Pod>({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: ns, name, ...metadata },
    spec: { containers: [{ name: 'app', image: 'nginx' }], ...spec },
  });
}

const names = ({ spec }: Pod): readonly string[] => spec.containers.map(({ name }) => name);

it.each<[string, StringMap, object, boolean]>([
  ['an enabled namespace', { 'istio-injection': 'enabled' }, {}, true],
  [
    'a pod that refuses',
    { 'istio-injection': 'enabled' },
    { labels: { 'sidecar.istio.io/inject': 'false' } },
    false,
  ],
  [
    'a pod that refuses by annotation',
    { 'istio-injection': 'enabled' },
    { annotations: { 'sidecar.istio.io/inject': 'false' } },
    false,
  ],
  [
    'a disabled namespace',
    { 'istio-injection': 'disabled' },
    { labels: { 'sidecar.istio.io/inject': 'true' } },
    false,
  ],
  ['a pod that asks', {}, { labels: { 'sidecar.istio.io/inject': 'true' } }, true],
  ['nobody who asks', {}, {}, false],
  ['the default revision', { 'istio.io/rev': 'default' }, {}, true],
  ['a revision that is not installed', { 'istio.io/rev': 'canary' }, {}, false],
])('%s', (_, labels, metadata, injected) => {
  const store = labStore();
  namespace(store, 'a', labels);
  expect(names(pod(store, 'a/p', metadata))).toEqual(injected ? ['app', 'istio-proxy'] : ['app']);
});

it('a sidecar is written as the API server stores it, so that labels of the pod can change later', () => {
  const store = labStore();
  namespace(store, 'a', { 'istio-injection': 'enabled' });
  const { containers } = pod(store, 'a/p').spec;
  expect(JSON.stringify(containers)).not.toMatch(/:0[,}]/);
});

it('a pod on the host network is left alone', () => {
  const store = labStore();
  namespace(store, 'a', { 'istio-injection': 'enabled' });
  expect(names(pod(store, 'a/p', {}, { hostNetwork: true }))).toEqual(['app']);
});

it('a sidecar comes with what Istio puts in', () => {
  const store = labStore();
  namespace(store, 'a', { 'istio-injection': 'enabled' });
  const annotations = {
    'traffic.sidecar.istio.io/excludeOutboundPorts': '5432',
    'sidecar.istio.io/logLevel': 'debug',
  };
  const { metadata, spec } = pod(store, 'a/web-1', { labels: { app: 'web' }, annotations });
  expect(metadata.labels).toMatchObject({
    'security.istio.io/tlsMode': 'istio',
    'service.istio.io/canonical-name': 'web',
    'service.istio.io/canonical-revision': 'latest',
  });
  expect(metadata.annotations).toMatchObject({
    'kubectl.kubernetes.io/default-container': 'app',
    'kubectl.kubernetes.io/default-logs-container': 'app',
  });
  expect(JSON.parse(metadata.annotations!['sidecar.istio.io/status']!)).toMatchObject({
    containers: ['istio-proxy'],
  });
  const [init] = spec.initContainers!;
  expect(init).toMatchObject({ name: 'istio-init', image: 'docker.io/istio/proxyv2:1.30.3' });
  expect(init!.args!.join(' ')).toContain('-d 15090,15021,15020 -o 5432');
  const proxy = spec.containers[1]!;
  expect(proxy.args).toContain('--proxyLogLevel=debug');
  expect(proxy.ports).toEqual([{ name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' }]);
  expect(proxy.readinessProbe?.httpGet).toEqual({ path: '/healthz/ready', port: 15021 });
});

it('probes of the application go to the agent', () => {
  const store = labStore();
  namespace(store, 'a', { 'istio-injection': 'enabled' });
  const containers = [
    {
      name: 'app',
      image: 'nginx',
      ports: [{ name: 'web', containerPort: 8080 }],
      readinessProbe: { httpGet: { path: '/ok', port: 'web' }, periodSeconds: 3 },
      livenessProbe: { exec: { command: ['true'] } },
    },
  ];
  const { spec } = pod(store, 'a/p', {}, { containers });
  expect(spec.containers[0]).toMatchObject({
    readinessProbe: { httpGet: { path: '/app-health/app/readyz', port: 15020 }, periodSeconds: 3 },
    livenessProbe: { exec: { command: ['true'] } },
  });
  const env = spec.containers[1]!.env!.find(({ name }) => name === 'ISTIO_KUBE_APP_PROBERS')!;
  expect(JSON.parse(env.value!)).toEqual({
    '/app-health/app/readyz': { httpGet: { path: '/ok', port: 8080 } },
  });
  const plain = pod(
    store,
    'a/q',
    { annotations: { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' } },
    { containers },
  );
  expect(plain.spec.containers[0]!.readinessProbe).toEqual(containers[0]!.readinessProbe);
});

it('a label that changes is for new pods', () => {
  const store = labStore();
  namespace(store, 'a');
  pod(store, 'a/old');
  store.modify('namespaces', 'a', undefined, (current) => ({
    ...current,
    metadata: { ...current.metadata, labels: { 'istio-injection': 'enabled' } },
  }));
  store.modify<Pod>('pods', 'old', 'a', (current) => ({
    ...current,
    metadata: { ...current.metadata, labels: { changed: 'yes' } },
  }));
  expect(names(store.get<Pod>('pods', 'old', 'a')!)).toEqual(['app']);
  expect(names(pod(store, 'a/new'))).toEqual(['app', 'istio-proxy']);
});
