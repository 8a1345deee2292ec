import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lintText, places } from '../../../test/support/lint-text.ts';
import { recorder } from '../../../test/support/terminal.ts';
import { made, namespace, openPorts, pod, service } from '../../../test/support/text-cluster.ts';
import { run } from '../../cli/run.ts';
import type { Finding, Witness } from '../types.ts';

/** A smallest text that has the finding, and one beside it that has not. */
interface Example {
  readonly code: string;
  readonly what: string;
  readonly bad: readonly string[];
  /** Where the finding is. */
  readonly at: string;
  readonly good: readonly string[];
}

const policy = (at: string, spec: object): string => made('NetworkPolicy', at, spec);
const app = (name: string): object => ({ podSelector: { matchLabels: { app: name } } });
const ns = (labels: object): object => ({ namespaceSelector: { matchLabels: labels } });
const named = (name: string): object => ns({ 'kubernetes.io/metadata.name': name });
const admin = (name: string, priority: number, ingress: readonly object[]): string =>
  made('ClusterNetworkPolicy', name, {
    tier: 'Admin',
    priority,
    subject: { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } },
    ingress,
  });
const fromAll = [{ namespaces: {} }];

const shop = [
  namespace('shop'),
  pod('shop/web', { ports: ['http=8080'] }),
  pod('shop/db', { ports: ['pg=5432'] }),
  service('shop/web', 80, 8080),
];
const dns = [
  namespace('kube-system'),
  pod('kube-system/dns', { labels: { 'k8s-app': 'kube-dns' }, ports: ['53/UDP'] }),
];
const sidecars = [namespace('shop', { 'istio-injection': 'enabled' }), pod('shop/web', { ports: ['8080'] })];
const ambient = [
  namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }),
  pod('shop/web', { ports: ['8080', '9000'] }),
  pod('shop/front'),
];
const toWeb = (ports: readonly number[]): string => openPorts('shop/web', 'Ingress', ...ports);
const scraped = (ports: readonly number[]): readonly string[] => [
  sidecars[0]!,
  pod('shop/web', { annotations: { 'prometheus.io/scrape': 'true' } }),
  toWeb(ports),
];
const egressToDb = { to: [app('db')] };

