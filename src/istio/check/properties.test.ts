import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checked, deployment, dns, inputOf, prometheus, release } from '../../../test/support/istio-check.ts';
import { made, namespace, service } from '../../../test/support/text-cluster.ts';
import { podEndpoint } from '../../model/index.ts';
import { askFlows } from './check.ts';
import type { Grouper } from './groups.ts';
import { membersOf } from './members.ts';
import type { Asked } from './rows.ts';
import { setScene } from './scene.ts';

const releases = [
  release('istiod', 'istio-system/istiod'),
  release('ztunnel', 'istio-system/ztunnel'),
  release('gateway', 'istio-ingress/ingress'),
];
const names = ['one', 'two', 'three'];
const apps = ['web', 'db'];

const meshes = fc.constantFrom(
  {},
  { 'istio-injection': 'enabled' },
  { 'istio.io/dataplane-mode': 'ambient' },
);
const app = fc.constantFrom(...apps, 'prometheus', 'istiod', 'ingress');
const podSelector = fc.oneof(
  fc.constant({}),
  app.map((name) => ({ matchLabels: { app: name } })),
);
const namespaceSelector = fc.oneof(
  fc.constant({}),
  fc.constantFrom(...names, 'istio-system', 'kube-system', 'monitoring', 'istio-ingress').map((name) => ({
    matchLabels: { 'kubernetes.io/metadata.name': name },
  })),
);
const peer = fc.oneof(
  fc.record({ podSelector }),
  fc.record({ namespaceSelector }),
  fc.record({ namespaceSelector, podSelector }),
  fc.constantFrom('10.0.0.0/8', '169.254.0.0/16', '0.0.0.0/0').map((cidr) => ({ ipBlock: { cidr } })),
);
const port = fc.oneof(
  fc.constantFrom(80, 5432, 15008, 15012, 15020, 15443).map((number) => ({ port: number })),
  fc.constant({ port: 53, protocol: 'UDP' }),
);
const rule = (field: 'from' | 'to') =>
  fc.record(
    { [field]: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) },
    { requiredKeys: [] },
  );
const policySpec = fc.record({
  podSelector,
  policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
  ingress: fc.array(rule('from'), { maxLength: 2 }),
  egress: fc.array(rule('to'), { maxLength: 2 }),
});
const policies = fc.array(
  fc.tuple(fc.constantFrom(...names, 'istio-system', 'istio-ingress', 'kube-system'), policySpec),
  { minLength: 1, maxLength: 5 },
);
const waypoint = made('Gateway', 'two/waypoint', { gatewayClassName: 'istio-waypoint', listeners: [] });

/** A cluster of three namespaces with two workloads each, in whatever mesh, and some policies. */
const clusters = fc
  .record({ mesh: fc.tuple(meshes, meshes, meshes), policies, useWaypoint: fc.boolean() })
  .map(({ mesh, policies: specs, useWaypoint }) => [
    ...['istio-system', 'istio-ingress', 'monitoring', 'kube-system'].map((name) => namespace(name)),
    ...names.flatMap((name, i) => [
      namespace(name, {
        ...mesh[i],
        ...(useWaypoint && name === 'two' ? { 'istio.io/use-waypoint': 'waypoint' } : {}),
      }),
      ...apps.flatMap((each, j) => [
        deployment(`${name}/${each}`, j === 0 ? 80 : 5432, { probe: true }),
        service(`${name}/${each}`, 80, 'web'),
      ]),
    ]),
    ...(useWaypoint ? [waypoint] : []),
    ...dns,
    prometheus,
    ...specs.map(([at, spec], i) => made('NetworkPolicy', `${at}/p${i}`, spec)),
  ]);

const admin = fc.constantFrom('Accept', 'Deny', 'Pass').chain((action) =>
  fc
    .record({ name: fc.constantFrom(...names), tier: fc.constantFrom('Admin', 'Baseline') })
    .map(({ name, tier }) =>
      made('ClusterNetworkPolicy', 'default', {
        tier,
        priority: 10,
        subject: { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': name } } },
        [action === 'Accept' ? 'egress' : 'ingress']: [
          {
            action: action === 'Pass' && tier === 'Baseline' ? 'Deny' : action,
            [action === 'Accept' ? 'to' : 'from']: [{ namespaces: {} }],
          },
        ],
      }),
    ),
);

it('repairs let through what they promise, and all of them together leave nothing cut off', () => {
  fc.assert(
    fc.property(clusters, (texts) => {
      const check = checked(releases, texts);
      const repairs = check.cutOff.flatMap(({ repair }) => repair ?? []);
      expect(repairs.map(({ verified }) => verified)).toEqual(repairs.map(() => true));
      expect(repairs).toHaveLength(check.cutOff.length);
      const repaired = checked(releases, [...texts, ...repairs.map(({ yaml }) => yaml)]);
      expect(
        repaired.cutOff.map((cut) => [
          cut.namespace,
          cut.rows.map(({ flow, from, to }) => [flow.id, from.label, to.label]),
        ]),
      ).toEqual([]);
      // Whatever was let through still is.
      const broken = new Set(
        check.rows.filter(({ outcome }) => outcome === 'deny').map(({ flow }) => flow.id),
      );
      const after = repaired.rows.filter(({ outcome }) => outcome === 'deny').map(({ flow }) => flow.id);
      expect(after.filter((id) => !broken.has(id))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

it('an admin tier may stand against a repair: then what is left is said', () => {
  fc.assert(
    fc.property(clusters, admin, (texts, policy) => {
      const check = checked(releases, [...texts, policy]);
      const repairs = check.cutOff.flatMap(({ repair }) => repair ?? []);
      expect(repairs.map(({ verified }) => verified)).toEqual(repairs.map(() => true));
      const repaired = checked(releases, [...texts, policy, ...repairs.map(({ yaml }) => yaml)]);
      const beyond = new Set(check.cutOff.flatMap((cut) => cut.beyond.map(({ flow }) => flow.id)));
      for (const cut of repaired.cutOff)
        for (const { flow } of cut.rows) expect([...beyond]).toContain(flow.id);
    }),
    { numRuns: 40 },
  );
});

/** Every pod by itself. */
const alone: Grouper = (pods) => pods.map((pod) => ({ endpoint: podEndpoint(pod), pods: [pod] }));

it('groups answer as each of their pods does', () => {
  fc.assert(
    fc.property(clusters, fc.option(admin), (texts, policy) => {
      const scene = setScene(inputOf(releases, policy === null ? texts : [...texts, policy]));
      const members = membersOf(scene);
      const grouped = new Map<string, string>();
      for (const asked of askFlows(scene, members).asked)
        for (const key of keysOf(asked)) grouped.set(key, asked.answer.outcome);
      for (const asked of askFlows(scene, members, alone).asked)
        for (const key of keysOf(asked)) expect([key, grouped.get(key)]).toEqual([key, asked.answer.outcome]);
    }),
    { numRuns: 40 },
  );
});

/** The connections that an answer stands for. */
function keysOf({ flow, source, destination, port, from, to }: Asked): readonly string[] {
  const sources = source.pods.length === 0 ? [from.label] : source.pods.map(({ key }) => key);
  const destinations = destination.pods.length === 0 ? [to.label] : destination.pods.map(({ key }) => key);
  return sources.flatMap((a) =>
    destinations.filter((b) => a !== b).map((b) => `${flow.id} ${a} -> ${b} ${port} ${from.role} ${to.role}`),
  );
}
