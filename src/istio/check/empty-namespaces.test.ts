import { describe, expect, it } from 'vitest';
import { checked, denyAll, deployment, dns, release, rowsOfFlow } from '../../../test/support/istio-check.ts';
import { made, namespace, pod } from '../../../test/support/text-cluster.ts';

const istiod = release('istiod', 'istio-system/istiod');
const sidecars = { 'istio-injection': 'enabled' };
const base = [namespace('shop', sidecars), deployment('shop/web', 8080), ...dns];
const xds = (texts: readonly string[]) =>
  rowsOfFlow(checked([istiod], [...base, ...texts]), 'istiod-xds-sidecar').toSorted();

const shopAlone = ['sidecars of namespace shop -> istiod istio-system/istiod 15012: allow'];

describe('namespaces of the mesh that have policies and no pods', () => {
  it('are cut off as any other, by made-up pods', () => {
    const check = checked([istiod], [...base, namespace('next', sidecars), denyAll('next')]);
    expect(rowsOfFlow(check, 'istiod-xds-sidecar').toSorted()).toEqual([
      'sidecars of namespace next -> istiod istio-system/istiod 15012: deny',
      ...shopAlone,
    ]);
    expect(check.cutOff).toMatchObject([
      { namespace: 'next', rows: [{ from: { standIn: true } }, {}], repair: { verified: true } },
    ]);
    expect(check.remarks.join()).toContain('No pods yet in next');
  });

  it('have a pod for each selector of their policies', () => {
    const own = made('NetworkPolicy', 'next/db', {
      podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'cache'] }] },
      policyTypes: ['Egress'],
    });
    expect(xds([namespace('next', sidecars), own])).toEqual([
      'sidecars of namespace next -> istiod istio-system/istiod 15012: deny',
      ...shopAlone,
    ]);
  });

  it('may be of the ambient mesh, or of a revision', () => {
    const check = checked(
      [istiod],
      [
        ...base,
        namespace('ambient', { 'istio.io/dataplane-mode': 'ambient' }),
        denyAll('ambient'),
        namespace('canary', { 'istio.io/rev': 'canary' }),
        denyAll('canary'),
      ],
    );
    expect(check.cutOff.map((cut) => cut.namespace)).toEqual(['ambient', 'canary']);
  });

  it.each([
    ['has no policies', [namespace('next', sidecars)]],
    ['is not in the mesh', [namespace('next'), denyAll('next')]],
    [
      'switches injection off',
      [namespace('next', { 'istio-injection': 'disabled', 'istio.io/rev': 'x' }), denyAll('next')],
    ],
    ['has pods', [namespace('next', sidecars), denyAll('next'), pod('next/host', { hostNetwork: true })]],
  ])('one that %s has none made up', (_, texts) => {
    expect(xds(texts)).toEqual(shopAlone);
  });

  it('beside proxies to come that the cluster does not show', () => {
    const check = checked([istiod], [namespace('next', sidecars), denyAll('next'), ...dns]);
    expect(rowsOfFlow(check, 'istiod-xds-mesh')).toHaveLength(1);
    expect(check.cutOff.map((cut) => cut.namespace)).toEqual(['next']);
  });
});
