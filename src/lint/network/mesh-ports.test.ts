import { expect, it } from 'vitest';
import { checkExamples, type LintExample, textOf } from '../../../test/support/lint-examples.ts';
import { lintText } from '../../../test/support/lint-text.ts';
import {
  ambient,
  app,
  dns,
  egressToDb,
  named,
  policy,
  scraped,
  shop,
  sidecars,
  toWeb,
} from '../../../test/support/network-lint-examples.ts';
import { made, namespace, openPorts, pod, service } from '../../../test/support/text-cluster.ts';

const examples: readonly LintExample[] = [
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
    code: 'PC3011',
    what: 'nothing may be sent, so DNS neither',
    bad: [...shop, ...dns, policy('shop/p', { podSelector: {}, policyTypes: ['Egress'], egress: [] })],
    at: 'shop/p spec.egress',
    good: [
      ...shop,
      ...dns,
      policy('shop/p', { podSelector: {}, policyTypes: ['Egress'], egress: [] }),
      policy('shop/q', {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [{ to: [named('kube-system')], ports: [{ port: 53, protocol: 'UDP' }] }],
      }),
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
];

checkExamples(examples);

it('tells of pods that may send nothing once for each set of policies, as a remark', () => {
  const text = textOf([
    ...shop,
    policy('shop/all', { podSelector: {}, policyTypes: ['Egress'], egress: [] }),
    policy('shop/p', { ...app('web'), policyTypes: ['Egress'], egress: [egressToDb] }),
    namespace('other'),
    pod('other/a'),
    pod('other/b'),
    policy('other/all', { podSelector: {}, policyTypes: ['Egress', 'Ingress'] }),
  ]);
  const findings = lintText(text, ['PC3011']);
  expect(findings.map(({ severity, message }) => `${severity}: ${message}`).sort()).toEqual([
    'info: NetworkPolicy other/all: a and b cannot ask DNS: no egress rule opens anything',
    'info: NetworkPolicy shop/all: db cannot ask DNS: no egress rule opens anything',
    'warning: NetworkPolicy shop/p: web cannot ask DNS: no egress rule opens UDP 53 to the DNS of the cluster',
  ]);
  for (const { proof } of findings) {
    expect(proof).toMatchObject({ witnesses: [{ outcome: 'deny', request: { port: 53, protocol: 'UDP' } }] });
  }
});
