import { describe, expect, it } from 'vitest';
import { authorizationPolicy, policyCluster } from '../../../test/support/istio-policies.ts';
import { type AuthorizationPolicy, type AuthorizationRule, defaultMesh } from '../../model/index.ts';
import { convertForZtunnel, notSentToZtunnel } from './ztunnel-convert.ts';
import { ztunnelKeysListed, ztunnelNotes, ztunnelPoliciesFor } from './ztunnel-select.ts';
import { ztunnelStatus } from './ztunnel-status.ts';

const dryRun = { 'istio.io/dry-run': 'T' };
const targetRefs = [{ group: '', kind: 'Service', name: 'cart' }];
const paths: AuthorizationRule = { from: [], to: [{ paths: ['/x'] }], when: [] };
const web = { namespace: 'shop', labels: { app: 'web' } };

function statusOf(spec: Partial<AuthorizationPolicy['spec']>, annotations = {}) {
  return ztunnelStatus(defaultMesh, authorizationPolicy('shop/p', spec, annotations));
}

describe('ztunnelStatus', () => {
  it('asks for dry run, then targetRefs, then the action', () => {
    expect(statusOf({ action: 'AUDIT', targetRefs }, dryRun)?.complaint?.message).toContain(
      'dry-run annotation',
    );
    expect(statusOf({ action: 'AUDIT', targetRefs })).toBeUndefined();
    expect(statusOf({ action: 'AUDIT' })).toEqual({
      bound: false,
      complaint: { reason: 'UnsupportedValue', message: 'ztunnel does not support the AUDIT action' },
    });
    expect(statusOf({}, { 'istio.io/dry-run': 'perhaps' })).toEqual({ bound: true });
  });

  it('sends dry-run policies where the mesh supports them', () => {
    const policy = authorizationPolicy('shop/p', {}, dryRun);
    const mesh = { ...defaultMesh, ambientDryRun: true };
    expect(notSentToZtunnel(defaultMesh, policy)).toBe('dry run');
    expect(convertForZtunnel(mesh, policy)).toMatchObject({ dryRun: true, scope: 'NAMESPACE' });
    expect(ztunnelStatus(mesh, policy)).toEqual({ bound: true });
  });

  it('names HTTP attributes once, sorted', () => {
    const rules = [
      {
        from: [{ requestPrincipals: ['*'] }],
        to: [{ paths: ['/x'] }],
        when: [{ key: 'remote.ip', values: ['x'] }],
      },
      { ...paths, from: [{ trustDomains: ['td'] }] },
    ];
    expect(statusOf({ rules })?.complaint?.message).toContain('(found: paths, remote.ip, requestPrincipals)');
  });

  it('tells whether a DENY policy can still match', () => {
    const ports = { from: [], to: [{ ports: ['80'] }], when: [] };
    expect(statusOf({ action: 'DENY', rules: [paths] })?.effective).toBe(false);
    expect(statusOf({ action: 'DENY', rules: [paths, ports] })?.effective).toBe(true);
    expect(statusOf({ action: 'ALLOW', rules: [paths] })?.effective).toBeUndefined();
  });
});

describe('which policies a pod’s ztunnel has', () => {
  const select = (matchLabels: Record<string, string>) => ({ selector: { matchLabels } });
  const cluster = policyCluster([
    authorizationPolicy('istio-system/global'),
    authorizationPolicy('istio-system/web', select({ app: 'web' })),
    authorizationPolicy('shop/audit', { action: 'AUDIT' }),
    authorizationPolicy('shop/db', select({ app: 'db' })),
    authorizationPolicy('shop/empty', select({})),
    authorizationPolicy('shop/everything'),
    authorizationPolicy('shop/paths', { rules: [paths] }),
    authorizationPolicy('shop/paths-denied', { action: 'DENY', rules: [paths] }),
    authorizationPolicy('shop/refs', { targetRefs }),
    authorizationPolicy('shop/td', {
      rules: [{ from: [{ trustDomains: ['td'], namespaces: ['x'] }], to: [], when: [] }],
    }),
    authorizationPolicy('other/everything'),
  ]);

  it('goes by scope and labels; a selector without labels picks nothing', () => {
    const names = ztunnelPoliciesFor(cluster, web).map((policy) => `${policy.scope} ${policy.name}`);
    expect(names).toEqual([
      'GLOBAL global',
      'WORKLOAD_SELECTOR web',
      'NAMESPACE everything',
      'NAMESPACE paths',
      'NAMESPACE paths-denied',
      'NAMESPACE td',
    ]);
    expect(ztunnelKeysListed(cluster, web)).toEqual(['istio-system/web']);
  });

  it('notes what it does not have, or not as written', () => {
    expect(ztunnelNotes(cluster, web).map(({ policy, why }) => [policy.metadata.name, why])).toEqual([
      ['audit', 'action'],
      ['empty', 'selector without labels'],
      ['paths', 'HTTP rules omitted'],
      ['paths-denied', 'no effect without HTTP attributes'],
      ['refs', 'targetRefs'],
      ['td', 'trustDomains ignored'],
    ]);
  });
});
