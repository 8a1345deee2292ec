import { describe, expect, it } from 'vitest';
import {
  dnsLabelErrors,
  labelValueErrors,
  portNameErrors,
  qualifiedNameErrors,
  subdomainErrors,
} from './names.ts';
import { quoteGo } from './quote.ts';

const long = 'x'.repeat(64);

describe('qualifiedNameErrors', () => {
  it.each(['a', 'app.kubernetes.io/name', 'A-b_c.1', `${'a.'.repeat(126)}a/b`])('takes %s', (key) => {
    expect(qualifiedNameErrors(key)).toEqual([]);
  });

  it.each([
    ['', ['name part must be non-empty', 'name part must consist of']],
    ['/a', ['prefix part must be non-empty']],
    ['a/', ['name part must be non-empty', 'name part must consist of']],
    ['A/b', ['prefix part a lowercase RFC 1123 subdomain']],
    ['a/b/c', ['a valid label key must consist of']],
    [long, ['name part must be no more than 63 bytes']],
    [`${'a.'.repeat(127)}a/b`, ['prefix part must be no more than 253 bytes']],
    ['é'.repeat(32), ['name part must be no more than 63 bytes', 'name part must consist of']],
    ['a\n', ['name part must consist of']],
  ])('refuses %j', (key, beginnings) => {
    const errors = qualifiedNameErrors(key);
    expect(errors.map((error, i) => error.slice(0, beginnings[i]?.length))).toEqual(beginnings);
  });
});

it('judges values, names and ports', () => {
  expect(labelValueErrors('')).toEqual([]);
  expect(labelValueErrors(`${long} `)).toHaveLength(2);
  expect(subdomainErrors('a.b-c')).toEqual([]);
  expect(subdomainErrors(`${'a.'.repeat(127)}A`)).toHaveLength(2);
  expect(dnsLabelErrors('a.b')).toEqual(['must not contain dots']);
  expect(dnsLabelErrors(long)).toEqual(['must be no more than 63 characters']);
  expect(portNameErrors('http-2')).toEqual([]);
  expect(portNameErrors('-1--2-and-more-x')).toHaveLength(3);
});

it('quotes as Go does', () => {
  expect(quoteGo('a"b\\c\n\t\u0007\u0001\u007f\u00a0é\u{1F600}\u{E0001}')).toBe(
    '"a\\"b\\\\c\\n\\t\\a\\x01\\x7f\\u00a0é\u{1F600}\\U000e0001"',
  );
});