const examples: readonly Example[] = [
  {
    code: 'PC3001',
    what: 'a NetworkPolicy selects nothing',
    bad: [...shop, policy('shop/p', app('wbe'))],
    at: 'shop/p spec.podSelector',
    good: [...shop, policy('shop/p', app('web'))],
  },
  {
    code: 'PC3001',
    what: 'it selects pods on the host network alone',
    bad: [...shop, pod('shop/agent', { hostNetwork: true }), policy('shop/p', app('agent'))],
    at: 'shop/p spec.podSelector',
    good: [...shop, pod('shop/agent'), policy('shop/p', app('agent'))],
  },
  {
    code: 'PC3001',
    what: 'an admin policy selects nothing',
    bad: [
      ...shop,
      made('ClusterNetworkPolicy', 'p', {
        tier: 'Admin',
        priority: 1,
        subject: { namespaces: { matchLabels: { team: 'blue' } } },
        ingress: [{ action: 'Deny', from: fromAll }],
      }),
    ],
    at: 'p spec.subject',
    good: [...shop, admin('p', 1, [{ action: 'Deny', from: fromAll }])],
  },
  {
    code: 'PC3002',
    what: 'a selector contradicts itself',
    bad: [
      ...shop,
      policy('shop/p', {
        podSelector: {
          matchLabels: { app: 'web' },
          matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }],
        },
      }),
    ],
    at: 'shop/p spec.podSelector',
    good: [
      ...shop,
      policy('shop/p', {
        podSelector: {
          matchLabels: { app: 'web' },
          matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['db'] }],
        },
      }),
    ],
  },
  {
    code: 'PC3002',
    what: 'exceptions leave nothing of a block',
    bad: [
      ...shop,
      policy('shop/p', {
        ...app('web'),
        ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/9', '10.128.0.0/9'] } }] }],
      }),
    ],
    at: 'shop/p spec.ingress[0].from[0].ipBlock.except',
    good: [
      ...shop,
      policy('shop/p', {
        ...app('web'),
        ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/9', '10.192.0.0/10'] } }] }],
      }),
    ],
  },
  {
    code: 'PC3003',
    what: 'no pod has the labels of a peer',
    bad: [...shop, policy('shop/p', { ...app('db'), ingress: [{ from: [app('wbe')] }] })],
    at: 'shop/p spec.ingress[0].from[0]',
    good: [...shop, policy('shop/p', { ...app('db'), ingress: [{ from: [app('web')] }] })],
  },
  {
    code: 'PC3003',
    what: 'no namespace has the labels of a peer',
    bad: [
      ...shop,
      ...dns,
      policy('shop/p', { ...app('db'), ingress: [{ from: [ns({ name: 'kube-system' })] }] }),
    ],
    at: 'shop/p spec.ingress[0].from[0].namespaceSelector',
    good: [...shop, ...dns, policy('shop/p', { ...app('db'), ingress: [{ from: [named('kube-system')] }] })],
  },
  {
    code: 'PC3003',
    what: 'labels of a namespace are not known',
    bad: [
      ...shop,
      namespace('away'),
      pod('away/x'),
      policy('shop/p', { ...app('db'), ingress: [{ from: [ns({ team: 'a' })] }] }),
    ],
    at: 'shop/p spec.ingress[0].from[0].namespaceSelector',
    good: [
      ...shop,
      pod('away/x'),
      policy('shop/p', { ...app('db'), ingress: [{ from: [ns({ team: 'a' })] }] }),
    ],
  },
  {
    code: 'PC3004',
    what: 'another rule allows everything',
    bad: [
      ...shop,
      policy('shop/p', { ...app('db'), ingress: [{ from: [app('web')] }, { ports: [{ port: 5432 }] }, {}] }),
    ],
    at: 'shop/p spec.ingress[0]',
    good: [
      ...shop,
      policy('shop/p', { ...app('db'), ingress: [{ from: [app('web')] }, { ports: [{ port: 5432 }] }] }),
    ],
  },
  {
    code: 'PC3004',
    what: 'a peer is within its neighbour',
    bad: [
      ...shop,
      policy('shop/p', { ...app('db'), ingress: [{ from: [app('web'), { podSelector: {} }] }] }),
    ],
    at: 'shop/p spec.ingress[0].from[0]',
    good: [...shop, policy('shop/p', { ...app('db'), ingress: [{ from: [app('web'), app('db')] }] })],
  },
  {
    code: 'PC3005',
    what: 'a policy is within another',
    bad: [
      ...shop,
      policy('shop/a', { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }),
      policy('shop/b', { ...app('db'), ingress: [{ from: [app('web')] }] }),
    ],
    at: 'shop/b metadata.name',
    good: [
      ...shop,
      policy('shop/a', { ...app('web'), ingress: [{ from: [{ podSelector: {} }] }] }),
      policy('shop/b', { ...app('db'), ingress: [{ from: [app('web')] }] }),
    ],
  },
  {
    code: 'PC3005',
    what: 'a default deny stands twice',
    bad: [
      ...shop,
      policy('shop/a', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
      policy('shop/b', { podSelector: {} }),
    ],
    at: 'shop/b metadata.name',
    good: [
      ...shop,
      policy('shop/a', { podSelector: {}, ingress: [{ from: [app('web')] }] }),
      policy('shop/b', { podSelector: {} }),
    ],
  },
  {
    code: 'PC3006',
    what: 'an admin rule comes behind a wider one',
    bad: [
      ...shop,
      admin('p', 1, [
        { action: 'Deny', from: fromAll },
        { action: 'Accept', from: [{ namespaces: { matchLabels: { team: 'blue' } } }] },
      ]),
    ],
    at: 'p spec.ingress[1]',
    good: [
      ...shop,
      admin('p', 1, [
        { action: 'Accept', from: [{ namespaces: { matchLabels: { team: 'blue' } } }] },
        { action: 'Deny', from: fromAll },
      ]),
    ],
  },
  {
    code: 'PC3007',
    what: 'pods that no policy isolates',
    bad: [...shop, namespace('away'), pod('away/x'), toWeb([8080]), policy('away/d', { podSelector: {} })],
    at: 'shop metadata.name',
    good: [
      ...shop,
      namespace('away'),
      pod('away/x'),
      policy('away/d', { podSelector: {} }),
      policy('shop/d', { podSelector: {} }),
    ],
  },
  {
    code: 'PC3008',
    what: 'pods that may send anything',
    bad: [
      ...shop,
      namespace('away'),
      pod('away/x'),
      policy('away/d', { podSelector: {}, policyTypes: ['Egress'] }),
    ],
    at: 'shop metadata.name',
    good: [...shop, policy('shop/d', { podSelector: {}, policyTypes: ['Egress'] })],
  },
  {
    code: 'PC3009',
    what: "ports has the Service's port",
    bad: [...shop, toWeb([80])],
    at: 'shop/web-ingress spec.ingress[0].ports[0].port',
    good: [...shop, toWeb([8080])],
  },
  {
    code: 'PC3009',
    what: "egress ports have the Service's port",
    bad: [
      ...shop,
      policy('shop/p', {
        ...app('db'),
        policyTypes: ['Egress'],
        egress: [{ to: [app('web')], ports: [{ port: 80 }] }],
      }),
    ],
    at: 'shop/p spec.egress[0].ports[0].port',
    good: [
      ...shop,
      policy('shop/p', {
        ...app('db'),
        policyTypes: ['Egress'],
        egress: [{ to: [app('web')], ports: [{ port: 80 }, { port: 8080 }] }],
      }),
    ],
  },
  {
    code: 'PC3010',
    what: 'nobody declares the port name',
    bad: [...shop, policy('shop/p', { ...app('db'), ingress: [{ ports: [{ port: 'http' }] }] })],
    at: 'shop/p spec.ingress[0].ports[0].port',
    good: [...shop, policy('shop/p', { ...app('db'), ingress: [{ ports: [{ port: 'pg' }] }] })],
  },
  {
    code: 'PC3011',
    what: 'egress without the DNS that is given',
    bad: [
      ...shop,
      ...dns,
      policy('shop/p', { ...app('web'), policyTypes: ['Egress'], egress: [egressToDb] }),
    ],
    at: 'shop/p spec.egress',
    good: [
      ...shop,
      ...dns,
      policy('shop/p', {
        ...app('web'),
        policyTypes: ['Egress'],
        egress: [egressToDb, { to: [named('kube-system')], ports: [{ port: 53, protocol: 'UDP' }] }],
      }),
    ],
  },
  {
    code: 'PC3011',
    what: 'egress without any DNS',
    bad: [...shop, policy('shop/p', { ...app('web'), policyTypes: ['Egress'], egress: [egressToDb] })],
    at: 'shop/p spec.egress',
    good: [
      ...shop,
      policy('shop/p', {
        ...app('web'),
        policyTypes: ['Egress'],
        egress: [egressToDb, { ports: [{ port: 53, protocol: 'UDP' }] }],
      }),
    ],
  },
  {
    code: 'PC3012',
    what: 'a sidecar without istiod',
    bad: [...sidecars, policy('shop/p', { ...app('web'), policyTypes: ['Egress'] })],
    at: 'shop/p spec.policyTypes',
    good: [
      ...sidecars,
      policy('shop/p', {
        ...app('web'),
        policyTypes: ['Egress'],
        egress: [{ to: [named('istio-system')], ports: [{ port: 15012 }] }],
      }),
    ],
  },
  {
    code: 'PC3013',
    what: 'metrics closed',
    bad: scraped([8080]),
    at: 'shop/web-ingress spec.ingress',
    good: scraped([8080, 15020]),
  },
  {
    code: 'PC3013',
    what: "a gateway's health closed to its load balancer",
    bad: [
      namespace('edge'),
      pod('edge/gw', { ports: ['8080', '15021'] }),
      service('edge/gw', 15021, 15021, { type: 'LoadBalancer' }),
      openPorts('edge/gw', 'Ingress', 8080),
    ],
    at: 'edge/gw-ingress spec.ingress',
    good: [
      namespace('edge'),
      pod('edge/gw', { ports: ['8080', '15021'] }),
      service('edge/gw', 15021, 15021, { type: 'LoadBalancer' }),
      openPorts('edge/gw', 'Ingress', 8080, 15021),
    ],
  },
  {
    code: 'PC3014',
    what: 'a port without the tunnel',
    bad: [...ambient, toWeb([8080])],
    at: 'shop/web-ingress spec.ingress[0].ports',
    good: [...ambient, toWeb([8080, 15008])],
  },
  {
    code: 'PC3014',
    what: 'egress to a port without the tunnel',
    bad: [...ambient, openPorts('shop/front', 'Egress', 8080)],
    at: 'shop/front-egress spec.egress[0].ports',
    good: [...ambient, openPorts('shop/front', 'Egress', 8080, 15008)],
  },
  {
    code: 'PC3015',
    what: 'the tunnel beside a list of ports',
    bad: [...ambient, toWeb([8080, 15008])],
    at: 'shop/web-ingress spec.ingress[0].ports',
    good: [
      ...ambient,
      toWeb([8080, 15008]),
      made('AuthorizationPolicy', 'shop/a', {
        selector: { matchLabels: { app: 'web' } },
        rules: [{ to: [{ operation: { ports: ['8080'] } }] }],
      }),
    ],
  },
  {
    code: 'PC3016',
    what: 'a dash too many',
    bad: [
      ...shop,
      namespace('away', { team: 'a' }),
      pod('away/client'),
      pod('away/other'),
      policy('shop/p', { ...app('db'), ingress: [{ from: [ns({ team: 'a' }), app('client')] }] }),
    ],
    at: 'shop/p spec.ingress[0].from[1]',
    good: [
      ...shop,
      pod('shop/client'),
      namespace('away', { team: 'a' }),
      pod('away/client'),
      pod('away/other'),
      policy('shop/p', { ...app('db'), ingress: [{ from: [ns({ team: 'a' }), app('client')] }] }),
    ],
  },
  {
    code: 'PC3017',
    what: 'a block holds a pod',
    bad: [
      ...shop,
      pod('shop/x', { ip: '10.1.2.3' }),
      policy('shop/p', { ...app('db'), ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }),
    ],
    at: 'shop/p spec.ingress[0].from[0].ipBlock.cidr',
    good: [
      ...shop,
      pod('shop/x', { ip: '10.1.2.3' }),
      policy('shop/p', {
        ...app('db'),
        ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }],
      }),
    ],
  },
  {
    code: 'PC3018',
    what: 'every address',
    bad: [
      ...shop,
      policy('shop/p', {
        ...app('db'),
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }],
      }),
    ],
    at: 'shop/p spec.egress[0].to[0].ipBlock.cidr',
    good: [
      ...shop,
      policy('shop/p', {
        ...app('db'),
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }] }],
      }),
    ],
  },
  {
    code: 'PC3019',
    what: 'rules of a direction that is left out',
    bad: [...shop, policy('shop/p', { ...app('web'), policyTypes: ['Ingress'], egress: [egressToDb] })],
    at: 'shop/p spec.egress',
    good: [...shop, policy('shop/p', { ...app('web'), egress: [egressToDb] })],
  },
  {
    code: 'PC3020',
    what: 'a direction without rules',
    bad: [
      ...shop,
      policy('shop/p', {
        ...app('db'),
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [app('web')] }],
      }),
    ],
    at: 'shop/p spec.policyTypes',
    good: [
      ...shop,
      policy('shop/p', {
        ...app('db'),
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [app('web')] }],
        egress: [],
      }),
    ],
  },
  {
    code: 'PC3020',
    what: 'a direction that others open',
    bad: [...shop, policy('shop/p', { ...app('db'), policyTypes: ['Ingress', 'Egress'], egress: [{}] })],
    at: 'shop/p spec.policyTypes',
    good: [
      ...shop,
      policy('shop/p', { ...app('db'), policyTypes: ['Ingress', 'Egress'], egress: [{}] }),
      policy('shop/q', { ...app('db'), ingress: [{ from: [app('web')] }] }),
    ],
  },
  {
    code: 'PC3021',
    what: 'two priorities are one',
    bad: [
      ...shop,
      admin('a', 5, [{ action: 'Deny', from: fromAll }]),
      admin('b', 5, [{ action: 'Accept', from: fromAll }]),
    ],
    at: 'b spec.priority',
    good: [
      ...shop,
      admin('a', 5, [{ action: 'Deny', from: fromAll }]),
      admin('b', 5, [{ action: 'Deny', from: [{ namespaces: { matchLabels: { team: 'a' } } }] }]),
    ],
  },
  {
    code: 'PC3022',
    what: "a block for a Service's address",
    bad: [
      pod('shop/web', { ports: ['http=8080'] }),
      pod('shop/db', { ip: '10.0.0.9', ports: ['pg=5432'] }),
      service('shop/db', 5432, 5432, { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'] }),
      policy('shop/p', {
        ...app('web'),
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '10.96.0.7/32' } }] }],
      }),
    ],
    at: 'shop/p spec.egress[0].to[0].ipBlock.cidr',
    good: [
      pod('shop/web', { ports: ['http=8080'] }),
      pod('shop/db', { ip: '10.0.0.9', ports: ['pg=5432'] }),
      service('shop/db', 5432, 5432, { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'] }),
      policy('shop/p', {
        ...app('web'),
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '10.96.0.7/32' } }, app('db')] }],
      }),
    ],
  },
  {
    code: 'PC3023',
    what: 'clients behind a node',
    bad: [
      pod('shop/web', { ports: ['8080'] }),
      service('shop/web', 80, 8080, { type: 'LoadBalancer' }),
      policy('shop/p', { ...app('web'), ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }] }),
    ],
    at: 'shop/p spec.ingress[0].from[0].ipBlock.cidr',
    good: [
      pod('shop/web', { ports: ['8080'] }),
      service('shop/web', 80, 8080, { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }),
      policy('shop/p', { ...app('web'), ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }] }),
    ],
  },
  {
    code: 'PC3011',
    what: 'DNS over UDP alone',
    bad: [
      ...shop,
      namespace('kube-system'),
      pod('kube-system/dns', { labels: { 'k8s-app': 'kube-dns' }, ports: ['53/UDP', '53/TCP'] }),
      policy('shop/p', {
        ...app('web'),
        policyTypes: ['Egress'],
        egress: [{ ports: [{ port: 53, protocol: 'UDP' }] }],
      }),
    ],
    at: 'shop/p spec.egress',
    good: [
      ...shop,
      namespace('kube-system'),
      pod('kube-system/dns', { labels: { 'k8s-app': 'kube-dns' }, ports: ['53/UDP', '53/TCP'] }),
      policy('shop/p', {
        ...app('web'),
        policyTypes: ['Egress'],
        egress: [{ ports: [{ port: 53, protocol: 'UDP' }, { port: 53 }] }],
      }),
    ],
  },
  {
    code: 'PC3003',
    what: 'only pods on the host network have the labels of a peer',
    bad: [
      ...shop,
      pod('shop/agent', { hostNetwork: true }),
      policy('shop/p', { ...app('db'), ingress: [{ from: [app('agent')] }] }),
    ],
    at: 'shop/p spec.ingress[0].from[0]',
    good: [
      ...shop,
      pod('shop/agent'),
      policy('shop/p', { ...app('db'), ingress: [{ from: [app('agent')] }] }),
    ],
  },
  {
    code: 'PC3003',
    what: 'the namespace of a peer is not given, and is not one of the platform',
    bad: [...shop, policy('shop/p', { ...app('db'), ingress: [{ from: [named('monitoring')] }] })],
    at: 'shop/p spec.ingress[0].from[0].namespaceSelector',
    good: [
      ...shop,
      policy('shop/p', {
        ...app('db'),
        ingress: [
          {
            from: [
              named('kube-system'),
              { ...ns({}), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } },
            ],
          },
        ],
      }),
    ],
  },
  {
    code: 'PC3031',
    what: 'a Service selects nothing',
    bad: [...shop, service('shop/dbs', 5432, 5432)],
    at: 'shop/dbs spec.selector',
    good: [...shop, service('shop/db', 5432, 5432)],
  },
  {
    code: 'PC3032',
    what: 'a target port that has no such name',
    bad: [...shop, service('shop/db', 5432, 'psql')],
    at: 'shop/db spec.ports[0].targetPort',
    good: [...shop, service('shop/db', 5432, 'pg')],
  },
  {
    code: 'PC3033',
    what: 'a target port that is not declared',
    bad: [...shop, service('shop/db', 5432, 5433)],
    at: 'shop/db spec.ports[0].targetPort',
    good: [...shop, pod('shop/silent'), service('shop/silent', 80, 8080)],
  },
  {
    code: 'PC3034',
    what: 'a Service that nobody reaches',
    bad: [...shop, openPorts('shop/web', 'Ingress', 9)],
    at: 'shop/web metadata.name',
    good: [...shop, openPorts('shop/web', 'Ingress', 8080)],
  },
];

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'portcullis-lint-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const textOf = (texts: readonly string[]): string => `---\n${texts.join('\n---\n')}`;

describe.each(examples)('$code: $what', ({ code, bad, good, at }) => {
  const findings = lintText(textOf(bad), [code]);

  it('is found, at its place', () => {
    expect(places(findings)).toContain(`${code} ${at}`);
  });

  it('is not found in what is right', () => {
    expect(places(lintText(textOf(good), [code]))).not.toContain(`${code} ${at}`);
  });

  it('has witnesses that portcullis check confirms', async () => {
    const file = join(directory, 'all.yaml');
    writeFileSync(file, textOf(bad));
    for (const witness of findings.flatMap(witnessesOf)) {
      if (witness.words === undefined) continue;
      const terminal = recorder({ cwd: directory });
      const words = ['check', '-f', 'all.yaml', ...witness.words, '--expect', witness.outcome];
      expect({ code: await run(words, terminal), words, err: terminal.err }).toMatchObject({ code: 0 });
    }
  });
});

function witnessesOf({ proof }: Finding): readonly Witness[] {
  return proof.kind === 'never matches' ? [] : (proof.witnesses ?? []);
}
