import { describe, expect, it } from 'vitest';
import type { ModelObject } from '../../model/index.ts';
import { readManifests } from '../read.ts';

function readOne(text: string): ModelObject {
  const { objects, rejected, diagnostics } = readManifests([{ name: '-', text }]);
  expect([rejected.map(({ why }) => why), diagnostics.map(({ message }) => message)]).toEqual([[], []]);
  return objects[0]!;
}

const pod = `
    hostNetwork: true
    serviceAccountName: sa
    nodeName: node-1
    containers:
    - {name: a, image: i, ports: [{containerPort: 80, name: http}, {containerPort: 53, protocol: UDP}]}
    initContainers:
    - {name: side, image: j, restartPolicy: Always}
    - {name: once, image: j}
`;
const podSpec = {
  hostNetwork: true,
  serviceAccountName: 'sa',
  nodeName: 'node-1',
  containers: [
    {
      name: 'a',
      image: 'i',
      init: false,
      restartable: false,
      ports: [
        { containerPort: 80, name: 'http', protocol: 'TCP' },
        { containerPort: 53, protocol: 'UDP' },
      ],
    },
    { name: 'side', image: 'j', init: true, restartable: true, ports: [] },
    { name: 'once', image: 'j', init: true, restartable: false, ports: [] },
  ],
};

describe('pods', () => {
  it('reads a pod with its addresses', () => {
    const status =
      'status: {phase: Running, podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}, {ip: "fd00::1"}], hostIP: 172.18.0.2}';
    expect(readOne(`apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:${pod}${status}\n`)).toMatchObject({
      spec: podSpec,
      status: { phase: 'Running', podIPs: ['10.0.0.1', 'fd00::1'], hostIPs: ['172.18.0.2'] },
    });
  });

  it('fills in what the server would', () => {
    expect(readOne('apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n')).toMatchObject({
      spec: { hostNetwork: false, serviceAccountName: 'default', containers: [] },
      status: { podIPs: [], hostIPs: [] },
    });
  });

  it.each([
    ['apps/v1', 'Deployment', 'replicas: 3', '', 3],
    ['apps/v1', 'StatefulSet', 'replicas:', '', 1],
    ['apps/v1', 'ReplicaSet', 'replicas: 0', '', 0],
    ['apps/v1', 'DaemonSet', 'minReadySeconds: 1', '', 1],
    ['batch/v1', 'Job', 'parallelism: 5\n  completions: 2', '', 2],
    ['batch/v1', 'CronJob', 'parallelism: 4', '    ', 4],
  ])('reads %s %s', (apiVersion, kind, replicas, indent, expected) => {
    const template = `  ${replicas}\n  template:\n   metadata: {labels: {app: a}}\n   spec:${pod}`;
    const nested = indent === '' ? template : ` jobTemplate:\n  spec:\n${template.replace(/^/gm, indent)}`;
    const object = readOne(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\nspec:\n${nested}`);
    expect(object).toMatchObject({
      kind,
      replicas: expected,
      template: { metadata: { labels: { app: 'a' }, annotations: {} }, spec: podSpec },
    });
  });
});

it('reads a Service', () => {
  const spec =
    'spec: {clusterIP: None, selector: {a: b}, ports: [{port: 80, targetPort: http, name: web}, {port: 53, protocol: UDP, targetPort: 0}]}\nstatus: {loadBalancer: {ingress: [{ip: 1.2.3.4}, {hostname: h}]}}\n';
  expect(readOne(`apiVersion: v1\nkind: Service\nmetadata: {name: a}\n${spec}`)).toMatchObject({
    spec: {
      type: 'ClusterIP',
      clusterIPs: ['None'],
      selector: { a: 'b' },
      ports: [
        { name: 'web', port: 80, protocol: 'TCP', targetPort: 'http' },
        { port: 53, protocol: 'UDP' },
      ],
      publishNotReadyAddresses: false,
    },
    loadBalancerIPs: ['1.2.3.4'],
  });
});

it('reads an EndpointSlice', () => {
  const text =
    'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a, labels: {kubernetes.io/service-name: s}}\naddressType: IPv4\nendpoints:\n- {addresses: [10.0.0.1], targetRef: {kind: Pod, name: p}}\n- {addresses: [10.0.0.2], conditions: {ready: false}}\nports: [{port: 80, name: ""}]\n';
  expect(readOne(text)).toMatchObject({
    service: 's',
    addressType: 'IPv4',
    endpoints: [
      { addresses: ['10.0.0.1'], ready: true, pod: 'p' },
      { addresses: ['10.0.0.2'], ready: false },
    ],
    ports: [{ port: 80, protocol: 'TCP' }],
  });
});

it('reads addresses of a Node, names left out', () => {
  const text =
    'apiVersion: v1\nkind: Node\nmetadata: {name: k}\nstatus: {addresses: [{type: InternalIP, address: 172.18.0.2}, {type: Hostname, address: k}]}\n';
  expect(readOne(text)).toMatchObject({ addresses: ['172.18.0.2'] });
});

it('reads a Gateway and its class', () => {
  const api = 'apiVersion: gateway.networking.k8s.io/v1\n';
  const spec =
    'spec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}\n';
  expect(readOne(`${api}kind: Gateway\nmetadata: {name: w}\n${spec}`)).toMatchObject({
    spec: {
      gatewayClassName: 'istio-waypoint',
      listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }],
    },
  });
  expect(
    readOne(
      `${api}kind: GatewayClass\nmetadata: {name: c}\nspec: {controllerName: istio.io/gateway-controller}\n`,
    ),
  ).toMatchObject({ metadata: { namespace: '' }, spec: { controllerName: 'istio.io/gateway-controller' } });
});

it('keeps a NetworkPolicy as it is written', () => {
  const spec =
    'spec: {ingress: [{from: [{podSelector: }, {ipBlock: {cidr: 10.0.0.0/8, except: []}}], ports: [{port: http}, ~]}, ~], egress: []}\n';
  const text = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n${spec.replace('{podSelector: }', '{podSelector: {}}')}`;
  expect(readOne(text)).toMatchObject({
    spec: {
      podSelector: {},
      ingress: [
        {
          peers: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8', except: [] } }],
          ports: [{ port: 'http' }, {}],
        },
        {},
      ],
      egress: [],
    },
  });
});
