import { checkExamples, type LintExample } from '../../../test/support/lint-examples.ts';
import { admin, app, fromAll, policy, shop } from '../../../test/support/network-lint-examples.ts';

const examples: readonly LintExample[] = [
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
];

checkExamples(examples);
