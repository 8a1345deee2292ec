import { describe, expect, test } from 'vitest';
import { resultsOf, runTestsOn, statusesOf } from '../../test/support/run-test-file.ts';
import { clusterOf, made, namespace, pod, service } from '../../test/support/text-cluster.ts';
import type { PairResult, StatementResult } from './results.ts';

const manifests = [
  namespace('shop', { env: 'prod', 'istio-injection': 'enabled' }),
  namespace('ops', { env: 'dev' }),
  pod('shop/front', { ports: ['http=8080'], labels: { 'sidecar.istio.io/inject': 'false' } }),
  pod('shop/db', { ports: ['5432', '9100'], labels: { 'sidecar.istio.io/inject': 'false' } }),
  pod('shop/api', { ports: ['http=8080'] }),
  pod('ops/console', { ip: '10.0.9.9' }),
  service('shop/api', 80, 'http'),
  made('NetworkPolicy', 'shop/db', {
    podSelector: { matchLabels: { app: 'db' } },
    ingress: [
      { from: [{ podSelector: { matchLabels: { app: 'api' } } }], ports: [{ port: 5432 }] },
      { from: [{ namespaceSelector: { matchLabels: { env: 'dev' } } }], ports: [{ port: 9100 }] },
      {
        from: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] } }],
        ports: [{ port: 5432 }],
      },
    ],
  }),
  made('AuthorizationPolicy', 'shop/api', {
    selector: { matchLabels: { app: 'api' } },
    action: 'DENY',
    rules: [{ to: [{ operation: { paths: ['/admin*'], notMethods: ['GET'] } }] }],
  }),
];
const cluster = clusterOf(manifests.join('\n---\n'));

const statement = (text: string): StatementResult =>
  resultsOf(runTestsOn(cluster, text))[0] as StatementResult;
const pair = (text: string): PairResult => resultsOf(runTestsOn(cluster, text))[0] as PairResult;

describe('cases', () => {
  test('compare the outcome, the layer, the policy and the symptom', () => {
    const run = runTestsOn(
      cluster,
      `
- {name: allowed, from: api, to: "db:5432", expect: allow, layer: network, policy: NetworkPolicy shop/db}
- {name: rule, from: api, to: "db:5432", expect: allow, policy: "shop/db spec.ingress[0]"}
- {name: other rule, from: api, to: "db:5432", expect: allow, policy: "shop/db spec.ingress[1]"}
- {name: denied, from: front, to: "db:5432", expect: deny, layer: ingress policy, policy: db, symptom: connect timeout}
- {name: wrong layer, from: front, to: "db:5432", expect: deny, layer: authorization}
- {name: wrong symptom, from: front, to: "db:5432", expect: deny, symptom: connection refused}
- {name: key, from: front, to: http://api/admin, request: {method: POST}, expect: deny, policy: "ns[shop]-policy[api]-rule[0]", symptom: {status: 403}}
- {name: no port, from: front, to: "svc/api:8080", expect: deny, layer: service}
- {name: no policy, from: front, to: http://api/, expect: allow, layer: network}
`,
    );
    expect(statusesOf(run)).toEqual([
      'passed allowed',
      'passed rule',
      'failed other rule',
      'passed denied',
      'failed wrong layer',
      'failed wrong symptom',
      'passed key',
      'passed no port',
      'failed no policy',
    ]);
    expect(resultsOf(run).flatMap((each) => (each as PairResult).differences)).toEqual([
      { what: 'policy', expected: 'shop/db spec.ingress[1]', got: 'NetworkPolicy shop/db spec.ingress[0]' },
      { what: 'layer', expected: 'authorization', got: 'ingress policy' },
      { what: 'symptom kind', expected: 'connection refused', got: 'connect timeout' },
      { what: 'layer', expected: 'network', got: 'no policy of any layer' },
    ]);
  });

  test('carry the words that ask again', () => {
    const { words } = pair(
      '- {from: front, to: http://api/, expect: deny, request: {method: PUT, headers: {x-a: "b c"}, open: true, direct: false}}',
    );
    expect(words).toEqual(['front', 'http://api/', '--method', 'PUT', '--open', '--header', 'x-a: b c']);
  });

  test.each([
    ['{from: frnt, to: db, expect: deny}', 'no pod or workload shop/frnt in the manifests', 'shop/pod/front'],
    ['{from: front, to: db, expect: deny}', 'which port? Say --port PORT', '5432'],
    [
      '{from: front, to: "svc/api:8080", expect: deny}',
      'Service shop/api has no port 8080; it has TCP 80 (web)',
      'layer: service',
    ],
    [
      '{from: front, to: "db:5432", expect: deny, policy: shop/bd}',
      'no policy shop/bd in the manifests',
      'did you mean NetworkPolicy shop/db?',
    ],
  ])('%s cannot be asked', (text, problem, detail) => {
    const result = pair(`- ${text}`);
    expect(result).toMatchObject({ status: 'error', problem: { problem } });
    expect(result.problem?.details.join('\n')).toContain(detail);
  });
});

