import { describe, expect, it } from 'vitest';
import {
  checked,
  deployment,
  dns,
  prometheus,
  release,
  rowsOfFlow,
} from '../../../test/support/istio-check.ts';
import { made, namespace } from '../../../test/support/text-cluster.ts';
import { formatComponentCheckText } from '../../report/index.ts';

const istiod = release('istiod', 'istio-system/istiod');
const shop = [
  namespace('istio-system'),
  namespace('shop', { 'istio-injection': 'enabled' }),
  namespace('monitoring'),
  namespace('kube-system'),
  deployment('shop/web', 8080),
  ...dns,
  prometheus,
];

/** A Baseline policy that keeps namespace shop from istiod, and lets it have the rest. */
const baseline = made('ClusterNetworkPolicy', 'closed', {
  tier: 'Baseline',
  priority: 10,
  subject: { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } },
  egress: [
    {
      action: 'Deny',
      to: [{ namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'istio-system' } } }],
    },
  ],
});

const admin = made('ClusterNetworkPolicy', 'never', {
  tier: 'Admin',
  priority: 10,
  subject: { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } },
  egress: [{ action: 'Deny', to: [{ namespaces: {} }] }],
});

const toIstiod = made('NetworkPolicy', 'shop/to-istiod', {
  podSelector: {},
  policyTypes: ['Egress'],
  egress: [
    {
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'istio-system' } } }],
      ports: [{ port: 15012 }],
    },
  ],
});

describe('what the Baseline tier denies', () => {
  const check = checked([istiod], [...shop, baseline]);
  const [cut] = check.cutOff;

  it('can be lifted by a NetworkPolicy, which cuts what it does not list', () => {
    expect(check.cutOff.map((each) => each.namespace)).toEqual(['shop']);
    expect(cut?.repair).toBeUndefined();
    expect(cut?.beyond).toEqual([]);
    expect(cut?.isolating).toMatchObject({
      policies: [{ metadata: { name: 'closed' } }],
      directions: ['egress'],
      pods: 1,
    });
    expect(cut?.isolating?.rows.map(({ flow }) => flow.id)).toEqual(['istiod-xds-sidecar']);
    expect(cut?.isolating?.cuts.map(({ flow }) => flow.id)).toEqual(['sidecar-dns', 'sidecar-dns-tcp']);
  });

  it('is what happens where somebody applies one', () => {
    const after = checked([istiod], [...shop, baseline, toIstiod]);
    expect(rowsOfFlow(after, 'istiod-xds-sidecar')).toEqual([
      'sidecars of namespace shop -> istiod istio-system/istiod 15012: allow',
    ]);
    expect(rowsOfFlow(after, 'sidecar-dns')).toEqual(['sidecars of namespace shop -> DNS 53: deny']);
  });

  it('is told with the name of the policy that denies', () => {
    const text = formatComponentCheckText(check).replaceAll(/\s+/g, ' ');
    expect(text).toContain('Denied by ClusterNetworkPolicy closed at pods of namespace shop:');
    expect(text).not.toContain('No NetworkPolicy of the namespace');
    expect(text).toContain('whatever it does not list is cut, sidecars of namespace shop -> DNS UDP 53');
    expect(text).toContain('ClusterNetworkPolicy closed denies some');
    expect(check.findings.map(({ message }) => message)).toEqual([
      'ClusterNetworkPolicy closed cuts pods of namespace shop off: to istiod TCP 15012',
    ]);
    expect(check.findings[0]?.help).toContain('A NetworkPolicy for these pods would lift it as well');
  });

  it('is not lifted where the Admin tier denies it, too', () => {
    const both = checked([istiod], [...shop, baseline, admin]);
    const [own] = both.cutOff;
    expect(own?.isolating).toBeUndefined();
    expect(own?.beyond.map(({ flow }) => flow.id)).toContain('istiod-xds-sidecar');
    expect(both.findings[0]?.help).toContain('Admin tier');
  });

  it('beside what NetworkPolicies of the namespace deny has its own line', () => {
    const closed = made('NetworkPolicy', 'shop/closed', {
      podSelector: { matchLabels: { app: 'db' } },
      policyTypes: ['Ingress'],
    });
    const both = checked([istiod], [...shop, deployment('shop/db', 5432), baseline, closed]);
    const text = formatComponentCheckText(both);
    expect(text).toContain(
      'Denied by policies of namespace shop, and at its pods by ClusterNetworkPolicy closed:',
    );
    expect(both.cutOff[0]).toMatchObject({ repair: { verified: true }, isolating: { pods: 1 } });
    expect(both.findings[0]?.message).toMatch(
      /^namespace shop and ClusterNetworkPolicy closed cut its pods off/,
    );
  });
});
