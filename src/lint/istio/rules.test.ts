import { describe, expect, it } from 'vitest';
import { ambient, from, policy, sidecars, to, tokens } from '../../../test/support/istio-lint-examples.ts';
import { checkExamples, type LintExample, textOf } from '../../../test/support/lint-examples.ts';
import { lintText, places } from '../../../test/support/lint-text.ts';

const web = { selector: { matchLabels: { app: 'web' } } };
const deny = { action: 'DENY' };
const front = 'cluster.local/ns/shop/sa/front';
const rules = (at: string, list: readonly object[], more: object = {}): string =>
  policy(at, { ...web, ...more, rules: list });
const byFront = { from: [{ source: { principals: [front] } }] };
const paths = (...list: readonly string[]): object => ({ to: [{ operation: { paths: list } }] });

const examples: readonly LintExample[] = [
  {
    code: 'PC3211',
    what: 'a source that excludes itself',
    bad: [...sidecars, from('shop/p', { principals: [front], namespaces: ['legacy'] }, web)],
    at: 'shop/p spec.rules[0].from[0].source.namespaces',
    good: [...sidecars, from('shop/p', { principals: [front], namespaces: ['shop'] }, web)],
  },
  {
    code: 'PC3211',
    what: 'an exception of all that is named',
    bad: [...sidecars, to('shop/p', { paths: ['/a/b'], notPaths: ['/a*'] }, web)],
    at: 'shop/p spec.rules[0].to[0].operation.notPaths',
    good: [...sidecars, to('shop/p', { paths: ['/a*'], notPaths: ['/a/b'] }, web)],
  },
  {
    code: 'PC3211',
    what: 'two conditions that no header satisfies',
    bad: [
      ...sidecars,
      rules('shop/p', [
        {
          when: [
            { key: 'request.headers[:path]', values: ['/a*'] },
            { key: 'request.headers[:path]', values: ['/b*'] },
          ],
        },
      ]),
    ],
    at: 'shop/p spec.rules[0].when[1].values',
    good: [
      ...sidecars,
      rules('shop/p', [
        {
          when: [
            { key: 'request.headers[x-a]', values: ['/a*'] },
            { key: 'request.headers[x-a]', values: ['/b*'] },
          ],
        },
      ]),
    ],
  },
  {
    code: 'PC3211',
    what: 'one entry of several',
    bad: [
      ...sidecars,
      policy('shop/p', {
        ...web,
        rules: [
          { to: [{ operation: { methods: ['GET'] } }, { operation: { ports: ['80'], notPorts: ['80'] } }] },
        ],
      }),
    ],
    at: 'shop/p spec.rules[0].to[1].operation.notPorts',
    good: [
      ...sidecars,
      policy('shop/p', {
        ...web,
        rules: [
          { to: [{ operation: { methods: ['GET'] } }, { operation: { ports: ['80'], notPorts: ['81'] } }] },
        ],
      }),
    ],
  },
  {
    code: 'PC3212',
    what: 'a DENY rule over an ALLOW rule',
    bad: [
      ...sidecars,
      rules('shop/p', [byFront, paths('/b')]),
      from('shop/q', { namespaces: ['shop'] }, deny),
    ],
    at: 'shop/p spec.rules[0]',
    good: [
      ...sidecars,
      rules('shop/p', [byFront, paths('/b')]),
      from('shop/q', { namespaces: ['legacy'] }, deny),
    ],
  },
  {
    code: 'PC3212',
    what: 'a DENY rule over paths',
    bad: [...sidecars, rules('shop/p', [paths('/a/b', '/a/c*')]), rules('shop/q', [paths('/a*')], deny)],
    at: 'shop/p spec.rules[0]',
    good: [...sidecars, rules('shop/p', [paths('/a/b', '/ac')]), rules('shop/q', [paths('/a/*')], deny)],
  },
  {
    code: 'PC3213',
    what: 'an ALLOW rule within another',
    bad: [
      ...sidecars,
      rules('shop/p', [{ ...byFront, ...paths('/a/b') }]),
      from('shop/a', { namespaces: ['shop'] }),
    ],
    at: 'shop/p spec.rules[0]',
    good: [
      ...sidecars,
      rules('shop/p', [{ ...byFront, ...paths('/a/b') }]),
      from('shop/a', { namespaces: ['shop'], notPrincipals: [front] }),
    ],
  },
  {
    code: 'PC3213',
    what: 'an ALLOW rule that two others make up for',
    bad: [
      ...sidecars,
      rules('shop/p', [
        { to: [{ operation: { notMethods: ['GET'] } }] },
        { to: [{ operation: { methods: ['GET', 'POST'] } }] },
        { to: [{ operation: { paths: ['/a'] } }] },
      ]),
    ],
    at: 'shop/p spec.rules[2]',
    good: [
      ...sidecars,
      rules('shop/p', [
        { to: [{ operation: { notMethods: ['GET', 'PUT'] } }] },
        { to: [{ operation: { methods: ['GET', 'POST'] } }] },
        { to: [{ operation: { paths: ['/a'] } }] },
      ]),
    ],
  },
  {
    code: 'PC3213',
    what: 'address blocks within one another',
    bad: [
      ...ambient,
      rules('shop/p', [
        { from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] },
        { from: [{ source: { ipBlocks: ['10.1.0.0/16'] } }] },
      ]),
    ],
    at: 'shop/p spec.rules[1]',
    good: [
      ...ambient,
      rules('shop/p', [
        { from: [{ source: { ipBlocks: ['10.0.0.0/8'], notIpBlocks: ['10.1.255.255'] } }] },
        { from: [{ source: { ipBlocks: ['10.1.0.0/16'] } }] },
      ]),
    ],
  },
  {
    code: 'PC3213',
    what: 'claims within one another',
    bad: [
      ...sidecars,
      tokens('shop/t', 'https://a'),
      rules('shop/p', [
        { from: [{ source: { requestPrincipals: ['*'] } }] },
        { from: [{ source: { requestPrincipals: ['https://a/*'] } }] },
      ]),
    ],
    at: 'shop/p spec.rules[1]',
    good: [
      ...sidecars,
      tokens('shop/t', 'https://a'),
      rules('shop/p', [
        { from: [{ source: { requestPrincipals: ['https://a/ann'] } }] },
        { from: [{ source: { requestPrincipals: ['https://a/*'] } }] },
      ]),
    ],
  },
  {
    code: 'PC3214',
    what: 'a DENY rule within another',
    bad: [...sidecars, rules('shop/p', [paths('/a*'), paths('/a/b')], deny)],
    at: 'shop/p spec.rules[1]',
    good: [...sidecars, rules('shop/p', [paths('/a/*'), paths('/a')], deny)],
  },
  {
    code: 'PC3215',
    what: 'a dash too many',
    bad: [...sidecars, rules('shop/p', [byFront, { to: [{ operation: { methods: ['GET'] } }] }])],
    at: 'shop/p spec.rules[1]',
    good: [...sidecars, rules('shop/p', [{ ...byFront, to: [{ operation: { methods: ['GET'] } }] }])],
  },
];