describe('statements', () => {
  test.each([
    ['only: [api, {namespaceSelector: {matchLabels: {env: dev}}}, 203.0.113.0/25], to: db', 'passed'],
    ['only: [api, {namespace: ops}], to: db', 'failed'],
    ['only: [api, outside], to: db, requests: {port: 5432}', 'passed'],
    ['only: api, to: db, requests: {port: 5432}', 'failed'],
    ['forbid: {namespace: ops}, to: db, requests: {port: [1, 5432]}', 'passed'],
    ['forbid: {namespace: ops}, to: db, requests: {protocol: UDP}', 'passed'],
    [
      'forbid: {namespace: ops}, to: {namespace: shop, not: [front, api]}, requests: {protocol: TCP}',
      'failed',
    ],
    ['forbid: 203.0.113.128/25, to: db', 'passed'],
    ['forbid: 203.0.113.0/24, to: db', 'failed'],
    ['forbid: {ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.0/25]}}, to: db', 'passed'],
    ['forbid: 10.0.9.9, to: db, requests: {port: 5432}', 'passed'],
    ['forbid: 10.0.9.9, to: db, requests: {port: 9100}', 'failed'],
    [
      'forbid: anything, to: api, requests: {port: http, method: [POST, DELETE], path: /admin/users}',
      'passed',
    ],
    ['forbid: anything, to: api, requests: {port: http, method: GET, path: /admin/users}', 'failed'],
    ['forbid: anything, to: svc/api, requests: {port: http, path: "/admin*"}', 'failed'],
    ['forbid: {podSelector: {matchLabels: {app: front}}}, to: db', 'passed'],
    ['forbid: db, to: db', 'passed'],
  ])('%s: %s', (text, status) => {
    expect(statement(`- {${text}}`).status).toBe(status);
  });

  test('show a request that gets through, with its verdict', () => {
    const result = statement('- {forbid: {namespace: ops}, to: {namespace: shop}, requests: {port: 9100}}');
    expect(result).toMatchObject({
      status: 'failed',
      broken: [
        'ops/Pod/console -> shop/Pod/api',
        'ops/Pod/console -> shop/Pod/db',
        'ops/Pod/console -> shop/Pod/front',
      ],
      example: { request: { port: 9100 }, verdict: { outcome: 'allow' } },
    });
    expect(result.words?.slice(0, 1)).toEqual(['ops/console']);
  });

  test('the address of an example is of the set', () => {
    const { example } = statement('- {forbid: 203.0.113.64/26, to: db}');
    expect(example?.request.source).toEqual({ kind: 'address', address: '203.0.113.64' });
  });

  test.each([
    ['only: shop/frnt, to: db', 'no pod or workload shop/frnt in the manifests'],
    ['only: {namespace: shp}, to: db', 'no namespace shp in the manifests'],
    [
      'forbid: {podSelector: {matchLabels: {app: fornt}}}, to: db',
      'pods with app=fornt: there is no such pod in the manifests',
    ],
    [
      'forbid: {namespaceSelector: {matchLabels: {env: test}}}, to: db',
      'namespaces with env=test: there is no such pod in the manifests',
    ],
    [
      'forbid: {namespace: ops, podSelector: {matchLabels: {app: db}}}, to: db',
      'namespace ops and pods with app=db: there is no such pod in the manifests',
    ],
    ['forbid: {not: anything}, to: db', 'the statement is about nothing: one of its sets has no pods'],
    ['only: http://api/, to: db', 'http://api/ is a URL; a set has pods, workloads and addresses'],
    ['only: front, to: "db:80"', 'db:80 has a port; say it with requests: {port: …}'],
    ['only: svc/api, to: db', 'a Service sends nothing; FROM is a pod, a workload, a node or an address'],
  ])('%s is an error', (text, problem) => {
    expect(statement(`- {${text}}`)).toMatchObject({ status: 'error', problem: { problem } });
  });

  test('what nobody knows is undecided: labels of a set, labels that a policy asks for', () => {
    const open = clusterOf(manifests.slice(2).join('\n---\n'));
    const run = runTestsOn(
      open,
      `
- {forbid: {namespaceSelector: {matchLabels: {env: dev}}}, to: front, requests: {port: 8080}}
- {forbid: console.ops, to: db, requests: {port: 9100}}
- {forbid: console.ops, to: db, requests: {port: 5432}}
`,
    );
    const [bySet, byPolicy, certain] = resultsOf(run) as StatementResult[];
    expect(bySet).toMatchObject({ status: 'unknown', broken: [] });
    expect(bySet?.missing.map((fact) => fact.kind === 'namespace label' && fact.key)).toContain('env');
    expect(byPolicy).toMatchObject({ status: 'unknown', undecided: ['ops/Pod/console -> shop/Pod/db'] });
    expect(byPolicy?.example?.verdict.outcome).toBe('unknown');
    expect(certain?.status).toBe('passed');
  });

  test('replicas of one workload are a pair, one pod with itself is none', () => {
    const spec = (replicas: number): object => ({
      replicas,
      selector: { matchLabels: { app: 'w' } },
      template: { metadata: { labels: { app: 'w' } }, spec: { containers: [{ name: 'c', image: 'x' }] } },
    });
    const text = '- {forbid: deploy/w, to: deploy/w}';
    const one = runTestsOn(clusterOf([namespace('shop'), made('Deployment', 'shop/w', spec(1))]), text);
    const two = runTestsOn(clusterOf([namespace('shop'), made('Deployment', 'shop/w', spec(2))]), text);
    expect(statusesOf(one)).toEqual(['passed forbid deploy/w to deploy/w']);
    expect(statusesOf(two)).toEqual(['failed forbid deploy/w to deploy/w']);
  });
});
