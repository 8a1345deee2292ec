import {
  ambient,
  from,
  podAs,
  policy,
  sidecars,
  to,
  tokens,
} from '../../../test/support/istio-lint-examples.ts';
import { checkExamples, type LintExample } from '../../../test/support/lint-examples.ts';
import { namespace, pod } from '../../../test/support/text-cluster.ts';

const source = 'spec.rules[0].from[0].source';
const operation = 'spec.rules[0].to[0].operation';
const web = { selector: { matchLabels: { app: 'web' } } };
const when = (key: string, ...values: readonly string[]): string =>
  policy('shop/p', { rules: [{ when: [{ key, values }] }] }, 'web');

/** One value of a source that never matches, and one that does. */
function principal(what: string, bad: string, good: string, fixed?: string): LintExample {
  return {
    code: 'PC3221',
    what,
    bad: [...sidecars, from('shop/p', { principals: [bad] }, web)],
    at: `shop/p ${source}.principals[0]`,
    good: [...sidecars, from('shop/p', { principals: [good] }, web)],
    ...(fixed !== undefined && { fixed }),
  };
}

function path(what: string, bad: string, good: string, fixed?: string): LintExample {
  return {
    code: 'PC3224',
    what,
    bad: [...sidecars, to('shop/p', { paths: [bad] }, web)],
    at: `shop/p ${operation}.paths[0]`,
    good: [...sidecars, to('shop/p', { paths: [good] }, web)],
    ...(fixed !== undefined && { fixed }),
  };
}

function host(what: string, bad: string, good: string): LintExample {
  return {
    code: 'PC3225',
    what,
    bad: [...sidecars, to('shop/p', { hosts: [bad] }, web)],
    at: `shop/p ${operation}.hosts[0]`,
    good: [...sidecars, to('shop/p', { hosts: [good] }, web)],
  };
}

function requestPrincipal(what: string, bad: string, good: string): LintExample {
  return {
    code: 'PC3234',
    what,
    bad: [...sidecars, from('shop/p', { requestPrincipals: [bad] }, web)],
    at: `shop/p ${source}.requestPrincipals[0]`,
    good: [...sidecars, from('shop/p', { requestPrincipals: [good] }, web)],
  };
}

const front = 'cluster.local/ns/shop/sa/front';

