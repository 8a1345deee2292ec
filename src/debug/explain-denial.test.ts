import { describe, expect, it } from 'vitest';
import { clusterOf, namespace, pod, service } from '../../test/support/text-cluster.ts';
import type { LogRecord } from '../logs/index.ts';
import { openLedger } from './ledger.ts';
import type { DenialGroup } from './types.ts';

const shop = [
  namespace('shop', { 'istio-injection': 'enabled' }),
  pod('shop/front', { ip: '10.0.0.5', ports: ['http=8080'] }),
  pod('shop/jobs', { ip: '10.0.0.6', ports: ['http=8080'] }),
  pod('shop/cart', { ip: '10.0.0.9', ports: ['http=8080'] }),
  service('shop/cart', 80, 8080, { ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
];

function authorization(name: string, spec: object): string {
  return JSON.stringify({
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { namespace: 'shop', name },
    spec: { selector: { matchLabels: { app: 'cart' } }, ...spec },
  });
}

const noAdmin = authorization('no-admin', {
  action: 'DENY',
  rules: [{ to: [{ operation: { paths: ['/admin*'], ports: ['8080'] } }] }],
});
const frontOnly = authorization('front-only', {
  rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/front'] } }] }],
});
const defaultDeny = JSON.stringify({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { namespace: 'shop', name: 'default-deny' },
  spec: { podSelector: {}, policyTypes: ['Ingress'] },
});

const admin: LogRecord = {
  lines: [1, 1],
  dialect: 'envoy-rbac',
  decision: 'deny',
  source: { ip: '10.0.0.6', port: 40000, principal: 'cluster.local/ns/shop/sa/default' },
  destination: { ip: '10.0.0.9', port: 8080 },
  protocol: 'TCP',
  direction: 'ingress',
  method: 'GET',
  path: '/admin/x',
  policy: { kind: 'AuthorizationPolicy', namespace: 'shop', name: 'no-admin', rule: '0' },
  reason: 'enforced denied, matched policy ns[shop]-policy[no-admin]-rule[0]',
};

const { policy: _policy, ...unnamed } = admin;
const expired: LogRecord = {
  ...unnamed,
  dialect: 'envoy-access',
  path: '/x',
  status: 401,
  reason: 'jwt_authn_access_denied{Jwt_is_expired}',
};

function groupsOf(manifests: readonly string[], records: readonly LogRecord[]): readonly DenialGroup[] {
  const ledger = openLedger(clusterOf(manifests), {});
  for (const record of records) ledger.add({ record });
  return ledger.groups();
}

describe('a denial that the own request of its line explains', () => {
  it('is of the policy that the log names where another one denies whatever the request is', () => {
    const [group] = groupsOf([...shop, noAdmin, frontOnly], [admin]);
    expect(group!.finding.cause).toMatchObject({
      kind: 'denied',
      step: { filter: 'DENY', outcome: 'deny' },
      agreement: { kind: 'same' },
    });
  });

  it('is so where the network would not even have let it come so far', () => {
    const [group] = groupsOf([...shop, noAdmin, defaultDeny], [admin]);
    expect(group!.finding.cause).toMatchObject({
      kind: 'denied',
      step: { filter: 'DENY', outcome: 'deny' },
      agreement: { kind: 'same' },
      before: { layer: 'ingress policy' },
    });
  });

  it('is so where the line does not say who it was', () => {
    const { source: _source, ...rest } = admin;
    const [group] = groupsOf([...shop, noAdmin, defaultDeny], [rest]);
    expect(group!.finding.cause).toMatchObject({ kind: 'denied', agreement: { kind: 'same' } });
  });

  it('is of the token that the log tells of, whatever the policies say', () => {
    const tokens = JSON.stringify({
      apiVersion: 'security.istio.io/v1',
      kind: 'RequestAuthentication',
      metadata: { namespace: 'shop', name: 'tokens' },
      spec: { jwtRules: [{ issuer: 'https://login.example', jwks: '{"keys":[]}' }] },
    });
    const [group] = groupsOf([...shop, tokens, frontOnly], [expired]);
    expect(group!.finding.cause).toMatchObject({
      kind: 'denied',
      step: { layer: 'request authentication' },
    });
    expect(group!.finding.right).toEqual({ kind: 'token', token: 'expired' });
  });

  it('is one with those of other requests where these do not decide', () => {
    const none = { ...unnamed, reason: 'enforced denied, matched policy none' };
    const records = ['/a', '/b'].map((path): LogRecord => ({ ...none, path }));
    const [group, ...others] = groupsOf([...shop, noAdmin, frontOnly], records);
    expect(others).toEqual([]);
    expect(group!.finding.cause).toMatchObject({ kind: 'denied', agreement: { agrees: true } });
    expect(group!.count).toBe(2);
  });
});

describe('a denial that the manifests have at another place', () => {
  it('would not have come so far where that is before the place of the log', () => {
    const [group] = groupsOf([...shop, defaultDeny], [expired]);
    expect(group!.finding.cause).toMatchObject({
      kind: 'allowed',
      doubts: [{ kind: 'stale manifest', before: { layer: 'ingress policy' } }],
    });
  });

  it('would have come so far where that is a later filter of the same proxy', () => {
    const [group] = groupsOf([...shop, frontOnly], [expired]);
    const { cause } = group!.finding;
    expect(cause).toMatchObject({ kind: 'allowed', elsewhere: { layer: 'authorization' } });
    expect(cause).toMatchObject({ doubts: [{ kind: 'stale manifest' }] });
    expect(cause).not.toHaveProperty('doubts.0.before');
  });
});
