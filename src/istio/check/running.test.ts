import { describe, expect, it } from 'vitest';
import { checked, denyAll, dns, prometheus, release, rowsOfFlow } from '../../../test/support/istio-check.ts';
import { made, namespace, service } from '../../../test/support/text-cluster.ts';
import type { ComponentCheck } from './index.ts';

const idsOf = ({ rows }: ComponentCheck, label: string): readonly string[] =>
  [
    ...new Set(
      rows.filter(({ from, to }) => from.label === label || to.label === label).map(({ flow }) => flow.id),
    ),
  ].sort();

type Words = Readonly<Record<string, string>>;

/** A workload of Istio's own, with what tells its pods. */
function workload(
  kind: 'Deployment' | 'DaemonSet',
  at: string,
  labels: Words,
  { annotations = {}, more = {} }: { readonly annotations?: Words; readonly more?: Words } = {},
): string {
  const [space, name] = at.split('/');
  const template = {
    metadata: { labels: { ...labels, ...more }, annotations },
    spec: { containers: [{ name: 'main', image: 'x' }] },
  };
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind,
    metadata: { namespace: space, name },
    spec: { selector: { matchLabels: labels }, template },
  });
}

const stable = workload('Deployment', 'istio-system/istiod-stable', {
  app: 'istiod',
  'istio.io/rev': 'stable',
});
const cni = workload('DaemonSet', 'istio-system/istio-cni-node', { 'k8s-app': 'istio-cni-node' });
const ztunnel = workload('DaemonSet', 'istio-system/ztunnel', { app: 'ztunnel' });
const gateway = (at: string, name: string): string =>
  workload(
    'Deployment',
    at,
    { app: name },
    { annotations: { 'inject.istio.io/templates': 'gateway' }, more: { 'sidecar.istio.io/inject': 'true' } },
  );
const edge = namespace('edge');
const surroundings = { apiServer: ['192.0.2.10/32'] };

describe('what runs in the cluster and is not rendered here', () => {
  const canary = release('istiod', 'istio-system/istiod', { revision: 'canary' });
  const texts = [namespace('istio-system'), stable, denyAll('istio-system'), ...dns, prometheus];

  it('a control plane of another revision has all its flows, and its repair opens all of them', () => {
    const check = checked([canary], [...texts, edge, gateway('edge/public', 'public')], surroundings);
    expect(idsOf(check, 'istiod istio-system/istiod-stable')).toEqual([
      'istiod-api-server',
      'istiod-dns',
      'istiod-dns-tcp',
      'istiod-metrics',
      'istiod-probe',
      'istiod-webhook',
      'istiod-xds-gateway',
    ]);
    const [cut] = check.cutOff;
    expect(cut).toMatchObject({ namespace: 'istio-system', repair: { verified: true } });
    const repaired = checked(
      [canary],
      [...texts, edge, gateway('edge/public', 'public'), cut!.repair!.yaml],
      surroundings,
    );
    expect(repaired.rows.filter(({ outcome }) => outcome === 'deny')).toEqual([]);
    expect(repaired.cutOff).toEqual([]);
  });

  it('node agents have theirs, with istiod of their revision', () => {
    const check = checked([], [...texts, cni, ztunnel], surroundings);
    expect(idsOf(check, 'istio-cni istio-system/istio-cni-node')).toEqual([
      'cni-api-server',
      'cni-dns',
      'cni-dns-tcp',
      'cni-metrics',
      'cni-probe',
    ]);
    expect(rowsOfFlow(check, 'istiod-xds-ztunnel')).toEqual([
      'ztunnel istio-system/ztunnel -> istiod istio-system/istiod-stable 15012: deny',
    ]);
    expect(rowsOfFlow(check, 'ztunnel-probe')).toHaveLength(1);
  });

  it('ztunnel says its revision in an annotation', () => {
    const annotated = workload(
      'DaemonSet',
      'istio-system/ztunnel',
      { app: 'ztunnel' },
      { annotations: { 'istio.io/rev': 'canary' } },
    );
    const check = checked([canary], [...texts, annotated], surroundings);
    expect(rowsOfFlow(check, 'istiod-xds-ztunnel')).toEqual([
      'ztunnel istio-system/ztunnel (revision canary) -> istiod istio-system/istiod-canary 15012: deny',
    ]);
  });

  it('one with the name of a component that is not its own is told apart', () => {
    const old = workload('Deployment', 'istio-system/istiod', { app: 'istiod' });
    const check = checked([release('istiod', 'istio-system/istiod')], [old], surroundings);
    expect(rowsOfFlow(check, 'istiod-webhook')).toEqual([
      'API server -> istiod istio-system/istiod 15017: allow',
      'API server -> istiod istio-system/istiod (not of this installation) 15017: allow',
    ]);
  });

  it('control planes that only the surroundings speak of have their clients alone', () => {
    const istiod = [{ namespaces: { matchLabels: { team: 'mesh' } } }];
    const check = checked([], [edge, gateway('edge/public', 'public')], { ...surroundings, istiod });
    expect(rowsOfFlow(check, 'istiod-xds-gateway')).toHaveLength(1);
    expect(rowsOfFlow(check, 'istiod-webhook')).toEqual([]);
  });

  it('a gateway has its name, its clients, the health checks of its load balancer and its control plane', () => {
    const check = checked(
      [],
      [
        ...texts,
        edge,
        gateway('edge/public', 'public'),
        service('edge/public', 443, 8443, {
          type: 'LoadBalancer',
          ports: [
            { name: 'status', port: 15021 },
            { name: 'https', port: 443, targetPort: 8443 },
          ],
        }),
      ],
      surroundings,
    );
    expect(rowsOfFlow(check, 'gateway-clients')).toEqual(['clients -> gateway edge/public 8443: allow']);
    expect(rowsOfFlow(check, 'gateway-health')).toEqual(['clients -> gateway edge/public 15021: allow']);
    expect(rowsOfFlow(check, 'istiod-xds-gateway')).toEqual([
      'gateway edge/public -> istiod istio-system/istiod-stable 15012: deny',
    ]);
  });

  it('a gateway whose Service is for a network has the ports of other networks', () => {
    const between = made(
      'Service',
      'edge/between',
      {
        type: 'LoadBalancer',
        selector: { app: 'between' },
        ports: [
          { name: 'status', port: 15021 },
          { name: 'tls', port: 15443 },
          { name: 'tls-istiod', port: 15012 },
          { name: 'tls-webhook', port: 15017 },
        ],
      },
      { labels: { 'topology.istio.io/network': 'n1' } },
    );
    const check = checked([], [stable, edge, gateway('edge/between', 'between'), between], {
      ...surroundings,
      remoteNetworks: ['198.51.100.0/24'],
    });
    expect(idsOf(check, 'other networks')).toEqual([
      'gateway-east-west',
      'gateway-east-west-istiod',
      'gateway-health',
      'istiod-remote-xds',
    ]);
    expect(rowsOfFlow(check, 'gateway-clients')).toEqual([]);
    expect(rowsOfFlow(check, 'istiod-webhook-gateway')).toHaveLength(1);
  });

  it('an egress gateway has the mesh for clients', () => {
    const check = checked(
      [],
      [
        stable,
        namespace('shop', { 'istio-injection': 'enabled' }),
        workload('Deployment', 'shop/web', { app: 'web' }),
        edge,
        gateway('edge/egress', 'egress'),
        service('edge/egress', 443, 443),
      ],
      surroundings,
    );
    expect(rowsOfFlow(check, 'gateway-mesh-clients')).toEqual([
      'sidecars of namespace shop -> gateway edge/egress 443: allow',
    ]);
  });
});
