import { from, policy, ports, sidecars, to, tokens } from '../../../test/support/istio-lint-examples.ts';
import { checkExamples, type LintExample } from '../../../test/support/lint-examples.ts';
import { made, namespace, pod, service } from '../../../test/support/text-cluster.ts';

const web = { selector: { matchLabels: { app: 'web' } } };
const deny = { action: 'DENY' };
const operation = 'spec.rules[0].to[0].operation';
const source = 'spec.rules[0].from[0].source';
const withoutService = sidecars.filter((text) => !(text.includes('"Service"') && text.includes('"web"')));
const custom = (provider: string): string =>
  to('shop/p', { paths: ['/a'] }, { ...web, action: 'CUSTOM', provider: { name: provider } });
const meshConfig = JSON.stringify({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'istio-system', name: 'istio' },
  data: {
    mesh: 'extensionProviders: [{name: guard, envoyExtAuthzHttp: {service: guard.shop.svc.cluster.local, port: 80}}]',
  },
});
const annotated = (key: string): string =>
  made('AuthorizationPolicy', 'shop/p', { ...web, ...deny, rules: [{}] }, { annotations: { [key]: 'true' } });
const ingress = [
  pod('shop/edge', { ports: ['8080'], annotations: { 'inject.istio.io/templates': 'gateway' } }),
  service('shop/edge', 80, 8080, { type: 'LoadBalancer', ...ports(80, 8080, 'http') }),
];

