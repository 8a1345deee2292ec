import { expect, test } from 'vitest';
import type { FieldClause } from '../reach/index.ts';
import { describeClause } from './request-words.ts';

function field(name: string, values: readonly string[], negated = false): FieldClause {
  const [kind = '', rest] = name.split(' ');
  const plain = kind as FieldClause['field'];
  return rest === undefined
    ? { field: plain, negated, values }
    : { field: plain, name: rest, negated, values };
}

test.each<[string, readonly FieldClause[]]>([
  ['HTTP', []],
  ['GET, HEAD', [field('method', ['GET', 'HEAD'])]],
  ['any method but not GET', [field('method', ['GET'], true)]],
  ['HTTP on /healthz', [field('path', ['/healthz'])]],
  [
    'GET on /api/* but not /api/admin*',
    [field('method', ['GET']), field('path', ['/api/*']), field('path', ['/api/admin*'], true)],
  ],
  ['HTTP on any path but not /a or /b', [field('path', ['/a', '/b'], true)]],
  ['HTTP for host a.example or *.b.example', [field('host', ['a.example', '*.b.example'])]],
  ['HTTP with header x-team: blue', [field('header x-team', ['blue'])]],
  ['HTTP without header x-team', [field('header x-team', ['*'], true)]],
  [
    'POST with claim groups=admin or ops',
    [field('method', ['POST']), field('claim groups', ['admin', 'ops'])],
  ],
])('%s', (words, fields) => {
  expect(describeClause({ fields, except: [] })).toBe(words);
});

test('a token, by its principal', () => {
  const principal = (values: readonly string[], negated: boolean): FieldClause => ({
    field: 'request principal',
    negated,
    values,
  });
  expect(describeClause({ fields: [principal(['*'], false)], except: [] })).toBe('HTTP with a token');
  expect(describeClause({ fields: [principal(['a/b', 'c/d'], false)], except: [] })).toBe(
    'HTTP as a/b or c/d',
  );
  expect(describeClause({ fields: [principal(['a/b'], true)], except: [] })).toBe('HTTP but not as a/b');
});

test('exceptions in brackets', () => {
  const except = [[field('path', ['/admin*'])], [field('method', ['DELETE']), field('host', ['a'])]];
  expect(describeClause({ fields: [], except })).toBe('HTTP (not /admin*, nor DELETE for host a)');
});
