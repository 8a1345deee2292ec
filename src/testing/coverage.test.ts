import { describe, expect, test } from 'vitest';
import { runTestsOn } from '../../test/support/run-test-file.ts';
import { clusterOf, made, namespace, pod } from '../../test/support/text-cluster.ts';
import type { Cluster } from '../cluster/index.ts';
import { formatPath } from '../model/index.ts';
import { measureCoverage } from './coverage.ts';
import { mutatePolicies } from './mutate.ts';

const base = [
  namespace('shop', { env: 'prod' }),
  namespace('ops', { env: 'dev' }),
  pod('shop/front', { ports: ['8080'] }),
  pod('shop/db', { ports: ['5432', '9100'] }),
  pod('ops/console'),
];
const db = made('NetworkPolicy', 'shop/db', {
  podSelector: { matchLabels: { app: 'db' } },
  ingress: [
    { from: [{ podSelector: { matchLabels: { app: 'front' } } }], ports: [{ port: 5432 }] },
    {
      from: [{ namespaceSelector: { matchLabels: { env: 'dev' } } }, { ipBlock: { cidr: '203.0.113.0/24' } }],
    },
  ],
});

const clusterWith = (...policies: readonly string[]): Cluster =>
  clusterOf([...base, ...policies].join('\n---\n'));

function uncovered(cluster: Cluster, tests: string): readonly string[] {
  return measureCoverage([runTestsOn(cluster, tests)]).uncovered.map(
    ({ policy, path }) => `${policy.metadata.name} ${formatPath(path)}`,
  );
}

function survivors(cluster: Cluster, tests: string): readonly string[] {
  return mutatePolicies([runTestsOn(cluster, tests)]).survivors.map(
    ({ policy, path, dropped }) => `${policy.metadata.name} ${dropped} ${formatPath(path)}`,
  );
}

describe('coverage', () => {
  test('a rule that lets a request through is covered, one that no test meets is not', () => {
    expect(uncovered(clusterWith(db), '- {from: front, to: "db:5432", expect: allow}')).toEqual([
      'db spec.ingress[1]',
    ]);
    expect(uncovered(clusterWith(db), '- {from: front, to: "db:9100", expect: deny}')).toEqual([
      'db spec.ingress[0]',
      'db spec.ingress[1]',
    ]);
  });

  test('rules behind the decision are not, rules before it are', () => {
    const out = made('NetworkPolicy', 'shop/front', {
      podSelector: { matchLabels: { app: 'front' } },
      policyTypes: ['Egress'],
      egress: [{ ports: [{ port: 9100 }] }],
    });
    const cluster = clusterWith(db, out);
    expect(uncovered(cluster, '- {from: front, to: "db:9100", expect: deny}')).toEqual([
      'db spec.ingress[0]',
      'db spec.ingress[1]',
    ]);
    expect(uncovered(cluster, '- {from: front, to: "db:5432", expect: deny}')).toContain(
      'front spec.egress[0]',
    );
  });

  test('a policy without rules counts as one that denies everything', () => {
    const closed = made('NetworkPolicy', 'shop/closed', { podSelector: {}, policyTypes: ['Ingress'] });
    expect(uncovered(clusterWith(closed), '- {from: db, to: db, request: {port: 1}, expect: allow}')).toEqual(
      ['closed spec.ingress'],
    );
    expect(uncovered(clusterWith(closed), '- {from: front, to: "db:5432", expect: deny}')).toEqual([]);
  });

  test('a statement that holds rests on what denies, and on no rule that allows', () => {
    const closed = made('NetworkPolicy', 'shop/closed', { podSelector: {}, policyTypes: ['Ingress'] });
    const admin = made('ClusterNetworkPolicy', 'no-dev', {
      tier: 'Admin',
      priority: 1,
      subject: { namespaces: { matchLabels: { env: 'prod' } } },
      ingress: [{ action: 'Deny', from: [{ namespaces: { matchLabels: { env: 'dev' } } }] }],
    });
    const forbidden = '- {forbid: {namespace: ops}, to: db}';
    expect(uncovered(clusterWith(closed), forbidden)).toEqual([]);
    expect(uncovered(clusterWith(db, admin), forbidden)).toEqual([
      'db spec.ingress[0]',
      'db spec.ingress[1]',
    ]);
    expect(uncovered(clusterWith(closed, admin), forbidden)).toEqual([
      'closed spec.ingress',
      'no-dev spec.ingress[0]',
    ]);
  });

  test('AUDIT policies have no rule that decides', () => {
    const audit = made('AuthorizationPolicy', 'shop/audit', { action: 'AUDIT', rules: [{}] });
    const deny = made('AuthorizationPolicy', 'shop/deny', { action: 'DENY', rules: [{}] });
    expect(uncovered(clusterWith(audit, deny), '- {from: front, to: "db:5432", expect: allow}')).toEqual([
      'deny spec.rules[0]',
    ]);
  });
});

