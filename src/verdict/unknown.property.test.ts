import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ask, clusterOf, made, namespace, pod, service } from '../../test/support/text-cluster.ts';
import type { Cluster } from '../cluster/index.ts';
import type { Fact, HttpRequest, Verdict } from '../model/index.ts';

type Labels = Readonly<Record<string, string>>;

/** Everything that can be said of one request in a small cluster. */
interface Facts {
  readonly clientLabels: Labels;
  readonly serverLabels: Labels;
  readonly clientAddress: string;
  readonly serverAddress: string;
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly header: readonly string[];
  readonly forwarded: readonly string[];
}

type FactName = keyof Facts;

const namespaceLabels: readonly Labels[] = [undefined, 'a', 'b', 'z'].flatMap((team) =>
  [undefined, 'enabled', 'disabled'].flatMap((injection) =>
    [undefined, 'ambient'].map((mode) => ({
      ...(team !== undefined && { team }),
      ...(injection !== undefined && { 'istio-injection': injection }),
      ...(mode !== undefined && { 'istio.io/dataplane-mode': mode }),
    })),
  ),
);

/** Values that tell apart whatever the policies below can ask. */
const pools: { readonly [K in FactName]: readonly Facts[K][] } = {
  clientLabels: namespaceLabels,
  serverLabels: namespaceLabels,
  clientAddress: ['10.0.0.5', '10.0.1.5', '10.0.1.205', '10.0.2.5'],
  serverAddress: ['10.0.0.6', '10.0.1.6', '10.0.1.206', '10.0.2.6'],
  method: ['GET', 'POST', 'PUT'],
  path: ['/', '/a', '/a/b', '/A', '/x.html', '/a/x.html'],
  host: ['shop', 'SHOP', 'x.example', 'other'],
  header: [[], ['1'], ['2'], ['3'], ['1', '2']],
  forwarded: [[], ['10.0.1.5'], ['10.0.1.205'], ['192.0.2.1']],
};
const factNames = Object.keys(pools) as FactName[];
const httpFacts = ['method', 'path', 'host', 'header', 'forwarded'] as const;

