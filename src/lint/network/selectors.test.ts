import { checkExamples, type LintExample } from '../../../test/support/lint-examples.ts';
import {
  admin,
  app,
  dns,
  fromAll,
  named,
  ns,
  policy,
  shop,
} from '../../../test/support/network-lint-examples.ts';
import { made, namespace, pod } from '../../../test/support/text-cluster.ts';

const examples: readonly LintExample[] = [
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
      policy('shop/p', { ...app('db'), ingress: [{ from: [ns({ team: 'a' })] }, { from: [app('client')] }] }),
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
];

checkExamples(examples, { help: false });