const examples: readonly LintExample[] = [
  {
    code: 'PC3241',
    what: 'a DENY rule about HTTP on a TCP port',
    bad: [...sidecars, to('shop/p', { paths: ['/admin'] }, deny)],
    at: `shop/p ${operation}.paths`,
    good: [...sidecars, to('shop/p', { paths: ['/admin'], ports: ['8080'] }, deny)],
  },
  {
    code: 'PC3242',
    what: 'an ALLOW rule about HTTP on a TCP port',
    bad: [...sidecars, to('shop/p', { methods: ['GET'] }, {}, 'db')],
    at: `shop/p ${operation}.methods`,
    good: [...sidecars, to('shop/p', { methods: ['GET'] }, {}, 'web')],
  },
  {
    code: 'PC3242',
    what: 'a TCP port beside HTTP that no rule opens',
    bad: [...sidecars, to('shop/p', { methods: ['GET'] })],
    at: `shop/p ${operation}.methods`,
    good: [...sidecars, to('shop/p', { methods: ['GET'] }), to('shop/q', { ports: ['5432'] })],
  },
  {
    code: 'PC3251',
    what: 'an authorizer that the mesh does not have',
    bad: [...sidecars, meshConfig, custom('gaurd')],
    at: 'shop/p spec.provider.name',
    good: [...sidecars, meshConfig, custom('guard')],
  },
  {
    code: 'PC3281',
    what: 'the port of the Service',
    bad: [...sidecars, to('shop/p', { ports: ['80'] }, web)],
    at: `shop/p ${operation}.ports[0]`,
    good: [...sidecars, to('shop/p', { ports: ['8080'] }, web)],
    fixed: '["8080"]',
  },
  {
    code: 'PC3282',
    what: 'a port that nobody listens on',
    bad: [...sidecars, to('shop/p', { ports: ['9999'] }, web)],
    at: `shop/p ${operation}.ports[0]`,
    good: [...sidecars, pod('shop/silent'), to('shop/p', { ports: ['9999'] }, {}, 'silent')],
  },
  {
    code: 'PC3283',
    what: 'a host that is kept out only without a port',
    bad: [...sidecars, to('shop/p', { hosts: ['admin.example'] }, { ...web, ...deny })],
    at: `shop/p ${operation}.hosts[0]`,
    good: [...sidecars, to('shop/p', { hosts: ['admin.example', 'admin.example:*'] }, { ...web, ...deny })],
  },
  {
    code: 'PC3283',
    what: 'clients that write the port of the Service',
    bad: [
      ...withoutService,
      service('shop/web', 8080, 8080, ports(8080, 8080, 'http')),
      to('shop/p', { hosts: ['web.shop'] }, web),
    ],
    at: `shop/p ${operation}.hosts[0]`,
    good: [...sidecars, to('shop/p', { hosts: ['web.shop'] }, web)],
  },
  {
    code: 'PC3284',
    what: 'a path that is kept out only without a slash at the end',
    bad: [...sidecars, to('shop/p', { paths: ['/admin'] }, { ...web, ...deny })],
    at: `shop/p ${operation}.paths[0]`,
    good: [...sidecars, to('shop/p', { paths: ['/admin', '/admin/*'] }, { ...web, ...deny })],
  },
  {
    code: 'PC3284',
    what: 'all below a path but not the path',
    bad: [...sidecars, to('shop/p', { paths: ['/admin/*'] }, { ...web, ...deny })],
    at: `shop/p ${operation}.paths[0]`,
    good: [...sidecars, to('shop/p', { paths: ['/admin*'] }, { ...web, ...deny })],
  },
  {
    code: 'PC3284',
    what: 'a path that is kept out of what others let in',
    bad: [
      ...sidecars,
      to('shop/p', { paths: ['/admin'] }, { ...web, ...deny }),
      policy('shop/q', {
        ...web,
        rules: [
          {
            from: [{ source: { serviceAccounts: ['front'] } }],
            to: [{ operation: { methods: ['POST'] } }],
          },
        ],
      }),
    ],
    at: `shop/p ${operation}.paths[0]`,
    good: [
      ...sidecars,
      to('shop/p', { paths: ['/admin'] }, { ...web, ...deny }),
      to('shop/q', { paths: ['/shop*'] }, web),
    ],
  },
  {
    code: 'PC3284',
    what: 'an exception of what is allowed',
    bad: [...sidecars, to('shop/p', { notPaths: ['/admin'] }, web)],
    at: `shop/p ${operation}.notPaths[0]`,
    good: [...sidecars, to('shop/p', { paths: ['/admin'] }, web)],
  },
  {
    code: 'PC3285',
    what: 'a path that is kept out in one form only',
    bad: [...sidecars, to('shop/p', { paths: ['/admin*'] }, { ...web, ...deny })],
    at: `shop/p ${operation}.paths[0]`,
    good: [...sidecars, to('shop/p', { paths: ['*'] }, { ...web, ...deny })],
  },
  {
    code: 'PC3285',
    what: 'an encoded slash',
    bad: [...sidecars, to('shop/p', { paths: ['/admin/keys'] }, { ...web, ...deny })],
    at: `shop/p ${operation}.paths[0]`,
    good: [...sidecars, to('shop/p', { paths: ['/admin'] }, { ...web, ...deny })],
    options: { mesh: { pathNormalization: 'MERGE_SLASHES' } },
  },
  {
    code: 'PC3286',
    what: 'tokens that nobody asks for',
    bad: [...sidecars, tokens('shop/t', 'https://a', web)],
    at: 'shop/t spec.jwtRules',
    good: [
      ...sidecars,
      tokens('shop/t', 'https://a', web),
      from('shop/p', { requestPrincipals: ['*'] }, web),
    ],
  },
  {
    code: 'PC3287',
    what: 'client addresses behind a load balancer',
    bad: [...sidecars, ...ingress, from('shop/p', { ipBlocks: ['198.51.100.0/24'] }, {}, 'edge')],
    at: `shop/p ${source}.ipBlocks`,
    good: [
      ...sidecars,
      ingress[0]!,
      service('shop/edge', 80, 8080, {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        ...ports(80, 8080, 'http'),
      }),
      from('shop/p', { ipBlocks: ['198.51.100.0/24'] }, {}, 'edge'),
    ],
  },
  {
    code: 'PC3287',
    what: 'client addresses behind a gateway',
    bad: [...sidecars, ...ingress, from('shop/p', { ipBlocks: ['198.51.100.0/24'] }, web)],
    at: `shop/p ${source}.ipBlocks`,
    good: [...sidecars, from('shop/p', { ipBlocks: ['198.51.100.0/24'] }, web)],
  },
  {
    code: 'PC3288',
    what: 'a dry run that is misspelt',
    bad: [...sidecars, annotated('istio.io/dryrun')],
    at: 'shop/p metadata.annotations[istio.io/dryrun]',
    good: [...sidecars, annotated('istio.io/dry-run')],
    fixed: 'istio.io/dry-run',
  },
  {
    code: 'PC3288',
    what: 'a dry run by a label',
    bad: [
      ...sidecars,
      made('AuthorizationPolicy', 'shop/p', { rules: [{}] }, { labels: { 'istio.io/dry-run': 'true' } }),
    ],
    at: 'shop/p metadata.labels[istio.io/dry-run]',
    good: [...sidecars, policy('shop/p', { rules: [{}] }), namespace('other')],
  },
];

checkExamples(examples);
