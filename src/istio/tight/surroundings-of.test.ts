import { expect, test } from 'vitest';
import { buildCluster } from '../../cluster/index.ts';
import { readManifests } from '../../manifest/index.ts';
import { surroundingsOf } from './surroundings-of.ts';

const manifests = `
apiVersion: v1
kind: Service
metadata: {name: kubernetes, namespace: default}
spec: {clusterIP: 10.96.0.1, ports: [{port: 443, targetPort: 8443}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: kubernetes, namespace: default, labels: {kubernetes.io/service-name: kubernetes}}
addressType: IPv4
endpoints: [{addresses: [192.168.1.2]}]
ports: [{port: 8443, protocol: TCP}]
---
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {addresses: [{type: InternalIP, address: 192.168.1.10}]}
---
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec:
  clusterIP: 10.96.0.10
  selector: {k8s-app: kube-dns}
  ports: [{port: 53, protocol: UDP, targetPort: dns}, {port: 53, protocol: TCP, targetPort: dns-tcp}]
---
apiVersion: v1
kind: Pod
metadata: {name: coredns, namespace: kube-system, labels: {k8s-app: kube-dns}}
spec:
  containers:
    - name: c
      image: coredns
      ports: [{name: dns, containerPort: 5353, protocol: UDP}, {name: dns-tcp, containerPort: 5353, protocol: TCP}]
---
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: kube-system, labels: {app: other}}
spec: {containers: [{name: c, image: x, ports: [{name: dns, containerPort: 1053, protocol: UDP}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: keycloak, namespace: auth}
spec: {clusterIP: 10.96.0.50, selector: {app: keycloak}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: empty, namespace: auth}
spec: {clusterIP: 10.96.0.60, ports: [{port: 53, protocol: UDP}]}
`;
const cluster = buildCluster(readManifests([{ name: 'cluster.yaml', text: manifests }]));

const peer = (namespace: string, labels: object): object => ({
  namespaces: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  pods: { matchLabels: labels },
});
const dnsPods = peer('kube-system', { 'k8s-app': 'kube-dns' });

/** Codes and messages. */
function told(said: Parameters<typeof surroundingsOf>[1]): readonly string[] {
  return surroundingsOf(cluster, said).findings.map(({ code, message }) => `${code}: ${message}`);
}

test('a ClusterIP of the API server has its endpoints and their ports beside it', () => {
  const said = { apiServer: ['10.96.0.1/32'], apiServerSources: ['10.96.0.1/32'] };
  const { surroundings, notes } = surroundingsOf(cluster, said);
  expect(surroundings).toMatchObject({
    apiServer: ['10.96.0.1/32', '192.168.1.2/32'],
    apiServerSources: ['10.96.0.1/32', '192.168.1.2/32'],
    apiServerPorts: [443, 6443, 8443],
  });
  expect(notes.apiServer).toEqual([
    '10.96.0.1 is the ClusterIP of Service default/kubernetes: what answers behind it is seen in the cluster and stands beside it',
  ]);
  expect(told(said)).toEqual([
    'PC3472: --api-server-cidr 10.96.0.1 is the ClusterIP of Service default/kubernetes, and policies hold for what answers behind it: 192.168.1.2 is taken besides',
  ]);
});

test('sources that were said for themselves come from no ClusterIP', () => {
  const said = { apiServer: ['192.168.1.2/32'], apiServerSources: ['10.96.0.1/32'] };
  expect(surroundingsOf(cluster, said).surroundings.apiServerSources).toEqual([
    '10.96.0.1/32',
    '192.168.1.2/32',
  ]);
  expect(told(said)).toEqual([
    expect.stringContaining('--api-server-source-cidr 10.96.0.1 is the ClusterIP'),
  ]);
});

