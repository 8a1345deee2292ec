import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorizationPolicy, peerAuthentication, policyCluster } from '../../test/support/istio-policies.ts';
import { workloadPolicyKey } from '../cluster/index.ts';
import { type AuthorizationRule, type Connection, notSaid } from '../model/index.ts';
import { judgeAtZtunnel } from './ztunnel.ts';

const web = { namespace: 'shop', labels: { app: 'web' } };
const caller: Connection = {
  identity: 'cluster.local/ns/front/sa/ui',
  sourceAddress: '10.0.0.1',
  destinationAddress: '10.0.0.2',
  destinationPort: 8080,
  sni: undefined,
};
const plaintext: Connection = { ...caller, identity: undefined };

function from(source: AuthorizationRule['from'][number], port?: string): AuthorizationRule {
  return { from: [source], to: port === undefined ? [] : [{ ports: [port] }], when: [] };
}

const allowFront = authorizationPolicy('shop/allow-front', { rules: [from({ namespaces: ['front'] })] });
const denyUi = authorizationPolicy('shop/deny-ui', {
  action: 'DENY',
  rules: [from({ principals: ['x'] }), from({ principals: ['*/sa/ui'] })],
});
const strict = peerAuthentication('shop/default', 'STRICT');

describe('judgeAtZtunnel', () => {
  it('lets everything pass where nothing governs the pod', () => {
    const verdict = judgeAtZtunnel(policyCluster([]), web, plaintext);
    expect(verdict).toMatchObject({ outcome: 'allow', because: { kind: 'no policy selects' } });
  });

  it('names the rule that allows', () => {
    const verdict = judgeAtZtunnel(policyCluster([allowFront]), web, caller);
    expect(verdict).toMatchObject({
      outcome: 'allow',
      because: {
        kind: 'matched rule',
        rule: {
          policy: allowFront,
          path: ['spec', 'rules', 0],
          id: 'ns[shop]-policy[allow-front]-rule[0]',
          action: 'ALLOW',
        },
      },
    });
  });

  it('lets DENY win, and names its rule', () => {
    const verdict = judgeAtZtunnel(policyCluster([allowFront, denyUi]), web, caller);
    expect(verdict).toMatchObject({
      outcome: 'deny',
      rejection: 'explicitly denied by: shop/deny-ui',
      because: { kind: 'matched rule', rule: { policy: denyUi, path: ['spec', 'rules', 1] } },
    });
  });

  it('says what came closest where no ALLOW policy matched', () => {
    const far = authorizationPolicy('shop/far', { rules: [from({ namespaces: ['x'] }, '443')] });
    const { because, ...verdict } = judgeAtZtunnel(policyCluster([allowFront, far]), web, plaintext);
    expect(verdict).toMatchObject({ outcome: 'deny', rejection: 'allow policies exist, but none allowed' });
    expect(because).toMatchObject({
      kind: 'isolated, nothing matched',
      policies: [allowFront, far],
      nearMisses: [
        { policy: allowFront, failed: [{ wanted: 'front', got: 'no identity' }] },
        { policy: far, failed: [{ wanted: '443', got: '8080' }, { wanted: 'x' }] },
      ],
    });
  });

  it('gives STRICT as the reason before any other', () => {
    const denyAll = authorizationPolicy('shop/deny-all', {
      action: 'DENY',
      rules: [from({ notPrincipals: ['x'] })],
    });
    const verdict = judgeAtZtunnel(policyCluster([denyAll, strict]), web, plaintext);
    expect(verdict).toMatchObject({
      rejection: 'explicitly denied by: istio-system/istio_converted_static_strict',
      because: { kind: 'matched rule', rule: { policy: strict, path: ['spec', 'mtls', 'mode'] } },
    });
    expect(verdict.deniedBy.map(workloadPolicyKey)).toEqual([
      'istio-system/istio_converted_static_strict',
      'shop/deny-all',
    ]);
    expect(judgeAtZtunnel(policyCluster([strict]), web, caller).outcome).toBe('allow');
  });

  it('is unknown where it turns on what was not said, and only there', () => {
    const block = authorizationPolicy('shop/block', { rules: [from({ ipBlocks: ['10.0.0.0/8'] })] });
    const hidden: Connection = { ...caller, sourceAddress: notSaid };
    const verdict = judgeAtZtunnel(policyCluster([block]), web, hidden);
    expect(verdict).toMatchObject({ outcome: 'unknown', because: { kind: 'missing facts' } });
    expect(verdict.facts).toHaveLength(1);
    expect(judgeAtZtunnel(policyCluster([block, denyUi]), web, hidden)).toMatchObject({
      outcome: 'deny',
      facts: [],
    });
    expect(judgeAtZtunnel(policyCluster([block, allowFront]), web, hidden).outcome).toBe('allow');
  });

  it('reports dry-run policies without enforcing them', () => {
    const annotations = { 'istio.io/dry-run': 'true' };
    const dryDeny = authorizationPolicy('shop/dry', denyUi.spec, annotations);
    const dryAllow = authorizationPolicy(
      'shop/dry-allow',
      { rules: [from({ namespaces: ['x'] })] },
      annotations,
    );
    const cluster = policyCluster([dryDeny, dryAllow], { ambientDryRun: true });
    expect(judgeAtZtunnel(cluster, web, caller)).toMatchObject({
      outcome: 'allow',
      shadow: { DENY: { result: 'denied', rule: { policy: dryDeny } }, ALLOW: { result: 'denied' } },
    });
    const ignored = judgeAtZtunnel(policyCluster([dryDeny, dryAllow]), web, caller);
    expect(ignored.shadow).toEqual({});
    expect(ignored.notes.map((note) => note.why)).toEqual(['dry run', 'dry run']);
  });

  it('does not depend on the order of policies', () => {
    const policies = [
      allowFront,
      denyUi,
      strict,
      authorizationPolicy('istio-system/all', { rules: [{ from: [], to: [], when: [] }] }),
      peerAuthentication('shop/web', 'UNSET', { selector: web.labels, ports: { 8080: 'PERMISSIVE' } }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(policies), fc.boolean(), (some, encrypted) => {
        const inOrder = policies.filter((policy) => some.includes(policy));
        const connection = encrypted ? caller : plaintext;
        const shuffled = judgeAtZtunnel(policyCluster(some), web, connection);
        expect(shuffled).toEqual(judgeAtZtunnel(policyCluster(inOrder), web, connection));
      }),
    );
  });
});
