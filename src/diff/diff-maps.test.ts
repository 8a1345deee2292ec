import { describe, expect, it } from 'vitest';
import { diffOf, told } from '../../test/support/diffed.ts';
import { made, namespace, openPorts, pod, service } from '../../test/support/text-cluster.ts';
import type { MapDiff, Witness } from './index.ts';

const shop = [
  namespace('shop'),
  pod('shop/web', { ports: ['80'] }),
  pod('shop/db', { ports: ['5432'] }),
  service('shop/db', 5432, 5432),
];

function deployment(at: string, replicas: number, labels: Readonly<Record<string, string>> = {}): string {
  const [, name = ''] = at.split('/');
  const metadata = { labels: { app: name, ...labels } };
  const spec = { containers: [{ name: 'main', image: 'x', ports: [{ containerPort: 80 }] }] };
  return made('Deployment', at, {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata, spec },
  });
}

function witnesses({ groups }: MapDiff): readonly Witness[] {
  return groups.flatMap(({ changes }) => changes.flatMap((change) => change.witnesses));
}

describe('the network layer', () => {
  const closed = openPorts('shop/db', 'Ingress', 5432);
  const wider = openPorts('shop/db', 'Ingress', 5432, 9090);

  it('tells ports that open and close, with the pairs that fare alike together', () => {
    const opened = diffOf([...shop, closed], [...shop, wider]);
    expect(told(opened)).toEqual(['newly allowed: shop/web outside -> shop/db TCP 9090']);
    expect(told(diffOf([...shop, wider], [...shop, closed]))).toEqual([
      'newly denied: shop/web outside -> shop/db TCP 9090',
    ]);
    expect(opened.tally).toEqual({ pairs: 6, changed: 2, unknown: 0, classes: 3 });
  });

  it('proves each with a request, and names the rule and the policy behind it', () => {
    const [witness] = witnesses(diffOf([...shop, closed], [...shop, wider]));
    expect(witness).toMatchObject({
      effect: 'newly allowed',
      before: { request: { port: 9090 }, verdict: { outcome: 'deny' } },
      after: { request: { port: 9090 }, verdict: { outcome: 'allow' } },
    });
    const [turn, ...others] = witness!.turns;
    expect(others).toEqual([]);
    expect(turn?.before?.because).toMatchObject({ policies: [{ metadata: { name: 'db-ingress' } }] });
    expect(turn?.after?.because).toMatchObject({
      rule: { policy: { metadata: { name: 'db-ingress' } }, path: ['spec', 'ingress', 0] },
    });
  });

  it('asks for a port that is declared, if one changes', () => {
    const asked = witnesses(diffOf(shop, [...shop, openPorts('shop/db', 'Ingress')])).map(
      ({ after }) => `${after.request.protocol} ${after.request.port}`,
    );
    expect(asked).toEqual(['TCP 5432', 'UDP 5432', 'SCTP 5432']);
  });

  it('cuts addresses outside by the ranges of both sides', () => {
    const from = (cidr: string): string =>
      made('NetworkPolicy', 'shop/ip', {
        podSelector: { matchLabels: { app: 'db' } },
        ingress: [{ from: [{ ipBlock: { cidr } }], ports: [{ port: 5432 }] }],
      });
    expect(told(diffOf([...shop, from('203.0.113.0/24')], [...shop, from('203.0.113.64/26')]))).toEqual([
      'newly denied: outside 203.0.113.0/26, 203.0.113.128/25 -> shop/db TCP 5432',
    ]);
    expect(told(diffOf([...shop, from('203.0.113.0/25')], [...shop, from('203.0.113.128/25')]))).toEqual([
      'newly allowed: outside 203.0.113.128/25 -> shop/db TCP 5432',
      'newly denied: outside 203.0.113.0/25 -> shop/db TCP 5432',
    ]);
  });

  it('tells traffic between the pods of a workload apart', () => {
    const web = deployment('shop/web', 2);
    const deny = made('NetworkPolicy', 'shop/web', {
      podSelector: { matchLabels: { app: 'web' } },
      ingress: [],
    });
    const lines = told(diffOf([namespace('shop'), web], [namespace('shop'), web, deny]));
    expect(lines.filter((line) => line.includes('TCP'))).toEqual([
      'newly denied: outside -> shop/web TCP 1-65535',
      'newly denied: within shop/web TCP 1-65535',
    ]);
  });
});

