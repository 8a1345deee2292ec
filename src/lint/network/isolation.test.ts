import { checkExamples, type LintExample } from '../../../test/support/lint-examples.ts';
import { app, egressToDb, policy, shop, toWeb } from '../../../test/support/network-lint-examples.ts';
import { namespace, openPorts, pod } from '../../../test/support/text-cluster.ts';

const examples: readonly LintExample[] = [
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
    code: 'PC3034',
    what: 'a Service that nobody reaches',
    bad: [...shop, openPorts('shop/web', 'Ingress', 9)],
    at: 'shop/web metadata.name',
    good: [...shop, openPorts('shop/web', 'Ingress', 8080)],
  },
];

checkExamples(examples);
