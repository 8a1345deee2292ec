import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorizationPolicy } from '../../../test/support/istio-policies.ts';
import {
  type AuthorizationRule,
  type AuthorizationSource,
  type Connection,
  defaultMesh,
  isUnknown,
  notSaid,
} from '../../model/index.ts';
import { convertForZtunnel } from './ztunnel-convert.ts';
import { policyMatches } from './ztunnel-match.ts';
import { failedConditions } from './ztunnel-near-miss.ts';

const known: Connection = {
  identity: 'td/ns/shop/sa/web',
  sourceAddress: '10.0.0.1',
  destinationAddress: '10.0.0.2',
  destinationPort: 80,
  sni: undefined,
};

function rule(parts: Partial<AuthorizationRule>): AuthorizationRule {
  return { from: [], to: [], when: [], ...parts };
}

function convert(action: 'ALLOW' | 'DENY', ...rules: AuthorizationRule[]) {
  return convertForZtunnel(defaultMesh, authorizationPolicy('shop/p', { action, rules }))!;
}

function matches(source: AuthorizationSource, connection: Partial<Connection> = {}): unknown {
  return policyMatches(convert('DENY', rule({ from: [source] })), { ...known, ...connection });
}

describe('a source', () => {
  it.each<[AuthorizationSource, boolean, boolean]>([
    // source, with the identity, in plaintext
    [{ principals: ['*'] }, true, false],
    [{ notPrincipals: ['*'] }, false, true],
    [{ principals: ['td/ns/shop/sa/web'] }, true, false],
    [{ principals: ['spiffe://td/ns/shop/sa/web'] }, false, false],
    [{ principals: ['*/sa/web', 'x'] }, true, false],
    [{ principals: ['td/ns/*'] }, true, false],
    [{ principals: ['td/*/sa/web'] }, false, false],
    [{ namespaces: ['shop'] }, true, false],
    [{ namespaces: ['*'] }, true, false],
    [{ namespaces: ['s*p'] }, false, false],
    [{ notNamespaces: ['shop'] }, false, true],
    [{ serviceAccounts: ['web'] }, true, false],
    [{ serviceAccounts: ['other/web'] }, false, false],
    [{ notServiceAccounts: ['shop/web'] }, false, true],
    [{ ipBlocks: ['10.0.0.99/24'] }, true, true],
    [{ ipBlocks: ['::/0', '10.0.0.2'] }, false, false],
    [{ ipBlocks: ['no address'] }, false, false],
    [{ notIpBlocks: ['::/0'] }, true, true],
    [{ principals: ['*'], notNamespaces: ['shop'] }, false, false],
    [{ trustDomains: ['td'] }, false, false],
    [{}, false, false],
  ])('%j', (source, withIdentity, inPlaintext) => {
    expect(matches(source)).toBe(withIdentity);
    expect(matches(source, { identity: undefined })).toBe(inPlaintext);
  });

  it('is unknown where what it asks is, and says what it asked', () => {
    expect(matches({ ipBlocks: ['10.0.0.0/8'] }, { sourceAddress: notSaid })).toEqual({
      facts: [
        { kind: 'request', field: 'source address', patterns: [{ form: 'range', text: '10.0.0.0/8' }] },
      ],
    });
    expect(matches({ principals: ['td/*'], ipBlocks: ['192.0.2.1'] }, { identity: notSaid })).toBe(false);
  });
});

