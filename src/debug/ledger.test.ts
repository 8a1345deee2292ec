import { describe, expect, it } from 'vitest';
import { clusterOf, namespace, pod, service } from '../../test/support/text-cluster.ts';
import type { LogRecord } from '../logs/index.ts';
import { openLedger } from './ledger.ts';
import type { Cause, DenialGroup, Said } from './types.ts';

const shop = [
  namespace('shop', { 'istio-injection': 'enabled' }),
  namespace('legacy'),
  pod('shop/front', { ip: '10.0.0.5', ports: ['http=8080'] }),
  pod('shop/cart', { ip: '10.0.0.9', ports: ['http=8080'] }),
  pod('legacy/old', { ip: '10.0.0.7' }),
  service('shop/cart', 80, 8080, { ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
];

const closed = JSON.stringify({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { namespace: 'shop', name: 'closed' },
  spec: { podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Ingress'] },
});

function authorization(name: string, spec: object): string {
  return JSON.stringify({
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { namespace: 'shop', name },
    spec: { selector: { matchLabels: { app: 'cart' } }, ...spec },
  });
}

const onlyHealth = authorization('only-health', { rules: [{ to: [{ operation: { paths: ['/health'] } }] }] });
const onlyFront = authorization('only-front', {
  rules: [{ from: [{ source: { namespaces: ['shop'] } }] }],
});
const notOld = authorization('not-old', {
  action: 'DENY',
  rules: [{ from: [{ source: { ipBlocks: ['10.0.0.7'] } }] }],
});

const tokens = JSON.stringify({
  apiVersion: 'security.istio.io/v1',
  kind: 'RequestAuthentication',
  metadata: { namespace: 'shop', name: 'tokens' },
  spec: { jwtRules: [{ issuer: 'https://login.example', jwks: '{"keys":[]}' }] },
});

const dropped: LogRecord = {
  lines: [1, 1],
  dialect: 'kube-router',
  decision: 'deny',
  source: { ip: '10.0.0.5', port: 40000 },
  destination: { ip: '10.0.0.9', port: 8080 },
  protocol: 'TCP',
  policy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'closed' },
};
const refused: LogRecord = {
  lines: [1, 1],
  dialect: 'envoy-access',
  decision: 'deny',
  source: { ip: '10.0.0.5', port: 40000 },
  destination: { ip: '10.0.0.9', port: 8080 },
  method: 'GET',
  path: '/',
  status: 403,
  reason: 'rbac_access_denied_matched_policy[none]',
};

function groupsOf(
  manifests: readonly string[],
  records: readonly LogRecord[],
  said: Said = {},
): readonly DenialGroup[] {
  const ledger = openLedger(clusterOf(manifests), said);
  for (const record of records) ledger.add({ record });
  return ledger.groups();
}

function causeOf(manifests: readonly string[], record: LogRecord, said?: Said): Cause {
  return groupsOf(manifests, [record], said)[0]!.finding.cause;
}

describe('denials of the network', () => {
  it('are explained by the policy that the log names', () => {
    const [group] = groupsOf([...shop, closed], [dropped]);
    expect(group!.finding.source.name).toBe('shop/front');
    expect(group!.finding.destination.name).toBe('shop/cart');
    expect(group!.finding.cause).toMatchObject({
      kind: 'denied',
      step: { layer: 'ingress policy' },
      agreement: { kind: 'same' },
    });
  });

  it('tell where another policy decides, and where the one of the log is not there', () => {
    const other = { ...dropped, policy: { ...dropped.policy, name: 'gone' } };
    expect(causeOf([...shop, closed], other)).toMatchObject({ agreement: { kind: 'absent' } });
    const named = {
      ...dropped,
      policy: { kind: 'AuthorizationPolicy', namespace: 'shop', name: 'only-front' },
    };
    expect(causeOf([...shop, closed, onlyFront], named)).toMatchObject({
      agreement: { kind: 'another', object: { metadata: { name: 'only-front' } } },
    });
  });

  it('are of any NetworkPolicy that isolates where the log names the kind alone', () => {
    const antrea: LogRecord = { ...dropped, dialect: 'antrea', policy: { kind: 'NetworkPolicy' } };
    expect(causeOf([...shop, closed], antrea)).toMatchObject({
      step: { layer: 'ingress policy' },
      agreement: { kind: 'same' },
    });
  });

  it('are doubted where the manifests allow it, first for what the log names', () => {
    expect(causeOf(shop, dropped)).toMatchObject({
      kind: 'allowed',
      doubts: [{ kind: 'stale manifest', policy: { name: 'closed' } }, { kind: 'other policies' }],
    });
    const calico = { ...dropped, dialect: 'calico-flow', policy: { kind: 'GlobalNetworkPolicy', name: 'x' } };
    expect(causeOf(shop, calico)).toMatchObject({
      doubts: [{ kind: 'other policies', named: 'GlobalNetworkPolicy', plugin: 'Calico' }],
    });
  });

  it('may be of a Service port, or of an answer', () => {
    const { policy: _policy, ...unnamed } = dropped;
    const asService = { ...unnamed, destination: { ip: '10.0.0.9', port: 80 } };
    const open80 = closed.replace(
      '"policyTypes":["Ingress"]',
      '"policyTypes":["Ingress"],"ingress":[{"ports":[{"port":80}]}]',
    );
    expect(causeOf([...shop, open80], asService)).toMatchObject({
      kind: 'allowed',
      doubts: [{ kind: 'Service port', port: 80, targetPort: 8080, step: { outcome: 'deny' } }, {}, {}],
    });
    const reply = {
      ...unnamed,
      source: { ip: '10.0.0.9', port: 8080 },
      destination: { ip: '10.0.0.5', port: 40000 },
    };
    expect(causeOf([...shop, closed], reply)).toMatchObject({ doubts: [{ kind: 'reply' }, {}, {}] });
  });

  it('are not judged of protocols that policies do not know', () => {
    expect(causeOf([...shop, closed], { ...dropped, protocol: 'ICMP' })).toEqual({
      kind: 'not judged',
      protocol: 'ICMP',
    });
  });
});

describe('denials of the admin tiers', () => {
  it('are right where the rule means just these, by whatever generation the log names it', () => {
    const admin = (from: object): string =>
      JSON.stringify({
        apiVersion: 'policy.networking.k8s.io/v1alpha2',
        kind: 'ClusterNetworkPolicy',
        metadata: { name: 'platform' },
        spec: {
          tier: 'Admin',
          priority: 1,
          subject: { namespaces: {} },
          ingress: [{ action: 'Deny', from: [{ namespaces: from }] }],
        },
      });
    const record = { ...dropped, policy: { kind: 'AdminNetworkPolicy', name: 'platform', rule: '0' } };
    const [named] = groupsOf(
      [...shop, admin({ matchLabels: { 'kubernetes.io/metadata.name': 'shop' } })],
      [record],
    );
    expect(named!.finding.cause).toMatchObject({ kind: 'denied', agreement: { kind: 'same' } });
    expect(named!.finding.right).toEqual({ kind: 'explicit' });
    const [everybody] = groupsOf([...shop, admin({})], [record]);
    expect(everybody!.finding.cause.kind).toBe('denied');
    expect(everybody!.finding).not.toHaveProperty('right');
  });
});

describe('denials at proxies', () => {
  it('are told apart by their requests only where these decide', () => {
    const records = ['/a', '/b', '/a'].map((path): LogRecord => ({ ...refused, path }));
    const byPath = groupsOf([...shop, onlyHealth], records);
    expect(byPath.map(({ count, requests }) => [count, requests])).toEqual([
      [2, ['GET /a']],
      [1, ['GET /b']],
    ]);
    const nobody = authorization('nobody', {});
    const [all, ...rest] = groupsOf([...shop, nobody], records);
    expect(rest).toEqual([]);
    expect([all!.count, all!.requests, all!.requestCount]).toEqual([3, ['GET /a', 'GET /b'], 2]);
  });

  it('of an external authorizer rest on the policy that asks it', () => {
    const custom = authorization('ask', {
      action: 'CUSTOM',
      provider: { name: 'opa' },
      rules: [{ to: [{ operation: { paths: ['/x'] } }] }],
    });
    const record = { ...refused, path: '/x', reason: 'ext_authz_denied' };
    expect(causeOf([...shop, custom], record)).toMatchObject({
      kind: 'denied',
      step: { filter: 'CUSTOM', because: { kind: 'authorizer', provider: 'opa', answer: 'deny' } },
    });
  });

  it('keep apart who has an identity and who has none', () => {
    const gateway = 'cluster.local/ns/ingress/sa/gateway';
    const records: LogRecord[] = [
      { ...refused, source: { ip: '203.0.113.7' } },
      { ...refused, source: { ip: '203.0.113.7', port: 1, principal: gateway } },
    ];
    const groups = groupsOf([...shop, onlyFront], records);
    expect(groups.map(({ finding }) => [finding.source.claim.forwarded, finding.request?.principal])).toEqual(
      [
        [true, undefined],
        [false, gateway],
      ],
    );
  });

  it('are tried with plaintext where the log shows no identity', () => {
    expect(causeOf([...shop, onlyFront], refused)).toMatchObject({
      kind: 'allowed',
      doubts: [{ kind: 'plaintext', verdict: { outcome: 'deny' } }, { kind: 'stale manifest' }],
    });
    const stated = {
      ...refused,
      source: { ...refused.source, principal: 'cluster.local/ns/shop/sa/default' },
    };
    expect(causeOf([...shop, onlyFront], stated)).toMatchObject({ doubts: [{ kind: 'stale manifest' }] });
  });

  it('are right where a rule denies just this caller', () => {
    const record = {
      ...refused,
      source: { ip: '10.0.0.7', port: 1 },
      policy: { kind: 'AuthorizationPolicy', namespace: 'shop', name: 'not-old', rule: '0' },
      reason: 'rbac_access_denied_matched_policy[ns[shop]-policy[not-old]-rule[0]]',
    };
    const [group] = groupsOf([...shop, notOld], [record]);
    expect(group!.finding.right).toEqual({ kind: 'explicit' });
    expect(group!.finding.source.name).toBe('legacy/old');
  });

  it('of a token say what is wrong with it', () => {
    const record = { ...refused, status: 401, reason: 'jwt_authn_access_denied{Jwt_is_expired}' };
    const [group] = groupsOf([...shop, tokens], [record]);
    expect(group!.finding.cause).toMatchObject({ kind: 'denied', step: { layer: 'request authentication' } });
    expect(group!.finding.right).toEqual({ kind: 'token', token: 'expired' });
  });

  it('of plaintext where there is no chain for it are of mutual TLS', () => {
    const { method: _method, path: _path, status: _status, ...connection } = refused;
    const record = { ...connection, source: { ip: '10.0.0.7', port: 1 }, reason: 'filter_chain_not_found' };
    const strict = JSON.stringify({
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'default', namespace: 'shop' },
      spec: { mtls: { mode: 'STRICT' } },
    });
    const [group] = groupsOf([...shop, strict], [record]);
    expect(group!.finding.cause).toMatchObject({ kind: 'denied', step: { layer: 'mutual TLS' } });
    expect(group!.finding.right).toEqual({ kind: 'plaintext' });
  });

  it('hold what the line does not state to be absent where that explains it, and say so', () => {
    const needToken = authorization('need-token', {
      rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }],
    });
    const [group] = groupsOf([...shop, tokens, needToken], [refused]);
    expect(group!.finding.cause.kind).toBe('denied');
    expect(group!.finding.assumed).toMatchObject([{ kind: 'absent' }]);
  });
});

