import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { peerAuthentication, policyCluster } from '../../../test/support/istio-policies.ts';
import { qualifiedName } from '../../model/index.ts';
import { attachedPeerAuthentications, composeModes, effectiveMode, namespaceMode } from './mode.ts';

const root = 'istio-system';
const selector = { app: 'web' };
const web = { namespace: 'shop', labels: selector };

describe('effectiveMode', () => {
  const mesh = peerAuthentication(`${root}/default`, 'STRICT');
  const namespace = peerAuthentication('shop/default', 'DISABLE');
  const workload = peerAuthentication('shop/web', 'PERMISSIVE', {
    selector,
    ports: { 80: 'STRICT', 81: 'UNSET' },
  });

  it('is PERMISSIVE by nobody’s word where there is nothing', () => {
    expect(effectiveMode(policyCluster([]), web, 80)).toEqual({ mode: 'PERMISSIVE' });
  });

  it('takes the closest level, and says which field', () => {
    const decide = (port: number, ...policies: Parameters<typeof policyCluster>[0]) => {
      const { mode, decidedBy } = effectiveMode(policyCluster(policies), web, port);
      return [mode, decidedBy && qualifiedName(decidedBy.policy), decidedBy?.path.join('.')];
    };
    expect(decide(80, mesh)).toEqual(['STRICT', `${root}/default`, 'spec.mtls.mode']);
    expect(decide(80, mesh, namespace)).toEqual(['DISABLE', 'shop/default', 'spec.mtls.mode']);
    expect(decide(80, mesh, namespace, workload)).toEqual([
      'STRICT',
      'shop/web',
      'spec.portLevelMtls.80.mode',
    ]);
    expect(decide(81, mesh, namespace, workload)).toEqual(['PERMISSIVE', 'shop/web', 'spec.mtls.mode']);
    expect(decide(82, mesh, namespace, workload)).toEqual(['PERMISSIVE', 'shop/web', 'spec.mtls.mode']);
  });

  it('inherits where a level is unset, ports included', () => {
    const unset = peerAuthentication('shop/web', 'UNSET', { selector, ports: { 80: 'UNSET' } });
    expect(effectiveMode(policyCluster([mesh, unset]), web, 80)).toMatchObject({ mode: 'STRICT' });
    const between = peerAuthentication('shop/default', 'UNSET');
    expect(effectiveMode(policyCluster([mesh, between, unset]), web, 80)).toMatchObject({ mode: 'STRICT' });
  });

  it('ignores selector policies of the root namespace, for workloads there too', () => {
    const policies = [peerAuthentication(`${root}/web`, 'STRICT', { selector, ports: { 80: 'STRICT' } })];
    for (const namespaceName of ['shop', root]) {
      const workloadThere = { namespace: namespaceName, labels: selector };
      expect(effectiveMode(policyCluster(policies), workloadThere, 80)).toEqual({ mode: 'PERMISSIVE' });
      expect(attachedPeerAuthentications(policyCluster(policies), workloadThere)).toHaveLength(1);
    }
  });

  it('lets the oldest win, even where it is unset', () => {
    const old = peerAuthentication('shop/old', 'UNSET', { age: 1 });
    const young = peerAuthentication('shop/a-young', 'STRICT', { age: 2 });
    expect(effectiveMode(policyCluster([young, old]), web, 80)).toEqual({ mode: 'PERMISSIVE' });
  });

  it('takes a selector without labels as none', () => {
    const empty = peerAuthentication('shop/empty', 'STRICT', { selector: {} });
    expect(effectiveMode(policyCluster([empty]), { namespace: 'shop', labels: {} }, 1).mode).toBe('STRICT');
  });
});

describe('namespaceMode', () => {
  it.each([
    ['UNKNOWN', []],
    ['PERMISSIVE', [peerAuthentication('shop/a', 'UNSET')]],
    ['STRICT', [peerAuthentication(`${root}/a`, 'STRICT'), peerAuthentication('shop/a', 'UNSET')]],
    ['DISABLE', [peerAuthentication(`${root}/a`, 'STRICT'), peerAuthentication('shop/a', 'DISABLE')]],
    ['UNKNOWN', [peerAuthentication('shop/a', 'STRICT', { selector })]],
  ] as const)('%s of %#', (mode, policies) => {
    expect(namespaceMode(policyCluster(policies), 'shop')).toBe(mode);
  });
});

describe('composeModes', () => {
  const mode = fc.constantFrom('UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT');
  const policy = fc
    .record({
      namespace: fc.constantFrom('shop', root),
      mode,
      age: fc.nat(3),
      selects: fc.boolean(),
      ports: fc.dictionary(fc.constantFrom('80', '81'), mode),
    })
    .map(({ namespace, selects, ports, age, mode: own }) => ({ namespace, own, age, selects, ports }));

  it('does not depend on the order of the policies', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 6 }), fc.nat(), (drafts, turn) => {
        const policies = drafts.map(({ namespace, own, age, selects, ports }, i) =>
          peerAuthentication(`${namespace}/p${i}`, own, { age, ports, ...(selects ? { selector } : {}) }),
        );
        const cut = turn % (policies.length + 1);
        const turned = [...policies.slice(cut), ...policies.slice(0, cut)].reverse();
        expect(composeModes(turned, root)).toEqual(composeModes(policies, root));
      }),
    );
  });
});