describe('ends', () => {
  it('that came or went are told as such', () => {
    const diff = diffOf(shop, [
      ...shop.filter((text) => !text.includes('"web"')),
      deployment('shop/cart', 1),
    ]);
    expect(diff.groups).toEqual([]);
    expect(diff.added.map(({ label }) => label)).toEqual(['shop/Deployment/cart']);
    expect(diff.removed.map(({ label }) => label)).toEqual(['shop/Pod/web']);
  });

  it('are the same where pods have new names', () => {
    const owned = (name: string): string => {
      const metadata = {
        namespace: 'shop',
        name,
        labels: { app: 'web' },
        ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
      };
      return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] } });
    };
    const all = (...names: readonly string[]): string[] => [
      ...shop,
      deployment('shop/web', 2),
      ...names.map(owned),
    ];
    const diff = diffOf(all('web-a', 'web-b'), [...all('web-c', 'web-d'), openPorts('shop/web', 'Ingress')]);
    expect([diff.added, diff.removed]).toEqual([[], []]);
    expect(told(diff)).toContain('newly denied: within shop/web TCP 1-65535');
    const [witness] = diff.groups.find(({ scope }) => scope === 'between')!.changes[0]!.witnesses;
    expect([witness?.before.request.destination, witness?.after.request.destination]).toMatchObject([
      { name: 'web-a' },
      { name: 'web-c' },
    ]);
  });

  it('that one side tells apart are compared part by part', () => {
    const numbered = (app: number): string =>
      pod(`shop/db-${app}`, { labels: { app: 'db', index: `${app}` }, ports: ['5432'] });
    const set = made('StatefulSet', 'shop/db', {
      replicas: 2,
      template: { metadata: { labels: { app: 'db' } }, spec: { containers: [] } },
    }).replace('"v1"', '"apps/v1"');
    const owned = [0, 1].map((i) =>
      numbered(i).replace(
        '"labels"',
        '"ownerReferences":[{"kind":"StatefulSet","name":"db","controller":true}],"labels"',
      ),
    );
    const all = [namespace('shop'), pod('shop/web'), set, ...owned];
    const only = made('NetworkPolicy', 'shop/first', {
      podSelector: { matchLabels: { index: '0' } },
      ingress: [],
    });
    const diff = diffOf(all, [...all, only]);
    const ends = diff.groups.flatMap(({ sources, destinations }) =>
      [sources, destinations].map((each) => each.map(({ label }) => label)),
    );
    expect(ends).toContainEqual(['shop/StatefulSet/db (db-0)']);
    expect(told(diff).every((line) => line.startsWith('newly denied'))).toBe(true);
  });

  it('have more to say with a changed label of their namespace', () => {
    const allow = made('NetworkPolicy', 'shop/db', {
      podSelector: { matchLabels: { app: 'db' } },
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] }],
    });
    const rest = [pod('ops/job'), ...shop, allow];
    const diff = diffOf(
      [namespace('ops', { team: 'b' }), ...rest],
      [namespace('ops', { team: 'a' }), ...rest],
    );
    expect(told(diff)[0]).toBe('newly allowed: ops/job -> shop/db TCP 1-65535');
    expect(diff.objects.map(({ kind, after }) => `${kind} ${after?.kind} ${after?.metadata.name}`)).toEqual([
      'changed Namespace ops',
    ]);
  });
});