describe('a rule', () => {
  const { groups } = convert('ALLOW', rule({ to: [{ ports: ['443'] }], from: [{ principals: ['x'] }] }));

  it('is any to, and any from, and all of when', () => {
    const both = convert(
      'ALLOW',
      rule({
        to: [{ ports: ['443'] }, { ports: ['080'] }],
        from: [{ namespaces: ['no'] }, { namespaces: ['shop'] }],
        when: [
          { key: 'destination.port', values: ['80', 'http', '65536'] },
          { key: 'source.ip', notValues: ['10.0.0.2'] },
        ],
      }),
    );
    expect(policyMatches(both, known)).toBe(true);
    expect(policyMatches(both, { ...known, sourceAddress: '10.0.0.2' })).toBe(false);
  });

  it('without anything matches everything, and no rule at all nothing', () => {
    expect(policyMatches(convert('ALLOW', rule({})), known)).toBe(true);
    expect(policyMatches(convert('ALLOW'), known)).toBe(false);
  });

  it('tells what kept it from matching', () => {
    expect(failedConditions(groups[0]!, known)).toEqual([
      { path: ['spec', 'rules', 0, 'to', 0, 'operation', 'ports'], wanted: '443', got: '80' },
      {
        path: ['spec', 'rules', 0, 'from', 0, 'source', 'principals'],
        wanted: 'x',
        got: 'td/ns/shop/sa/web',
      },
    ]);
    expect(
      failedConditions(groups[0]!, { ...known, destinationPort: 443, identity: undefined }),
    ).toMatchObject([{ got: 'no identity' }]);
  });

  it('of DENY loses its HTTP attributes, and matches nothing where they were all of an entry', () => {
    const pathsToo = rule({ from: [{ namespaces: ['shop'] }], to: [{ paths: ['/x'] }] });
    expect(policyMatches(convert('DENY', pathsToo), known)).toBe(false);
    const methodsToo = rule({ to: [{ ports: ['80'], methods: ['GET'] }] });
    expect(policyMatches(convert('DENY', methodsToo), known)).toBe(true);
    const headersToo = rule({
      when: [{ key: 'request.headers[x]', values: ['y'] }],
      from: [{ namespaces: ['shop'] }],
    });
    expect(policyMatches(convert('DENY', headersToo), known)).toBe(false);
  });

  it('of ALLOW is left out for any HTTP attribute', () => {
    expect(
      convert('ALLOW', rule({ to: [{ ports: ['80'] }, { hosts: ['x'] }] }), rule({})).groups,
    ).toHaveLength(1);
    expect(convert('ALLOW', rule({ when: [{ key: 'connection.sni', values: ['x'] }] })).groups).toEqual([]);
  });
});

describe('an unknown answer', () => {
  const principal = fc.constantFrom('*', 'td/ns/shop/sa/web', 'td/ns/*', '*/sa/db');
  const namespace = fc.constantFrom('*', 'shop', 's*', 'other');
  const block = fc.constantFrom('10.0.0.0/8', '10.0.0.1', '::/0', '0.0.0.0/0');
  const some = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 2 });
  const source = fc.record(
    {
      principals: some(principal),
      notPrincipals: some(principal),
      namespaces: some(namespace),
      notNamespaces: some(namespace),
      serviceAccounts: some(fc.constantFrom('web', 'other/db')),
      ipBlocks: some(block),
      notIpBlocks: some(block),
    },
    { requiredKeys: [] },
  );
  const rules = fc.array(
    fc.record({
      from: fc.array(source, { maxLength: 2 }),
      to: fc.array(fc.record({ ports: fc.constantFrom(['80'], ['443']) }), { maxLength: 1 }),
      when: fc.constant([]),
    }),
    { maxLength: 3 },
  );
  const identities = [undefined, 'td/ns/shop/sa/web', 'td/ns/other/sa/db', 'x/ns/shop/sa/db'];
  const addresses = ['10.0.0.1', '10.9.9.9', '192.0.2.1', 'fd00::1'];

  it('agrees with every way to fill in what is not said', () => {
    fc.assert(
      fc.property(rules, fc.boolean(), fc.boolean(), (drafts, hideIdentity, hideAddress) => {
        const policy = convert('DENY', ...drafts);
        for (const identity of identities) {
          for (const sourceAddress of addresses) {
            const full = { ...known, identity, sourceAddress };
            const partial: Connection = {
              ...full,
              ...(hideIdentity ? { identity: notSaid } : {}),
              ...(hideAddress ? { sourceAddress: notSaid } : {}),
            };
            const answer = policyMatches(policy, partial);
            if (!isUnknown(answer)) expect(policyMatches(policy, full)).toBe(answer);
            else expect(answer.facts.length).toBeGreaterThan(0);
          }
        }
      }),
    );
  });
});
