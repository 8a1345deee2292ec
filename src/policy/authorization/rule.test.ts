import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuthorizationRule, ProxiedRequest } from '../../model/index.ts';
import { buildRule, isDropped, ruleMatches } from './rule.ts';
import type { Subject } from './subject.ts';

const scope = { namespace: 'foo', trustDomains: ['td'] };

function subject(
  connection: Partial<Subject['connection']>,
  request: Partial<ProxiedRequest> | undefined,
): Subject {
  return {
    connection: {
      identity: undefined,
      sourceAddress: '10.0.0.1',
      destinationAddress: '10.0.0.2',
      destinationPort: 80,
      sni: undefined,
      ...connection,
    },
    request:
      request === undefined
        ? undefined
        : {
            method: 'GET',
            path: '/',
            authority: 'h',
            headers: new Map(),
            headersComplete: true,
            remoteAddress: '10.0.0.1',
            claims: undefined,
            claimsComplete: true,
            ...request,
          },
    metadataOpen: false,
  };
}

function build(
  rule: Partial<AuthorizationRule>,
  action: 'ALLOW' | 'DENY' = 'ALLOW',
  chain: 'HTTP' | 'TCP' = 'HTTP',
) {
  return buildRule({ from: [], to: [], when: [], ...rule }, ['spec', 'rules', 0], action, chain, scope);
}

function matches(rule: Partial<AuthorizationRule>, at: Subject, action: 'ALLOW' | 'DENY' = 'ALLOW') {
  const built = build(rule, action, at.request === undefined ? 'TCP' : 'HTTP');
  return isDropped(built) ? 'dropped' : ruleMatches(built, at);
}

describe('a rule on a TCP chain', () => {
  const tcp = subject({ identity: 'td/ns/a/sa/b' }, undefined);

  it('is dropped from ALLOW by any HTTP field, and only then', () => {
    expect(matches({ to: [{ methods: ['GET'] }, { ports: ['80'] }] }, tcp)).toBe('dropped');
    expect(matches({ when: [{ key: 'request.headers[a]', notValues: ['x'] }] }, tcp)).toBe('dropped');
    expect(matches({ to: [{ ports: ['080'] }] }, tcp)).toBe(true);
  });

  it('says what dropped it', () => {
    expect(build({ to: [{ ports: ['80'] }, { paths: ['/a'] }] }, 'ALLOW', 'TCP')).toEqual({
      dropped: [
        {
          path: ['spec', 'rules', 0, 'to', 1, 'operation', 'paths'],
          wanted: 'an HTTP request',
          got: 'a TCP connection',
        },
      ],
    });
  });

  it('is wider in DENY: HTTP fields vanish', () => {
    expect(matches({ to: [{ methods: ['GET'] }] }, tcp, 'DENY')).toBe(true);
    expect(matches({ to: [{ methods: ['GET'], ports: ['81'] }] }, tcp, 'DENY')).toBe(false);
    expect(matches({ from: [{ namespaces: ['x'] }], to: [{ paths: ['/'] }] }, tcp, 'DENY')).toBe(false);
  });
});

describe('odd values and keys', () => {
  const http = subject({}, {});

  it('a key that Istio does not know takes the rule away', () => {
    expect(matches({ when: [{ key: 'request.time', values: ['x'] }] }, http, 'DENY')).toBe('dropped');
  });

  it('a key that Istio cannot read, or a bad value, narrows ALLOW and widens DENY', () => {
    const oddKey = { when: [{ key: 'request.headersx[a]', values: ['x'] }] };
    expect(matches(oddKey, http)).toBe('dropped');
    expect(matches(oddKey, http, 'DENY')).toBe(true);
    const badPort = { to: [{ ports: ['70000', '80'] }] };
    expect(matches(badPort, http)).toBe('dropped');
    expect(matches(badPort, http, 'DENY')).toBe(true);
  });

  it('entries without a source or operation put no condition', () => {
    expect(matches({ from: [undefined], to: [undefined] }, http)).toBe(true);
  });

  it('IP families never mix', () => {
    expect(matches({ from: [{ ipBlocks: ['::/0'] }] }, http)).toBe(false);
    expect(matches({ from: [{ ipBlocks: ['10.0.0.9/8'] }] }, http)).toBe(true);
  });

  it('the scheme is what the client says only where that is a scheme', () => {
    const schemeOf = (forwarded: string) => (value: string) =>
      matches(
        { when: [{ key: 'request.headers[:scheme]', values: [value] }] },
        subject({}, { headers: new Map([['x-forwarded-proto', [forwarded]]]) }),
      );
    expect(schemeOf('https')('https')).toBe(true);
    expect(schemeOf('ftp')('ftp')).toBe(false);
    expect(schemeOf('ftp')('http*')).toBe(true);
  });

  it('a header named twice counts by each value', () => {
    const sent = subject({}, { headers: new Map([['x-a', ['one', 'two']]]) });
    const rule = (values: object) => ({ when: [{ key: 'request.headers[X-A]', ...values }] });
    expect(matches(rule({ values: ['two'] }), sent)).toBe(true);
    expect(matches(rule({ values: ['one,two'] }), sent)).toBe(false);
    expect(matches(rule({ notValues: ['one'] }), sent)).toBe(false);
    expect(matches(rule({ values: ['*'] }), sent)).toBe(true);
  });
});