const cidr = fc.constantFrom('10.0.1.0/24', '10.0.2.0/24', '10.0.0.0/16');
const block = cidr.map((range) => ({
  ipBlock: { cidr: range, ...(range === '10.0.1.0/24' ? { except: ['10.0.1.128/25'] } : {}) },
}));
const selector = fc.constantFrom<object>(
  { matchLabels: { team: 'a' } },
  { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a', 'b'] }] },
  { matchExpressions: [{ key: 'team', operator: 'Exists' }] },
  { matchExpressions: [{ key: 'istio-injection', operator: 'DoesNotExist' }] },
  {},
);
const peer = fc.oneof(
  block,
  selector.map((namespaceSelector) => ({ namespaceSelector })),
);
const ports = fc.constantFrom([], [{ port: 8080 }], [{ port: 15008 }], [{ port: 8080 }, { port: 15008 }]);

function networkPolicy(direction: 'Ingress' | 'Egress'): fc.Arbitrary<string> {
  const [at, list, side] = direction === 'Ingress' ? ['t/in', 'ingress', 'from'] : ['f/out', 'egress', 'to'];
  const rule = fc
    .tuple(fc.array(peer, { maxLength: 2 }), ports)
    .map(([peers, open]) => ({ [side!]: peers, ports: open }));
  return fc
    .array(rule, { maxLength: 2 })
    .map((rules) =>
      made('NetworkPolicy', at!, { podSelector: {}, policyTypes: [direction], [list!]: rules }),
    );
}

const source = fc.constantFrom<object>(
  { namespaces: ['f'] },
  { notNamespaces: ['f'] },
  { principals: ['cluster.local/ns/f/sa/default'] },
  { ipBlocks: ['10.0.1.0/24'] },
  { notIpBlocks: ['10.0.1.128/25'] },
  { remoteIpBlocks: ['10.0.1.0/24'] },
);
const operation = fc.constantFrom<object>(
  { methods: ['GET'] },
  { notMethods: ['GET', 'POST'] },
  { paths: ['/a*'] },
  { paths: ['*.html', '/A'] },
  { notPaths: ['/a/b'] },
  { hosts: ['shop'] },
  { hosts: ['*.example'] },
  { ports: ['8080'] },
  { ports: ['80'] },
);
const condition = fc.constantFrom<object>(
  { key: 'request.headers[x-a]', values: ['1'] },
  { key: 'request.headers[x-a]', notValues: ['1', '2'] },
  { key: 'request.headers[x-a]', values: ['*'] },
);
const authorization = fc
  .record({
    action: fc.constantFrom('ALLOW', 'DENY'),
    rules: fc.array(
      fc.record(
        {
          from: fc.array(
            source.map((each) => ({ source: each })),
            { minLength: 1, maxLength: 2 },
          ),
          to: fc.array(
            operation.map((each) => ({ operation: each })),
            { minLength: 1, maxLength: 2 },
          ),
          when: fc.array(condition, { minLength: 1, maxLength: 1 }),
        },
        { requiredKeys: [] },
      ),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map((spec) => made('AuthorizationPolicy', `t/${spec.action.toLowerCase()}`, spec));
const peerAuthentication = fc
  .constantFrom('STRICT', 'PERMISSIVE', 'DISABLE')
  .map((mode) => made('PeerAuthentication', 't/default', { mtls: { mode } }));
const admin = fc
  .tuple(selector, fc.constantFrom('Admin', 'Baseline'), fc.constantFrom('Accept', 'Deny', 'Pass'))
  .filter(([, tier, action]) => tier === 'Admin' || action !== 'Pass')
  .map(([namespaces, tier, action]) =>
    made('ClusterNetworkPolicy', tier.toLowerCase(), {
      tier,
      priority: 1,
      subject: { namespaces },
      ingress: [{ action, from: [{ namespaces: {} }] }],
    }),
  );
const waypoint = fc.constant(
  made('Gateway', 't/wp', {
    gatewayClassName: 'istio-waypoint',
    listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }],
  }),
);

const policies = fc
  .tuple(
    fc.option(networkPolicy('Ingress')),
    fc.option(networkPolicy('Egress')),
    fc.array(authorization, { maxLength: 2 }),
    peerAuthentication,
    fc.option(admin, { freq: 1 }),
    fc.option(waypoint, { freq: 1 }),
  )
  .map((texts) => texts.flat().filter((text) => text !== null));

const facts: fc.Arbitrary<Facts> = fc.record(
  Object.fromEntries(
    factNames.map((name) => [name, fc.constantFrom<unknown>(...pools[name])]),
  ) as unknown as {
    [K in FactName]: fc.Arbitrary<Facts[K]>;
  },
);

/** The cluster and the request with these facts given, all others left out; and what `decide` says. */
function judge(policyTexts: readonly string[], given: Partial<Facts>): Verdict {
  const { clientLabels, serverLabels, clientAddress, serverAddress, method, path, host, header, forwarded } =
    given;
  const cluster: Cluster = clusterOf(
    [
      ...(clientLabels === undefined ? [] : [namespace('f', clientLabels)]),
      ...(serverLabels === undefined ? [] : [namespace('t', serverLabels)]),
      pod('f/c', clientAddress === undefined ? {} : { ip: clientAddress }),
      pod('t/s', serverAddress === undefined ? {} : { ip: serverAddress }),
      service('t/s', 80, 8080),
      ...policyTexts,
    ],
    { podCIDRs: ['10.0.0.0/16'], mesh: { ambient: true } },
  );
  const headers = { ...(header && { 'x-a': header }), ...(forwarded && { 'x-forwarded-for': forwarded }) };
  const http: HttpRequest = {
    ...(method && { method }),
    ...(path && { path }),
    ...(host && { host }),
    headers,
  };
  const complete = httpFacts.every((name) => given[name] !== undefined);
  return ask(cluster, 'f/c', 'svc:t/s', 80, { http, complete });
}

function without(all: Facts, names: readonly FactName[]): Partial<Facts> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name as FactName)));
}

/** Every way to give the facts that are left out, from the pools. */
function completions(given: Partial<Facts>, names: readonly FactName[]): readonly Facts[] {
  return names.reduce<readonly Partial<Facts>[]>(
    (made_, name) => made_.flatMap((each) => pools[name].map((value) => ({ ...each, [name]: value }))),
    [given],
  ) as readonly Facts[];
}

function canBeFilledIn(fact: Fact): boolean {
  return fact.kind === 'namespace label' || fact.kind === 'pod address' || fact.kind === 'request';
}

// A label of a namespace takes all of its labels along; a request with one field open has its headers open.
const leftOut = fc.oneof(
  fc.uniqueArray(
    fc.constantFrom<FactName>('clientLabels', 'serverLabels', 'clientAddress', 'serverAddress'),
    {
      minLength: 1,
      maxLength: 2,
    },
  ),
  fc
    .uniqueArray(fc.constantFrom<FactName>('method', 'path', 'host', 'clientAddress'), {
      minLength: 1,
      maxLength: 2,
    })
    .map((names) => [...names, 'header', 'forwarded'] as const),
);

it('a verdict without some facts is that of every way to give them; an unknown one is not', () => {
  fc.assert(
    fc.property(policies, facts, leftOut, (texts, all, names) => {
      const given = without(all, names);
      const verdict = judge(texts, given);
      const ways = completions(given, names);
      const outcomes = new Set<string>();
      for (const way of ways) {
        outcomes.add(judge(texts, way).outcome);
        if (verdict.outcome === 'unknown' && outcomes.size > 1) break;
      }
      expect(outcomes).not.toContain('unknown');
      if (verdict.outcome !== 'unknown') expect([...outcomes]).toEqual([verdict.outcome]);
      else if (outcomes.size === 1) expect(verdict.missing.every(canBeFilledIn)).toBe(false);
    }),
    { numRuns: 100 },
  );
});
