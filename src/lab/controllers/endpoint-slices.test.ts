import { afterEach, describe, expect, it } from 'vitest';
import {
  type ControlledStore,
  controlledStore,
  deployment,
  edit,
  podTemplate,
} from '../../../test/support/controlled-store.ts';
import type { EndpointSlice, NewObject } from '../store/index.ts';

let lab: ControlledStore;
afterEach(() => {
  lab.close();
  expect(lab.errors).toEqual([]);
});

const service = (spec: Record<string, unknown> = {}): NewObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', labels: { team: 'shop' } },
  spec: {
    type: 'ClusterIP',
    selector: { app: 'web' },
    ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
    ...spec,
  },
});
const slices = (name = 'web'): readonly EndpointSlice[] =>
  lab.store
    .list<EndpointSlice>('endpointslices', 'default')
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name);
const endpoints = (): unknown => lab.store.get('endpoints', 'web', 'default')?.subsets;

describe('EndpointSlices and Endpoints', () => {
  it('follow the pods that a Service selects, with their readiness', async () => {
    lab = controlledStore();
    lab.kubelet.outcome = ({ metadata }) => ({ phase: 'Running', ready: !metadata.labels?.broken });
    lab.create(service());
    await lab.settled();
    expect(slices()).toMatchObject([{ endpoints: [], ports: [] }]);
    lab.create(deployment('web', { replicas: 2 }));
    await lab.settled();
    const [slice] = slices();
    const pods = lab.pods({ app: 'web' });
    expect(slice!.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(slice!.metadata.labels).toEqual({
      team: 'shop',
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    });
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
    });
    expect([...slice!.endpoints].sort((a, b) => (a.targetRef!.name < b.targetRef!.name ? -1 : 1))).toEqual(
      pods.map(({ metadata, status }) => ({
        addresses: [status.podIP],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: 'portcullis-lab',
        targetRef: { kind: 'Pod', namespace: 'default', name: metadata.name, uid: metadata.uid },
      })),
    );
    lab.store.modify('pods', pods[0]!.metadata.name, 'default', (pod) => ({
      ...pod,
      metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, broken: 'yes' } },
    }));
    await lab.settled();
    const broken = slices()[0]!.endpoints.find(({ targetRef }) => targetRef?.name === pods[0]!.metadata.name);
    expect(broken?.conditions).toEqual({ ready: false, serving: false, terminating: false });
    expect(endpoints()).toMatchObject([
      {
        addresses: [{ ip: pods[1]!.status.podIP }],
        notReadyAddresses: [{ ip: pods[0]!.status.podIP }],
        ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
      },
    ]);
  });

  it('call a terminating pod serving and not ready', async () => {
    lab = controlledStore();
    lab.create(service(), deployment('web'));
    await lab.settled();
    lab.kubelet.terminates = false;
    lab.store.delete('deployments', 'web', 'default');
    await lab.settled();
    expect(slices()[0]!.endpoints.map(({ conditions }) => conditions)).toEqual([
      { ready: false, serving: true, terminating: true },
    ]);
    expect(endpoints()).toBeUndefined();
  });

  it('publish pods that are not ready where the Service says so', async () => {
    lab = controlledStore();
    lab.kubelet.outcome = () => ({ phase: 'Running', ready: false });
    lab.create(service({ publishNotReadyAddresses: true }), deployment('web'));
    await lab.settled();
    expect(slices()[0]!.endpoints[0]!.conditions).toEqual({
      ready: true,
      serving: false,
      terminating: false,
    });
    expect(endpoints()).toMatchObject([{ addresses: [{}] }]);
  });

  it('look a named port up in each pod: pods with different numbers are in slices of their own', async () => {
    lab = controlledStore();
    const other = podTemplate('web') as { spec: object };
    const containers = [{ name: 'app', image: 'x', ports: [{ name: 'http', containerPort: 8080 }] }];
    lab.create(
      service(),
      deployment('web'),
      deployment('web-2', {
        selector: { matchLabels: { app: 'web', v: '2' } },
        template: { metadata: { labels: { app: 'web', v: '2' } }, spec: { ...other.spec, containers } },
      }),
    );
    await lab.settled();
    expect(
      slices()
        .map(({ ports }) => ports![0]!.port)
        .sort(),
    ).toEqual([80, 8080]);
    lab.store.delete('deployments', 'web-2', 'default');
    await lab.settled();
    expect(slices().map(({ ports }) => ports![0]!.port)).toEqual([80]);
  });

  it('give pods of a headless Service their host names', async () => {
    lab = controlledStore();
    lab.create({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: {
        replicas: 2,
        serviceName: 'web',
        selector: { matchLabels: { app: 'web' } },
        template: podTemplate('web'),
      },
    });
    lab.create(service({ clusterIP: 'None' }));
    await lab.settled();
    expect(slices()[0]!.metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '');
    expect(slices()[0]!.endpoints.map(({ hostname }) => hostname)).toEqual(['db-0', 'db-1']);
  });

  it('go with their Service, and follow its selector', async () => {
    lab = controlledStore();
    lab.create(service(), deployment('web'), deployment('api'));
    await lab.settled();
    edit(lab.store, 'services', 'web', () => ({ selector: { app: 'api' } }));
    await lab.settled();
    expect(slices()[0]!.endpoints.map(({ targetRef }) => targetRef!.name)).toEqual(
      lab.pods({ app: 'api' }).map(({ metadata }) => metadata.name),
    );
    lab.store.delete('services', 'web', 'default');
    await lab.settled();
    expect(slices()).toEqual([]);
    expect(lab.store.get('endpoints', 'web', 'default')).toBeUndefined();
  });

  it('hold a hundred pods each', async () => {
    lab = controlledStore();
    lab.create(service(), deployment('web', { replicas: 120 }));
    await lab.settled();
    expect(
      slices()
        .map((slice) => slice.endpoints.length)
        .sort(),
    ).toEqual([100, 20]);
  });

  it('mirror Endpoints that were made by hand', async () => {
    lab = controlledStore();
    lab.create(service({ selector: undefined }), {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'web' },
      subsets: [
        { addresses: [{ ip: '203.0.113.10' }], ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] },
      ],
    });
    await lab.settled();
    expect(slices()).toMatchObject([
      {
        addressType: 'IPv4',
        endpoints: [{ addresses: ['203.0.113.10'], conditions: { ready: true } }],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      },
    ]);
    expect(slices()[0]!.metadata.labels).toMatchObject({
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
    });
    lab.store.delete('endpoints', 'web', 'default');
    await lab.settled();
    expect(slices()).toEqual([]);
  });
});
