import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sampleAddress, samplePod, samplePolicy } from '../../../test/support/network-samples.ts';
import {
  formatAddress,
  type IpRange,
  isUnknown,
  type KnownLabels,
  type NetworkPolicy,
  type NetworkPolicyRule,
  type Packet,
  parseRange,
} from '../../model/index.ts';
import { judgeNetworkPolicies } from './index.ts';

const key = fc.constantFrom('a', 'b');
const value = fc.constantFrom('x', 'y');
const labels = fc.dictionary(key, value, { maxKeys: 2 });
const selector = fc.record(
  {
    matchLabels: labels,
    matchExpressions: fc.array(
      fc.oneof(
        fc.record({
          key,
          operator: fc.constantFrom('In' as const, 'NotIn' as const),
          values: fc.array(value, { minLength: 1, maxLength: 2 }),
        }),
        fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
      ),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);
const cidr = fc
  .tuple(fc.nat(3), fc.nat(255), fc.integer({ min: 8, max: 32 }))
  .map(([second, last, length]) => `10.${second}.0.${last}/${length}`);
const peer = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: selector }),
  fc.record({ podSelector: selector, namespaceSelector: selector }),
  fc.record({ ipBlock: fc.record({ cidr }) }),
);
const port = fc.oneof(
  fc.record({
    port: fc.integer({ min: 1, max: 4 }),
    protocol: fc.constantFrom('TCP' as const, 'UDP' as const),
  }),
  fc.record({ port: fc.constantFrom('web', 'dns') }),
);
const rule: fc.Arbitrary<NetworkPolicyRule> = fc.record(
  { peers: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) },
  { requiredKeys: [] },
);
const policy = fc
  .record({ podSelector: selector, ingress: fc.array(rule, { maxLength: 3 }) })
  .map((spec) => samplePolicy('p', spec));
const policies = fc.array(policy, { minLength: 1, maxLength: 3 });

const server = labels.map((given) =>
  samplePod('shop', 'server', given, { ports: [{ name: 'web', containerPort: 2, protocol: 'TCP' }] }),
);
const address = fc.tuple(fc.nat(3), fc.nat(255)).map(([second, last]) => `10.${second}.0.${last}`);
const sourceWith = (complete: boolean) =>
  fc
    .record({ given: labels, namespaceLabels: labels, namespace: fc.constantFrom('shop', 'away'), address })
    .map((end) => {
      const namespaceLabels: KnownLabels = { labels: end.namespaceLabels, complete };
      return samplePod(end.namespace, 'client', end.given, { address: end.address, namespaceLabels });
    });
const packetWith = (complete: boolean): fc.Arbitrary<Packet> =>
  fc.record({
    source: fc.oneof(sourceWith(complete), address.map(sampleAddress)),
    destination: server,
    port: fc.integer({ min: 1, max: 4 }),
    protocol: fc.constantFrom('TCP' as const, 'UDP' as const),
  });

const judge = (list: readonly NetworkPolicy[], packet: Packet) =>
  judgeNetworkPolicies(list, 'ingress', packet);
const withRules = (before: NetworkPolicy, ingress: readonly NetworkPolicyRule[]): NetworkPolicy =>
  samplePolicy(before.metadata.name, { ...before.spec, ingress });

it('the order of policies does not matter', () => {
  fc.assert(
    fc.property(policies, packetWith(true), (list, packet) => {
      expect(judge(list.toReversed(), packet).allowed).toEqual(judge(list, packet).allowed);
    }),
  );
});

it('one more rule never takes traffic away', () => {
  fc.assert(
    fc.property(policies, rule, packetWith(true), (list, extra, packet) => {
      const [first, ...rest] = list;
      const more = [withRules(first!, [extra, ...(first!.spec.ingress ?? [])]), ...rest];
      if (judge(list, packet).allowed === true) expect(judge(more, packet).allowed).toBe(true);
    }),
  );
});

it('two halves of a block are the block', () => {
  fc.assert(
    fc.property(policies, packetWith(true), (list, packet) => {
      const split = list.map((one) =>
        withRules(
          one,
          (one.spec.ingress ?? []).map((r) => ({ ...r, peers: (r.peers ?? []).flatMap(halves) })),
        ),
      );
      expect(judge(split, packet).allowed).toBe(judge(list, packet).allowed);
    }),
  );
});

function halves(whole: NonNullable<NetworkPolicyRule['peers']>[number]) {
  if (whole.ipBlock === undefined || whole.ipBlock.cidr.endsWith('/32')) return [whole];
  const { first, last } = parseRange(whole.ipBlock.cidr) as IpRange;
  const length = Number(whole.ipBlock.cidr.split('/')[1]) + 1;
  return [first, first + (last - first + 1n) / 2n].map((start) => ({
    ipBlock: { cidr: `${formatAddress({ family: 4, value: start })}/${length}` },
  }));
}

it('where labels of a namespace are not known, a certain answer is that of every completion', () => {
  fc.assert(
    fc.property(policies, packetWith(false), (list, packet) => {
      const { allowed } = judge(list, packet);
      const { source } = packet;
      if (isUnknown(allowed) || source.pod === undefined) return;
      const { pod } = source;
      for (const a of [undefined, 'x', 'y', 'other']) {
        for (const b of [undefined, 'x', 'y', 'other']) {
          const given = { ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) };
          const completed = { labels: { ...given, ...pod.namespaceLabels.labels }, complete: true };
          const known = { ...source, pod: { ...pod, namespaceLabels: completed } };
          expect(judge(list, { ...packet, source: known }).allowed).toBe(allowed);
        }
      }
    }),
  );
});

it('a denial for certain has a near miss for each rule, up to three, and each failed at something', () => {
  fc.assert(
    fc.property(policies, packetWith(true), (list, packet) => {
      const { allowed, policies: governing, nearMisses } = judge(list, packet);
      const rules = governing.flatMap((one) => one.spec.ingress ?? []);
      expect(nearMisses).toHaveLength(allowed === true ? 0 : Math.min(3, rules.length));
      for (const miss of nearMisses) expect(miss.failed.length).toBeGreaterThan(0);
    }),
  );
});
