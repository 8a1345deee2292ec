import { checkExamples, type LintExample } from '../../../test/support/lint-examples.ts';
import { app, policy, shop, toWeb } from '../../../test/support/network-lint-examples.ts';
import { pod, service } from '../../../test/support/text-cluster.ts';

const examples: readonly LintExample[] = [
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
];

checkExamples(examples, { help: false });
