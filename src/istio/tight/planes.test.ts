import { describe, expect, it } from 'vitest';
import { buildCluster } from '../../cluster/index.ts';
import { readManifests } from '../../manifest/index.ts';
import type { Component, PodPeer, Surroundings } from '../components/index.ts';
import { markPlanes, planesOf } from './planes.ts';
import { tightPolicies } from './tight.ts';
import type { TightRule } from './types.ts';

const named = (name: string): PodPeer => ({
  namespaces: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});
const labelled = (key: string, value: string): PodPeer => ({ namespaces: { matchLabels: { [key]: value } } });

const text = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Namespace
metadata: { name: amb, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: v1
kind: Namespace
metadata: { name: both, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: v1
kind: Pod
metadata: { name: injected, namespace: both, labels: { sidecar.istio.io/inject: "true" } }
spec: { containers: [{ name: main, image: a }, { name: istio-proxy, image: proxyv2 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: tunnelled, namespace: both }
spec: { containers: [{ name: main, image: a }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: plain }
`;

describe('data planes of the mesh', () => {
  const cluster = buildCluster(readManifests([{ name: 'cluster.yaml', text }]));
  const marked = (peer: PodPeer): PodPeer['planes'] =>
    markPlanes(cluster, { mesh: [peer] }).mesh?.[0]?.planes;

  it('are those of the pods in a cluster, and what its namespaces ask for', () => {
    expect(marked(named('shop'))).toEqual(['sidecar']);
    expect(marked(named('amb'))).toEqual(['ambient']);
    expect(marked(named('both'))).toEqual(['sidecar', 'ambient']);
    expect(marked({ namespaces: {} })).toEqual(['sidecar', 'ambient']);
  });

  it('are not known where the cluster has nothing that tells', () => {
    expect(marked(named('plain'))).toBeUndefined();
    expect(marked(named('elsewhere'))).toBeUndefined();
  });

  it('are told by labels alone where those put pods into the mesh; neither a name nor a revision does', () => {
    expect(planesOf(labelled('istio-injection', 'enabled'))).toEqual(['sidecar']);
    expect(planesOf(labelled('istio.io/dataplane-mode', 'ambient'))).toEqual(['ambient']);
    expect(planesOf(labelled('istio.io/rev', 'canary'))).toBeUndefined();
    expect(planesOf(named('shop'))).toBeUndefined();
  });
});

describe('rules for the mesh', () => {
  const component = (chart: 'istiod' | 'ztunnel' | 'gateway', name: string): Component => ({
    release: {
      chart,
      version: { text: '1.30.3', minor: 30 },
      name,
      namespace: 'istio-system',
      values: {},
      chartVersion: '1.30.3',
      appVersion: '1.30.3',
    },
    name,
    namespace: 'istio-system',
    selector: { app: name },
    revision: '',
    runs: true,
    listeners: [],
  });
  const components = [
    component('istiod', 'istiod'),
    component('ztunnel', 'ztunnel'),
    component('gateway', 'edge'),
  ];
  const made = (mesh: Surroundings['mesh'], all = components) => {
    const { policies, findings } = tightPolicies({ components: all, surroundings: { mesh: mesh! } });
    const [istiod, , gateway] = ['istiod', 'ztunnel', 'edge'].map((name) =>
      policies.find((policy) => policy.name === `${name}-tight`),
    );
    const toIstiod = istiod!.ingress.find(({ why }) => why.startsWith('Sidecars fetch'));
    const upstream = gateway!.egress.filter(({ why }) => /workloads that its routes|tunnel/.test(why));
    return { toIstiod, upstream, codes: findings.map(({ code }) => code) };
  };
  const portsOf = (rules: readonly TightRule[]) =>
    rules.map(({ ports }) => (ports === 'any' ? 'any' : ports.map(({ port }) => port ?? 'any TCP').join()));

  it('of ambient pods alone leave 15012 to ztunnel, and gateways on 15008', () => {
    const { toIstiod, upstream, codes } = made([labelled('istio.io/dataplane-mode', 'ambient')]);
    expect(toIstiod).toBeUndefined();
    expect(portsOf(upstream)).toEqual(['15008']);
    expect(codes).not.toContain('PC3468');
  });

  it('of sidecars alone have both as ever', () => {
    const { toIstiod, upstream } = made([labelled('istio-injection', 'enabled')]);
    expect(toIstiod?.open).toEqual([]);
    expect(portsOf(upstream)).toEqual(['any TCP']);
  });

  it('stay open for both where only a name was said, with the reason', () => {
    const { toIstiod, upstream, codes } = made([named('shop')]);
    expect(toIstiod?.notes).toContainEqual(
      expect.stringContaining(
        'Whether pods of namespace shop have sidecars or are in ambient mode is not known',
      ),
    );
    expect(portsOf(upstream)).toEqual(['any TCP', '15008']);
    expect(upstream[0]?.why).toContain('15008 where they are in ambient mode');
    expect(codes).toContain('PC3468');
  });

  it('take them for sidecars where nothing is ambient', () => {
    const { toIstiod, upstream, codes } = made(
      [named('shop')],
      components.filter(({ name }) => name !== 'ztunnel'),
    );
    expect(toIstiod?.open).toEqual([]);
    expect(portsOf(upstream)).toEqual(['any TCP']);
    expect(codes).not.toContain('PC3468');
  });
});