checkExamples(examples);

describe('redundant rules', () => {
  const of = (...texts: readonly string[]): readonly string[] =>
    places(lintText(textOf([...sidecars, ...texts]), ['PC3212', 'PC3213', 'PC3214']));

  it('of two that say the same only one is told', () => {
    expect(of(rules('shop/a', [byFront]), rules('shop/b', [byFront]))).toEqual([
      'PC3213 shop/b spec.rules[0]',
    ]);
  });

  it('a rule is needed where it is the only one at one of its workloads', () => {
    const everywhere = from('shop/a', { principals: [front] });
    expect(of(everywhere, rules('shop/b', [byFront]))).toEqual(['PC3213 shop/b spec.rules[0]']);
    expect(of(everywhere, from('shop/b', { namespaces: ['shop'] }, web))).toEqual([]);
  });

  it('a rule that lets in who has no identity is not made up for by one for all identities', () => {
    expect(
      of(rules('shop/a', [{ from: [{ source: { principals: ['*'] } }] }]), rules('shop/b', [{}])),
    ).toEqual(['PC3213 shop/a spec.rules[0]']);
  });

  it('what no one can list is compared as it stands', () => {
    const sni = (value: string): object => ({ when: [{ key: 'connection.sni', values: [value] }] });
    expect(of(rules('shop/a', [sni('a'), { ...byFront, ...sni('a') }]))).toEqual([
      'PC3213 shop/a spec.rules[1]',
    ]);
    expect(of(rules('shop/a', [sni('a'), { ...byFront, ...sni('b') }]))).toEqual([]);
  });

  it('a rule on a dry run makes up for none', () => {
    const dry = JSON.parse(rules('shop/a', [byFront]));
    dry.metadata.annotations = { 'istio.io/dry-run': 'true' };
    expect(of(JSON.stringify(dry), rules('shop/b', [byFront]))).toEqual([]);
  });
});