test('addresses that are seen and were left out are taken besides', () => {
  const said = { apiServer: ['10.0.0.1/32'], nodes: ['10.0.0.0/8'] };
  const { surroundings } = surroundingsOf(cluster, said);
  expect(surroundings).toMatchObject({
    apiServer: ['10.0.0.1/32', '192.168.1.2/32'],
    nodes: ['10.0.0.0/8', '192.168.1.10/32'],
  });
  expect(surroundings.apiServerSources).toBeUndefined();
  expect(told(said)).toEqual([
    'PC3473: --api-server-cidr 10.0.0.1 leaves out 192.168.1.2, and the API server answers there (Service default/kubernetes, EndpointSlice default/kubernetes); what is seen is taken besides',
    'PC3473: --node-cidr 10.0.0.0/8 leaves out 192.168.1.10, and they are addresses of Node n1; what is seen is taken besides',
  ]);
});

test('what covers all that is seen, and none, stand as they were said', () => {
  const said = { apiServer: ['192.168.0.0/16'], nodes: ['192.168.1.0/24'], jwks: [] };
  expect(surroundingsOf(cluster, said)).toMatchObject({ surroundings: said, findings: [], notes: {} });
  expect(surroundingsOf(cluster, { apiServer: [], nodes: [], dns: [] })).toMatchObject({
    surroundings: { apiServer: [], nodes: [], dns: [] },
    findings: [],
  });
});

test('a ClusterIP of DNS has its pods and the ports that they listen on beside it', () => {
  const said = { dns: [{ cidrs: ['10.96.0.10/32', '169.254.20.10/32'], ports: [53] }] };
  expect(surroundingsOf(cluster, said).surroundings.dns).toMatchObject([
    { cidrs: ['169.254.20.10/32'], ports: [53] },
    { pods: dnsPods, ports: [5353], clusterIPs: ['10.96.0.10/32'] },
  ]);
  expect(told(said)).toEqual([
    'PC3472: --dns 10.96.0.10 is the ClusterIP of Service kube-system/kube-dns, and policies hold for what answers behind it: what its selector selects, port 5353, is taken besides',
  ]);
});

test('a ClusterIP with nothing behind it stays, and is told', () => {
  const said = { dns: [{ cidrs: ['10.96.0.60/32'], ports: [53] }] };
  expect(surroundingsOf(cluster, said).surroundings.dns).toEqual(said.dns);
  expect(told(said)).toEqual([
    expect.stringContaining('nothing there is seen, so the rules for it may let nothing through'),
  ]);
});

test.each<[string, object, readonly number[], string]>([
  ['their Service', { 'k8s-app': 'kube-dns' }, [5353], 'Ports as Service kube-system/kube-dns has them'],
  ['containers', { app: 'other' }, [1053], 'Ports as Pod kube-system/other has them'],
])('ports of DNS pods that nobody said are those of %s', (_, labels, ports, note) => {
  const pods = peer('kube-system', labels) as never;
  const { surroundings } = surroundingsOf(cluster, { dns: [{ pods, ports: [53], portsAssumed: true }] });
  expect(surroundings.dns).toEqual([{ pods, ports, notes: [note] }]);
  const stated = { dns: [{ pods, ports: [53] }] };
  expect(surroundingsOf(cluster, stated).surroundings.dns).toEqual(stated.dns);
});

test('DNS pods that no manifest shows keep the usual port', () => {
  const pods = peer('dns', { app: 'absent' }) as never;
  const { surroundings } = surroundingsOf(cluster, { dns: [{ pods, ports: [53], portsAssumed: true }] });
  expect(surroundings.dns).toEqual([{ pods, ports: [53] }]);
});

test('servers of keys: a ClusterIP and the name of a Service lead to its pods', () => {
  const pods = peer('auth', { app: 'keycloak' });
  const ofName = { jwks: [{ host: 'keycloak.auth.svc', port: 80 }] };
  expect(surroundingsOf(cluster, ofName).surroundings.jwks).toEqual([
    { host: 'keycloak.auth.svc', port: 80, pods, targetPorts: [8080] },
  ]);
  const ofAddress = { jwks: [{ host: 'idp.example.com', port: 80, cidrs: ['10.96.0.50/32'] }] };
  expect(surroundingsOf(cluster, ofAddress).surroundings.jwks).toMatchObject([
    { host: 'idp.example.com', cidrs: [], clusterIPs: ['10.96.0.50/32'], pods, targetPorts: [8080] },
  ]);
  expect(told(ofAddress)).toEqual([expect.stringContaining('--jwks 10.96.0.50 is the ClusterIP of Service')]);
});