describe('who the ends are', () => {
  const policyOnly: LogRecord = {
    lines: [1, 1],
    dialect: 'envoy-rbac',
    decision: 'deny',
    policy: { kind: 'AuthorizationPolicy', namespace: 'shop', name: 'not-old', rule: '0' },
    reason: 'enforced denied, matched policy ns[shop]-policy[not-old]-rule[0]',
  };

  it('is found by the verdict where a line names the policy alone', () => {
    const [group] = groupsOf([...shop, notOld], [policyOnly]);
    const { source, destination, cause, assumed } = group!.finding;
    expect([source.name, source.by, destination.name]).toEqual(['legacy/old', ['verdict'], 'shop/cart']);
    expect(cause).toMatchObject({ kind: 'denied', agreement: { kind: 'same' } });
    expect(assumed).toEqual([{ kind: 'port', port: 8080 }]);
  });

  it('is what names, workloads, identities and the stream say', () => {
    const given: Partial<LogRecord>[] = [
      { source: { namespace: 'shop', pod: 'front' } },
      { source: { namespace: 'shop', workload: 'front-6584ddcf65' } },
      { source: { principal: 'cluster.local/ns/legacy/sa/default' } },
    ];
    const names = given.map((change) => {
      const ledger = openLedger(clusterOf([...shop, onlyHealth]), {});
      ledger.add({ record: { ...refused, destination: { port: 8080 }, ...change }, stream: { pod: 'cart' } });
      const { source, destination } = ledger.groups()[0]!.finding;
      return [source.name, destination.name];
    });
    expect(names.map(([from]) => from)).toEqual(['shop/front', 'shop/front', 'legacy/old']);
    expect(names.every(([, to]) => to === 'shop/cart')).toBe(true);
  });

  it('is what the user says, whatever the line does', () => {
    const said: Said = { source: { kind: 'pod', namespace: 'legacy', name: 'old' } };
    const [group] = groupsOf([...shop, closed], [dropped], said);
    expect(group!.finding.source.name).toBe('legacy/old');
  });

  it('stays open where several fit and differ, and nobody is there', () => {
    const { source: _source, ...anybody } = dropped;
    const record = { ...anybody, source: { ip: '10.1.1.1' }, policy: undefined } as LogRecord;
    const noAddresses = shop.map((text) => text.replace(/\[\{"ip":"10\.0\.0\.[57]"\}\]/, '[]'));
    const fromOld = closed.replace(
      '"policyTypes":["Ingress"]',
      '"policyTypes":["Ingress"],"ingress":[{"from":[{"podSelector":{}}]}]',
    );
    expect(causeOf([...noAddresses, fromOld], record)).toMatchObject({ kind: 'denied' });
    expect(causeOf([closed], dropped)).toMatchObject({ kind: 'not placed', ends: ['source', 'destination'] });
  });

  it('is nobody else where a name is not in the manifests', () => {
    const record: LogRecord = { ...dropped, source: { ip: '10.0.0.44', namespace: 'shop', pod: 'gone-1' } };
    const [group] = groupsOf([...shop, closed], [record]);
    const { source } = group!.finding;
    expect([source.name, source.conflicts]).toEqual(['10.0.0.44', ['pod name']]);
    const stale = { ...record, source: { ...record.source, pod: 'front' } };
    const [told] = groupsOf([...shop, closed], [stale]);
    expect([told!.finding.source.name, told!.finding.source.conflicts]).toEqual(['shop/front', ['address']]);
  });

  it('tells what the log says of addresses and nodes that are not given', () => {
    const node = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'worker' },
      status: { addresses: [{ type: 'InternalIP', address: '172.18.0.2' }] },
    });
    const fromNode = { ...dropped, source: { ip: '172.18.0.2' } };
    const [group] = groupsOf([...shop, closed, node], [fromNode]);
    expect(group!.finding.source.name).toBe('node/worker');
    expect(group!.finding.assumed).toEqual([{ kind: 'other node', pod: 'shop/cart' }]);
    const inRange = closed.replace(
      '"policyTypes":["Ingress"]',
      '"policyTypes":["Ingress"],"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.8/30"}}]}]',
    );
    const unplaced = shop.map((text) => text.replace('[{"ip":"10.0.0.5"}]', '[]'));
    const byName = { ...dropped, source: { ip: '10.0.0.5', namespace: 'shop', pod: 'front' } };
    const [found] = groupsOf([...unplaced, inRange], [byName]);
    expect(found!.finding.cause.kind).toBe('denied');
    expect(found!.finding.assumed).toEqual([{ kind: 'address', pod: 'shop/front', address: '10.0.0.5' }]);
  });

  it('counts addresses outside as one', () => {
    const records = ['192.0.2.1', '192.0.2.2', '192.0.2.1'].map(
      (ip): LogRecord => ({ ...dropped, source: { ip } }),
    );
    const [group, ...rest] = groupsOf([...shop, closed], records);
    expect(rest).toEqual([]);
    expect([group!.count, group!.addresses]).toEqual([3, ['192.0.2.1', '192.0.2.2']]);
  });
});
