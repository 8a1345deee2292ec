import fc from 'fast-check';
import { expect, it } from 'vitest';
import { made, namespace, pod } from '../../../test/support/text-cluster.ts';
import { buildCluster, type Cluster, replacePolicy } from '../../cluster/index.ts';
import { readManifests } from '../../manifest/index.ts';
import type { Direction, NetworkPolicy, Outcome } from '../../model/index.ts';
import { rulesOf } from '../../policy/network/index.ts';
import { decide } from '../../verdict/index.ts';
import { lint } from '../index.ts';
import type { Finding } from '../types.ts';

const labels = ['a', 'b'] as const;
const selector = fc.oneof(
  fc.constant({}),
  fc.constantFrom(...labels).map((app) => ({ matchLabels: { app } })),
  fc
    .subarray(['a', 'b', 'c'], { minLength: 1 })
    .chain((values) =>
      fc
        .constantFrom('In', 'NotIn')
        .map((operator) => ({ matchExpressions: [{ key: 'app', operator, values }] })),
    ),
  fc
    .constantFrom('Exists', 'DoesNotExist')
    .map((operator) => ({ matchExpressions: [{ key: 'app', operator }] })),
);
const peer = fc.oneof(
  selector.map((podSelector) => ({ podSelector })),
  fc.constantFrom('x', 'y').chain((name) =>
    selector.map((podSelector) => ({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
      podSelector,
    })),
  ),
  fc.constantFrom(
    { ipBlock: { cidr: '10.0.0.0/8' } },
    { ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.2/32'] } },
    { ipBlock: { cidr: '10.0.0.0/30' } },
  ),
);
const port = fc.constantFrom<object>(
  {},
  { port: 80 },
  { port: 80, endPort: 82 },
  { port: 81 },
  { port: 'web' },
  { protocol: 'UDP', port: 80 },
);
const rule = (field: string): fc.Arbitrary<object> =>
  fc.record({ [field]: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) });
const spec = fc.record({
  podSelector: selector,
  policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
  ingress: fc.array(rule('from'), { maxLength: 2 }),
  egress: fc.array(rule('to'), { maxLength: 2 }),
});

const pods = [
  namespace('x'),
  namespace('y'),
  pod('x/one', { labels: { app: 'a' }, ip: '10.0.0.1', ports: ['web=80'] }),
  pod('x/two', { labels: { app: 'b' }, ip: '10.0.0.2', ports: ['web=81'] }),
  pod('x/three', { labels: { app: 'c' }, ip: '10.0.0.6' }),
  pod('y/four', { labels: { app: 'a' }, ip: '10.0.0.3' }),
];

it('taking out all that is said to add nothing changes no outcome', () => {
  fc.assert(
    fc.property(fc.array(spec, { minLength: 1, maxLength: 3 }), (specs) => {
      const texts = [...pods, ...specs.map((each, i) => made('NetworkPolicy', `x/p${i}`, each))];
      const manifests = readManifests([{ name: 'a.yaml', text: `---\n${texts.join('\n---\n')}` }]);
      const cluster = buildCluster(manifests);
      const findings = lint(cluster, { objects: manifests.objects, only: ['PC3004', 'PC3005'] });
      const repaired = findings.length === 0 ? cluster : without(cluster, findings);
      expect(outcomes(repaired)).toEqual(outcomes(cluster));
      return true;
    }),
    { numRuns: 300 },
  );
});

/** The cluster after all findings have been followed at once. */
function without(cluster: Cluster, findings: readonly Finding[]): Cluster {
  let result = cluster;
  for (const [object, own] of Map.groupBy(findings, (finding) => finding.object as NetworkPolicy)) {
    const whole = own.some(({ code }) => code === 'PC3005');
    result = replacePolicy(result, object, whole ? undefined : lessParts(object, own));
  }
  return result;
}

function lessParts(policy: NetworkPolicy, findings: readonly Finding[]): NetworkPolicy {
  const paths = new Set(findings.map(({ path }) => JSON.stringify(path)));
  const isLeft = (...path: readonly (string | number)[]): boolean =>
    !paths.has(JSON.stringify(['spec', ...path]));
  const rules = (direction: Direction, field: 'from' | 'to') =>
    (policy.spec[direction] ?? []).flatMap((each, i) =>
      isLeft(direction, i)
        ? [
            {
              ...each,
              peers: (each.peers ?? []).filter((_, j) => isLeft(direction, i, field, j)),
              ports: (each.ports ?? []).filter((_, j) => isLeft(direction, i, 'ports', j)),
            },
          ]
        : [],
    );
  const policyTypes = (['ingress', 'egress'] as const)
    .filter((direction) => rulesOf(policy, direction) !== undefined)
    .map((direction) => (direction === 'ingress' ? 'Ingress' : 'Egress'));
  return {
    ...policy,
    spec: { ...policy.spec, policyTypes, ingress: rules('ingress', 'from'), egress: rules('egress', 'to') },
  };
}

function outcomes(cluster: Cluster): readonly Outcome[] {
  const ends = [
    ...[...cluster.pods.values()].map(
      ({ namespace: ns, name }) => ({ kind: 'pod', namespace: ns, name }) as const,
    ),
    { kind: 'address', address: '10.0.0.9' } as const,
    { kind: 'address', address: '203.0.113.7' } as const,
  ];
  return ends.flatMap((source) =>
    ends.flatMap((destination) =>
      [79, 80, 81, 82].flatMap((number) =>
        (['TCP', 'UDP'] as const).map(
          (protocol) =>
            decide(cluster, { source, destination, port: number, protocol, complete: true }).outcome,
        ),
      ),
    ),
  );
}
