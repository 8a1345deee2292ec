import { afterEach, describe, expect, it } from 'vitest';
import { type ControlledStore, controlledStore, edit } from '../../../test/support/controlled-store.ts';
import { createStore, type NewObject, type Service } from '../store/index.ts';
import { installAllocation } from './index.ts';

let lab: ControlledStore;
afterEach(() => lab.close());

const service = (name: string, spec: Record<string, unknown> = {}): NewObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { ports: [{ port: 80, protocol: 'TCP' }], ...spec },
});
const specOf = (name: string): Service['spec'] => lab.store.get<Service>('services', name, 'default')!.spec;

describe('ClusterIPs', () => {
  it('are from the range, none twice, and free again when their Service has gone', () => {
    lab = controlledStore();
    const addresses = new Set<string>();
    for (let i = 0; i < 200; i++) {
      lab.create(service(`s${i}`));
      addresses.add(specOf(`s${i}`).clusterIP!);
    }
    expect(addresses.size).toBe(200);
    for (const address of addresses) expect(address).toMatch(/^10\.96\.([1-9]|\d{2,3})\.\d+$/);
    expect(specOf('s0')).toMatchObject({
      clusterIPs: [specOf('s0').clusterIP],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
    const { clusterIP } = specOf('s0');
    lab.store.delete('services', 's0', 'default');
    lab.create(service('again', { clusterIP }));
    expect(specOf('again').clusterIP).toBe(clusterIP);
  });

  it('fill a small range to its last address, and then no more', () => {
    lab = controlledStore();
    const store = createStore();
    installAllocation(store, { serviceCIDR: '10.0.0.0/28' });
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
    for (let i = 0; i < 14; i++) store.create(service(`s${i}`));
    expect(new Set(store.list<Service>('services').map(({ spec }) => spec.clusterIP)).size).toBe(14);
    expect(() => store.create(service('more'))).toThrow(/failed to allocate a serviceIP: range is full/);
  });

  it('can be asked for, once', () => {
    lab = controlledStore();
    lab.create(service('dns', { clusterIP: '10.96.0.10' }));
    expect(() => lab.create(service('late', { clusterIP: '10.96.0.10' }))).toThrow(
      'Service "late" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.10"]: failed to allocate IP 10.96.0.10: provided IP is already allocated',
    );
    expect(() => lab.create(service('far', { clusterIP: '10.97.0.10' }))).toThrow(
      'failed to allocate IP 10.97.0.10: the provided IP (10.97.0.10) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
    );
    expect(() => lab.create(service('odd', { clusterIP: 'ten' }))).toThrow(/must be a valid IP address/);
    expect(lab.store.get('services', 'late', 'default')).toBeUndefined();
  });

  it('stay with a Service whatever is changed, and cannot be changed', () => {
    lab = controlledStore();
    lab.create(service('web'));
    const { clusterIP } = specOf('web');
    lab.store.update(service('web', { selector: { app: 'web' } }));
    expect(specOf('web')).toMatchObject({ clusterIP, selector: { app: 'web' } });
    expect(() => edit(lab.store, 'services', 'web', () => ({ clusterIP: '10.96.9.9' }))).toThrow(
      'may not change once set',
    );
  });

  it('are None for headless Services, and none at all for ExternalName', () => {
    lab = controlledStore();
    lab.create(service('db', { clusterIP: 'None' }));
    lab.create(service('out', { type: 'ExternalName', externalName: 'example.com', ports: undefined }));
    expect(specOf('db')).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'] });
    expect(specOf('out')).not.toHaveProperty('clusterIP');
    lab.store.update(service('out', { type: 'ClusterIP' }));
    expect(specOf('out').clusterIP).toMatch(/^10\.96\./);
  });
});

describe('node ports', () => {
  it('are given to NodePort and LoadBalancer Services, kept, and taken away with the type', () => {
    lab = controlledStore();
    lab.create(service('web', { type: 'NodePort' }));
    const [port] = specOf('web').ports!;
    expect(port!.nodePort).toBeGreaterThanOrEqual(30_000);
    expect(port!.nodePort).toBeLessThanOrEqual(32_767);
    lab.store.update(service('web', { type: 'LoadBalancer' }));
    expect(specOf('web').ports).toEqual([port]);
    edit(lab.store, 'services', 'web', () => ({ type: 'ClusterIP' }));
    expect(specOf('web').ports![0]).not.toHaveProperty('nodePort');
  });

  it('can be asked for, once, within their range', () => {
    lab = controlledStore();
    const asking = (name: string, nodePort: number): NewObject =>
      service(name, { type: 'NodePort', ports: [{ port: 80, protocol: 'TCP', nodePort }] });
    lab.create(asking('web', 30080));
    expect(() => lab.create(asking('late', 30080))).toThrow(
      'Service "late" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    );
    expect(() => lab.create(asking('low', 80))).toThrow(
      'provided port is not in the valid range. The range of valid ports is 30000-32767',
    );
    const both = ['TCP', 'UDP'].map((protocol) => ({ name: protocol, port: 53, protocol, nodePort: 30053 }));
    lab.create(service('dns', { type: 'NodePort', ports: both }));
    expect(specOf('dns').ports!.map(({ nodePort }) => nodePort)).toEqual([30053, 30053]);
  });
});

describe('what every cluster has', () => {
  it('is there: namespaces, the node, the Service of the API', () => {
    lab = controlledStore();
    expect(lab.store.list('namespaces').map(({ metadata }) => metadata.name)).toEqual([
      'default',
      'istio-system',
      'kube-node-lease',
      'kube-public',
      'kube-system',
    ]);
    expect(specOf('kubernetes').clusterIP).toBe('10.96.0.1');
    expect(lab.store.get('endpointslices', 'kubernetes', 'default')).toMatchObject({
      endpoints: [{ addresses: ['172.18.0.2'], conditions: { ready: true } }],
      ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
    });
    expect(lab.store.get('nodes', 'portcullis-lab')).toMatchObject({
      spec: { podCIDR: '10.244.0.0/16' },
      status: { addresses: [{ type: 'InternalIP', address: '172.18.0.2' }, { type: 'Hostname' }] },
    });
  });

  it('is left alone by the controllers', async () => {
    lab = controlledStore();
    await lab.settled();
    expect(lab.store.list('endpointslices', 'default').map(({ metadata }) => metadata.name)).toEqual([
      'kubernetes',
    ]);
    expect(lab.store.get('endpoints', 'kubernetes', 'default')).toBeDefined();
  });
});

describe('a pod', () => {
  it('needs its ServiceAccount', () => {
    lab = controlledStore();
    const pod = (serviceAccountName?: string): NewObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: { containers: [], ...(serviceAccountName === undefined ? {} : { serviceAccountName }) },
    });
    expect(() => lab.create(pod('robot'))).toThrow(
      'pods "web" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found',
    );
    lab.create(pod());
    expect(lab.store.get('pods', 'web', 'default')?.spec).toMatchObject({
      serviceAccountName: 'default',
      serviceAccount: 'default',
    });
  });
});