describe('the prepared form', () => {
  const text = fc.constantFrom('*', 'a*', '*a', 'a', 'b', 'ab', '/a', '/a*', '/{*}/b');
  const list = fc.option(fc.array(text, { minLength: 1, maxLength: 2 }), { nil: undefined });
  const operation = fc.record({ methods: list, notMethods: list, paths: list, notPaths: list });
  const condition = fc.record({
    key: fc.constantFrom('request.headers[x]', 'connection.sni', 'request.auth.audiences'),
    values: list,
    notValues: list,
  });
  const rule = fc.record({
    from: fc.constant([]),
    to: fc.array(operation, { maxLength: 2 }),
    when: fc.array(condition, { maxLength: 2 }),
  });
  const texts = fc.constantFrom('', 'a', 'b', 'ab', 'ba');
  const request = fc.record({
    method: texts,
    path: fc.constantFrom('/', '/a', '/ab', '/x/b', '/a?b'),
    header: fc.array(texts, { maxLength: 2 }),
    sni: fc.option(texts, { nil: undefined }),
    aud: fc.option(texts, { nil: undefined }),
  });

  it('agrees with a plain reading of the rule', () => {
    fc.assert(
      fc.property(rule, request, (written, sent) => {
        const at = subject(
          { sni: sent.sni },
          {
            method: sent.method,
            path: sent.path,
            headers: new Map(sent.header.length === 0 ? [] : [['x', sent.header]]),
            claims: sent.aud === undefined ? undefined : { aud: sent.aud },
          },
        );
        expect(matches(written as AuthorizationRule, at)).toBe(plainReading(written, sent));
      }),
      { numRuns: 500 },
    );
  });
});

interface PlainOperation {
  readonly methods: string[] | undefined;
  readonly notMethods: string[] | undefined;
  readonly paths: string[] | undefined;
  readonly notPaths: string[] | undefined;
}

interface PlainRequest {
  readonly method: string;
  readonly path: string;
  readonly header: readonly string[];
  readonly sni: string | undefined;
  readonly aud: string | undefined;
}

function plainReading(
  rule: {
    readonly to: readonly PlainOperation[];
    readonly when: readonly {
      readonly key: string;
      readonly values: string[] | undefined;
      readonly notValues: string[] | undefined;
    }[];
  },
  request: PlainRequest,
): boolean {
  const path = request.path.split('?')[0]!;
  const operations = rule.to.map(
    (one) =>
      both([request.method], one.methods, one.notMethods, true) &&
      both([path], one.paths, one.notPaths, false),
  );
  const conditions = rule.when.map(({ key, values, notValues }) => {
    if (key === 'request.headers[x]') return both(request.header, values, notValues, true);
    const value = key === 'connection.sni' ? request.sni : request.aud;
    return both(value === undefined ? [] : [value], values, notValues, false);
  });
  return (operations.length === 0 || operations.includes(true)) && !conditions.includes(false);
}

function both(
  inputs: readonly string[],
  values: string[] | undefined,
  notValues: string[] | undefined,
  emptyCounts: boolean,
): boolean {
  const hits = (wanted: string[]): boolean =>
    wanted.some((value) => inputs.some((input) => plainMatch(value, input, emptyCounts)));
  return (values === undefined || hits(values)) && (notValues === undefined || !hits(notValues));
}

function plainMatch(value: string, input: string, emptyCounts: boolean): boolean {
  if (value === '*') return emptyCounts || input.length > 0;
  if (value === '/{*}/b' && input.startsWith('/')) {
    return input.split('/').length === 3 && input.split('/')[1] !== '' && input.endsWith('/b');
  }
  if (value[0] === '*') return input.slice(Math.max(0, input.length - value.length + 1)) === value.slice(1);
  if (value.at(-1) === '*') return input.slice(0, value.length - 1) === value.slice(0, -1);
  return value === input;
}