describe('the authorization layer', () => {
  const mesh = [
    namespace('shop', { 'istio-injection': 'enabled' }),
    pod('shop/web', { ports: ['80'] }),
    pod('shop/cart', { ports: ['8080'] }),
    service('shop/cart', 80, 8080, { ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
  ];
  const allow = (...rules: readonly object[]): string =>
    made('AuthorizationPolicy', 'shop/cart', { selector: { matchLabels: { app: 'cart' } }, rules });
  const to = (operation: object): object => ({ to: [{ operation }] });

  it('tells changed conditions, with a request for what they let in and one for what they shut out', () => {
    const diff = diffOf(
      [...mesh, allow(to({ methods: ['GET'] }))],
      [...mesh, allow(to({ methods: ['GET', 'POST'], paths: ['/api/*'] }))],
    );
    expect(diff.groups.flatMap(({ changes }) => changes.map(({ kind, traffic }) => [kind, traffic]))).toEqual(
      [['conditions', 'http']],
    );
    const [gained, lost] = witnesses(diff);
    expect(gained).toMatchObject({
      effect: 'newly allowed',
      after: { request: { http: { method: 'POST' } } },
    });
    expect(gained?.after.request.http?.path).toMatch(/^\/api\//);
    expect(lost).toMatchObject({ effect: 'newly denied', before: { request: { http: { method: 'GET' } } } });
    expect(lost?.before.request.http?.path).not.toMatch(/^\/api\//);
  });

  it('finds no change where conditions are written in another way', () => {
    const diff = diffOf(
      [...mesh, allow(to({ methods: ['GET', 'POST'] }), to({ paths: ['/a', '/b'] }))],
      [
        ...mesh,
        allow(
          to({ paths: ['/b'] }),
          to({ methods: ['POST'] }),
          to({ methods: ['GET'] }),
          to({ paths: ['/a'] }),
        ),
      ],
    );
    expect(diff.groups).toEqual([]);
    expect(diff.objects).toHaveLength(1);
  });

  it('finds a rule that another one covers to change nothing', () => {
    const diff = diffOf(
      [...mesh, allow(to({ paths: ['/api/*'] }))],
      [...mesh, allow(to({ paths: ['/api/*'] }), to({ paths: ['/api/v1/orders'], methods: ['GET'] }))],
    );
    expect(diff.groups).toEqual([]);
  });

  it('tells principals apart', () => {
    const from = (principal: string): string => allow({ from: [{ source: { principals: [principal] } }] });
    const account = (name: string): string =>
      pod(`shop/${name}`).replace('"hostNetwork"', `"serviceAccountName":"${name}","hostNetwork"`);
    const all = [...mesh.filter((text) => !text.includes('"web"')), account('front'), account('back')];
    expect(
      told(
        diffOf(
          [...all, from('cluster.local/ns/shop/sa/front')],
          [...all, from('cluster.local/ns/shop/sa/back')],
        ),
      ).map((line) => line.replace(/ TCP .*/, '')),
    ).toEqual(['newly allowed: shop/back -> shop/cart', 'newly denied: shop/front -> shop/cart']);
  });

  it('asks both sides where they read tokens in different ways', () => {
    const jwt = (issuer: string): string =>
      made('RequestAuthentication', 'shop/jwt', { jwtRules: [{ issuer, jwks: '{"keys":[]}' }] });
    const rule = allow({ from: [{ source: { requestPrincipals: ['*'] } }] });
    const diff = diffOf([...mesh, rule, jwt('https://a')], [...mesh, rule, jwt('https://b')]);
    expect(new Set(witnesses(diff).map(({ effect }) => effect))).toEqual(
      new Set(['newly allowed', 'newly denied']),
    );
    for (const { before, after } of witnesses(diff))
      expect(before.verdict.outcome).not.toBe(after.verdict.outcome);
    expect(told(diffOf([...mesh, rule, jwt('https://a')], [...mesh, rule, jwt('https://a')]))).toEqual([]);
  });
});

describe('what is not known', () => {
  const foreign = (spec: object): string => made('CiliumNetworkPolicy', 'shop/other', spec);

  it('is told where it is new, and where it is settled', () => {
    expect(
      new Set(
        diffOf(shop, [...shop, foreign({})]).groups.flatMap(({ changes }) => changes.map(({ kind }) => kind)),
      ),
    ).toEqual(new Set(['now unknown']));
    expect(
      new Set(
        diffOf([...shop, foreign({})], shop).groups.flatMap(({ changes }) => changes.map(({ kind }) => kind)),
      ),
    ).toEqual(new Set(['no longer unknown']));
  });

  it('is no change on both sides, but what differs there and is not read is named', () => {
    const same = diffOf([...shop, foreign({})], [...shop, foreign({})]);
    expect([same.groups, same.unread, same.tally.unknown > 0]).toEqual([[], [], true]);
    const other = diffOf([...shop, foreign({})], [...shop, foreign({ endpointSelector: {} })]);
    expect(other.groups).toEqual([]);
    expect(other.unread.map(({ after }) => after?.kind)).toEqual(['CiliumNetworkPolicy']);
  });
});

describe('objects', () => {
  it('are the same with other comments, layout and order of fields', () => {
    const text = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {a: "1"}}\n';
    const other = '# new\napiVersion: v1\nkind: Namespace\nmetadata:\n  labels:\n    a: "1"\n  name: shop\n';
    expect(diffOf([text], [other]).objects).toEqual([]);
  });

  it('differ by settings of the mesh too', () => {
    const config = (text: string): string =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace: 'istio-system', name: 'istio' },
        data: { mesh: text },
      });
    expect(diffOf([config('trustDomain: a')], [config('trustDomain: b')]).settings).toEqual(['trustDomain']);
  });
});