const examples: readonly LintExample[] = [
  principal('spiffe:// before a principal', `spiffe://${front}`, front, front),
  principal('a star inside a principal', 'cluster.local/ns/*/sa/front', '*/sa/front'),
  principal('a principal without its parts', 'front', front),
  principal('an end that no identity has', '*/ns/front', '*/ns/shop/sa/front'),
  principal('capitals in an account', 'cluster.local/ns/shop/sa/Front', front),
  principal('a start that no identity has', 'cluster.local/namespace/*', 'cluster.local/ns/*'),
  {
    code: 'PC3221',
    what: 'an identity where a namespace belongs',
    bad: [...sidecars, from('shop/p', { namespaces: ['cluster.local/ns/shop'] }, web)],
    at: `shop/p ${source}.namespaces[0]`,
    good: [...sidecars, from('shop/p', { namespaces: ['shop'] }, web)],
    fixed: '["shop"]',
  },
  {
    code: 'PC3222',
    what: "a trust domain that is not the mesh's",
    bad: [...sidecars, from('shop/p', { principals: ['td.example/ns/shop/sa/front', front] }, web)],
    at: `shop/p ${source}.principals[0]`,
    good: [...sidecars, from('shop/p', { principals: [front] }, web)],
  },
  {
    code: 'PC3222',
    what: 'a trust domain beside the aliases',
    bad: [...sidecars, from('shop/p', { trustDomains: ['old.example'] }, web)],
    at: `shop/p ${source}.trustDomains[0]`,
    good: [...sidecars, from('shop/p', { trustDomains: ['older.example'] }, web)],
    options: { mesh: { trustDomain: 'new.example', trustDomainAliases: ['older.example'] } },
  },
  {
    code: 'PC3220',
    what: 'cluster.local where ztunnel knows another trust domain',
    bad: [...ambient, from('shop/p', { principals: [front] }, web)],
    at: `shop/p ${source}.principals[0]`,
    good: [...ambient, from('shop/p', { principals: ['td.example/ns/shop/sa/front'] }, web)],
    options: { mesh: { trustDomain: 'td.example' } },
  },
  {
    code: 'PC3220',
    what: 'a star inside a namespace at ztunnel',
    bad: [...ambient, from('shop/p', { namespaces: ['s*p'] }, web)],
    at: `shop/p ${source}.namespaces[0]`,
    good: [...sidecars, from('shop/p', { namespaces: ['s*p'] }, web)],
  },
  {
    code: 'PC3223',
    what: 'a method in lower case',
    bad: [...sidecars, to('shop/p', { methods: ['get'] }, web)],
    at: `shop/p ${operation}.methods[0]`,
    good: [...sidecars, to('shop/p', { methods: ['GET'] }, web)],
    fixed: '["GET"]',
  },
  {
    code: 'PC3223',
    what: 'the start of no method',
    bad: [...sidecars, to('shop/p', { methods: ['GETS*'] }, web)],
    at: `shop/p ${operation}.methods[0]`,
    good: [...sidecars, to('shop/p', { methods: ['P*'] }, web)],
  },
  path('a query', '/a?b=1', '/a', '["/a"]'),
  path('a fragment', '/a#b', '/a'),
  path('no slash at the start', 'a', '/a', '["/a"]'),
  path('a path that is rewritten', '/a/./b', '/a/b', '["/a/b"]'),
  path('an escape that is decoded', '/%61dmin', '/admin', '["/admin"]'),
  path('a backslash', '/a\\\\b'.replace('\\\\', '\\'), '/a/b'),
  {
    code: 'PC3224',
    what: 'two slashes that the mesh makes one',
    bad: [...sidecars, to('shop/p', { paths: ['/a//b'] }, web)],
    at: `shop/p ${operation}.paths[0]`,
    good: [...sidecars, to('shop/p', { paths: ['/a/b'] }, web)],
    options: { mesh: { pathNormalization: 'MERGE_SLASHES' } },
  },
  path('a fragment behind a star', '*#a', '*a'),
  {
    code: 'PC3226',
    what: 'a star inside a path',
    bad: [...sidecars, to('shop/p', { paths: ['/users/*/orders'] }, web)],
    at: `shop/p ${operation}.paths[0]`,
    good: [...sidecars, to('shop/p', { paths: ['/users/{*}/orders'] }, web)],
    fixed: '/users/{*}/orders',
  },
  host('a URL for a host', 'https://web.shop', 'web.shop'),
  host('stars at both ends', '*.shop:*', '*.shop'),
  host('a path behind a host', 'web.shop/admin', 'web.shop'),
  {
    code: 'PC3227',
    what: 'capitals in a server name',
    bad: [...sidecars, when('connection.sni', 'Web.Example')],
    at: 'shop/p spec.rules[0].when[0].values[0]',
    good: [...sidecars, when('connection.sni', 'web.example')],
    fixed: 'web.example',
  },
  {
    code: 'PC3227',
    what: 'a blank behind a header',
    bad: [...sidecars, when('request.headers[x-team]', 'blue ')],
    at: 'shop/p spec.rules[0].when[0].values[0]',
    good: [...sidecars, when('request.headers[x-team]', 'blue *')],
  },
  {
    code: 'PC3228',
    what: 'a namespace that is not there',
    bad: [...sidecars, from('shop/p', { namespaces: ['legcay'] }, web)],
    at: `shop/p ${source}.namespaces[0]`,
    good: [...sidecars, from('shop/p', { namespaces: ['legacy'] }, web)],
  },
  {
    code: 'PC3228',
    what: 'an account of a namespace that is not there',
    bad: [...sidecars, from('shop/p', { serviceAccounts: ['elsewhere/front'] }, web)],
    at: `shop/p ${source}.serviceAccounts[0]`,
    good: [...sidecars, from('shop/p', { serviceAccounts: ['front'] }, web)],
  },
  {
    code: 'PC3229',
    what: 'an account that is not there',
    bad: [...sidecars, from('shop/p', { principals: ['cluster.local/ns/shop/sa/frnot'] }, web)],
    at: `shop/p ${source}.principals[0]`,
    good: [...sidecars, from('shop/p', { principals: [front] }, web)],
  },
  {
    code: 'PC3230',
    what: 'a client without a proxy',
    bad: [...sidecars, from('shop/p', { namespaces: ['legacy'] }, web)],
    at: `shop/p ${source}.namespaces[0]`,
    good: [
      ...sidecars,
      namespace('late', { 'istio-injection': 'enabled' }),
      pod('late/a'),
      from('shop/p', { namespaces: ['late'] }, web),
    ],
  },
  {
    code: 'PC3230',
    what: 'an account of pods without a proxy',
    bad: [...sidecars, podAs('legacy/b', 'b'), from('shop/p', { serviceAccounts: ['legacy/b'] }, web)],
    at: `shop/p ${source}.serviceAccounts[0]`,
    good: [...sidecars, podAs('shop/b', 'b'), from('shop/p', { serviceAccounts: ['shop/b'] }, web)],
  },
  {
    code: 'PC3231',
    what: 'a claim where no token is read',
    bad: [...sidecars, when('request.auth.claims[group]', 'a')],
    at: 'shop/p spec.rules[0].when[0].values',
    good: [...sidecars, when('request.auth.claims[group]', 'a'), tokens('shop/t', 'https://a')],
  },
  {
    code: 'PC3232',
    what: 'an issuer that nobody takes',
    bad: [
      ...sidecars,
      from('shop/p', { requestPrincipals: ['https://a.example/*'] }, web),
      tokens('shop/t', 'https://a.example/'),
    ],
    at: `shop/p ${source}.requestPrincipals[0]`,
    good: [
      ...sidecars,
      from('shop/p', { requestPrincipals: ['https://a.example/*'] }, web),
      tokens('shop/t', 'https://a.example'),
    ],
  },
  {
    code: 'PC3233',
    what: 'a demand for tokens that nobody reads',
    bad: [...sidecars, from('shop/p', { notRequestPrincipals: ['*'] }, { ...web, action: 'DENY' })],
    at: `shop/p ${source}.notRequestPrincipals`,
    good: [
      ...sidecars,
      from('shop/p', { notRequestPrincipals: ['*'] }, { ...web, action: 'DENY' }),
      tokens('shop/t', 'https://a'),
    ],
  },
  requestPrincipal('two stars', '*/*', '*'),
  requestPrincipal('an issuer alone', 'https://a.example', 'https://a.example/*'),
  requestPrincipal('no subject', 'https://a.example/', 'https://a.example/ann'),
  requestPrincipal('a star inside', 'https://*.example/ann', '*.example/ann'),
  {
    code: 'PC3235',
    what: 'a Service that is not there',
    bad: [...sidecars, to('shop/p', { hosts: ['wbe.shop.svc.cluster.local'] }, web)],
    at: `shop/p ${operation}.hosts[0]`,
    good: [...sidecars, to('shop/p', { hosts: ['web.shop.svc.cluster.local:*', 'web.example'] }, web)],
  },
];

checkExamples(examples);