describe('mutants', () => {
  const allows = `
- {from: front, to: "db:5432", expect: allow}
- {from: front, to: "db:9100", expect: deny}
- {from: ops/console, to: "shop/db:9100", expect: allow}
`;

  test('those that no test notices', () => {
    expect(survivors(clusterWith(db), allows)).toEqual([
      'db condition spec.ingress[0].from',
      'db entry spec.ingress[1].from[1]',
    ]);
  });

  test('a denial notices what is widened, a statement too', () => {
    const denied = `${allows}
- {from: 198.51.100.1, to: "shop/db:5432", expect: deny}
- {from: 203.0.113.1, to: "shop/db:5432", expect: allow}
`;
    expect(survivors(clusterWith(db), denied)).toEqual([]);
    const stated = `${allows}
- {only: [front, {namespace: ops}, 203.0.113.0/24], to: db}
- {from: 203.0.113.1, to: "shop/db:5432", expect: allow}
`;
    expect(survivors(clusterWith(db), stated)).toEqual([]);
  });

  test('a rule that is dropped leaves the names of the others as they are', () => {
    const tests = '- {from: ops/console, to: "shop/db:9100", expect: allow, policy: "db spec.ingress[1]"}';
    expect(survivors(clusterWith(db), tests)).toContain('db rule spec.ingress[0]');
  });

  test('the last rule of a policy that isolates is not the policy, of any other it is', () => {
    const closed = made('AuthorizationPolicy', 'shop/allow', { rules: [{}] });
    const open = made('AuthorizationPolicy', 'shop/deny', { action: 'DENY', rules: [{}] });
    expect(survivors(clusterWith(closed), allows)).toEqual([
      'allow policy metadata.name',
      'allow rule spec.rules[0]',
    ]);
    expect(survivors(clusterWith(open), allows)).toEqual(['deny policy metadata.name']);
  });

  test('tests that do not pass take no part', () => {
    const run = runTestsOn(clusterWith(db), '- {from: front, to: "db:5432", expect: deny}');
    expect(mutatePolicies([run])).toMatchObject({ leftOut: 1, mutants: 8 });
    expect(mutatePolicies([run]).survivors).toHaveLength(8);
  });

  test('a policy that two runs read is one, and either may notice', () => {
    const runs = [
      runTestsOn(clusterWith(db), '- {from: front, to: "db:5432", expect: allow}'),
      runTestsOn(clusterWith(db), '- {from: ops/console, to: "shop/db:5432", expect: allow}'),
    ];
    const { mutants, survivors: left } = mutatePolicies(runs);
    expect(mutants).toBe(8);
    expect(left.map(({ dropped, path }) => `${dropped} ${formatPath(path)}`)).not.toContain(
      'rule spec.ingress[1]',
    );
    expect(measureCoverage(runs)).toMatchObject({ rules: 2, uncovered: [] });
  });
});
