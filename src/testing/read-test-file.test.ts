import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replaceOne } from '../../test/support/replace-one.ts';
import { rightTests, wrongTests } from '../../test/support/test-file-examples.ts';
import { manifestEntry, type ProjectSource } from '../sources/index.ts';
import { readDocuments, toPlainValue } from '../yaml/index.ts';
import { decodeTestFile, type TestFileResult } from './read-test-file.ts';
import type { PairsEntry, TestFile } from './types.ts';

const head = 'apiVersion: portcullis.dev/v1alpha1\nkind: Test\n';
const root = join(import.meta.dirname, '../..');
const schema = JSON.parse(readFileSync(join(root, 'schema/portcullis-test.schema.json'), 'utf8'));
const obeysSchema = new Ajv({ strict: true, strictTypes: false, strictRequired: false }).compile(schema);
const plain = (text: string) => toPlainValue([...readDocuments(text)][0]?.root as never);

function decode(text: string): TestFileResult<ProjectSource> {
  return decodeTestFile({ name: 'a.portcullis-test.yaml', text }, manifestEntry);
}

function messages(result: TestFileResult<ProjectSource>): readonly string[] {
  return 'diagnostics' in result ? result.diagnostics.map(({ message }) => message) : [];
}

function fileOf(text: string): TestFile<ProjectSource> {
  const result = decode(head + text);
  if ('diagnostics' in result) throw new Error(messages(result).join('\n'));
  return result.file;
}

const strays = [
  ...[null, true, 0, -1, 1.5, 80, '', 'a', '-x', 'A', 'allow', 'skip', 'outside', 'UDP', 'network', 'http'],
  ...[[], {}, ['a'], [1], [[]], { namespace: 'a' }, { path: 'a' }, { port: 80 }, { matchLabels: { a: 'b' } }],
];

describe('decodeTestFile and the JSON Schema', () => {
  it.each(rightTests)('take %j', (rest) => {
    expect(messages(decode(head + rest))).toEqual([]);
    expect([obeysSchema(plain(head + rest)), obeysSchema.errors]).toEqual([true, null]);
  });

  it.each(wrongTests)('refuse %j', (rest, message) => {
    const result = decode(head + rest);
    expect('diagnostics' in result && result.diagnostics[0]).toMatchObject({
      code: 'PC1120',
      severity: 'error',
    });
    expect(messages(result)[0]).toBe(message);
    expect(obeysSchema(plain(head + rest))).toBe(false);
  });

  it('take the examples of the documentation', () => {
    const page = readFileSync(join(root, 'docs/test.md'), 'utf8');
    const examples = [...page.matchAll(/```yaml\n(apiVersion.*?)```/gs)].map((match) => match[1]!);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(messages(decode(example))).toEqual([]);
      expect([obeysSchema(plain(example)), obeysSchema.errors]).toEqual([true, null]);
    }
  });

  it('agree on every test file that differs in one place from a right one', () => {
    const change = fc.record({
      text: fc.constantFrom(...rightTests),
      place: fc.nat(),
      value: fc.constantFrom<unknown>(...strays),
    });
    fc.assert(
      fc.property(change, ({ text, place, value }) => {
        const changed = JSON.stringify(replaceOne(plain(head + text), place, value));
        // A schema cannot count the cells of a row.
        const faults = messages(decode(changed)).filter(
          (message) => !/ cells?, and the table has /.test(message),
        );
        expect([changed, faults.length === 0]).toEqual([changed, obeysSchema(JSON.parse(changed))]);
      }),
      { numRuns: 4000, seed: 5 },
    );
  });
});

describe('decodeTestFile', () => {
  it('makes every pair of several senders and receivers', () => {
    const [entry] = fileOf('tests: [{from: [a/b, c/d], to: [e/f, g/h], expect: deny}]').tests;
    expect(entry).toMatchObject({ kind: 'pairs', name: 'a/b, c/d -> e/f, g/h' });
    expect((entry as PairsEntry).pairs.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'a/b e/f',
      'a/b g/h',
      'c/d e/f',
      'c/d g/h',
    ]);
  });

  it('reads a table by rows, with the place of each cell', () => {
    const text = `tests:
- table:
    to: [c/d, e/f]
    from:
      a/b: [allow, skip]
      x/y: [deny, unknown]
`;
    const { tests } = fileOf(text);
    const { name, pairs } = tests[0] as PairsEntry;
    expect(name).toBe('table at line 4');
    expect(
      pairs.map(({ from, to, expect: outcome, span }) => [
        from,
        to,
        outcome,
        span.source.text.slice(span.start, span.end),
      ]),
    ).toEqual([
      ['a/b', 'c/d', 'allow', 'allow'],
      ['x/y', 'c/d', 'deny', 'deny'],
      ['x/y', 'e/f', 'unknown', 'unknown'],
    ]);
  });

  it('turns headers and claims into the words of check', () => {
    const request =
      'request: {headers: {x-a: [b, c]}, claims: {iss: i, "a.b": [1, "x"], role: admin}, port: 80}';
    const [entry] = fileOf(`tests: [{from: a/b, to: c/d, expect: deny, ${request}}]`).tests;
    expect((entry as PairsEntry).request).toEqual({
      port: '80',
      header: ['x-a: b', 'x-a: c'],
      claim: ['iss=i', '[a.b]=[1,"x"]', 'role="admin"'],
    });
  });

  it('names a statement by what it says', () => {
    const tests = `tests:
- only: [{namespace: shop}, 10.0.0.0/8]
  to: {podSelector: {matchLabels: {app: db}}, not: shop/x}
`;
    expect(fileOf(tests).tests[0]?.name).toBe(
      'only namespace shop, 10.0.0.0/8 to pods with app=db and anything but shop/x',
    );
  });

  it.each([
    ['', 'this is not a test file: apiVersion: portcullis.dev/v1alpha1 and kind: Test are missing'],
    ['kind: Test\ntests: []', 'this is not a test file: apiVersion: portcullis.dev/v1alpha1 is missing'],
    ['apiVersion: portcullis.dev/v1alpha1\nkind: Tests', 'kind of a test file must be Test'],
    [`${head}tests: []\n---\na: b`, 'a test file has one document, and this is another'],
  ])('%j is no test file', (text, message) => {
    const result = decode(text);
    expect('diagnostics' in result && result.diagnostics[0]).toMatchObject({ code: 'PC1121', message });
  });

  it('refuses a row that is there twice', () => {
    const result = decode(`${head}tests: [{table: {to: [c/d], from: {a/b: [allow], a/b: [deny]}}}]`);
    expect('diagnostics' in result && result.diagnostics[0]?.code).toBe('PC1121');
  });

  it('tells of a row with too few cells', () => {
    expect(messages(decode(`${head}tests: [{table: {to: [c/d, e/f], from: {a/b: [allow]}}}]`))).toEqual([
      'tests[0].table.from[a/b] has 1 cell, and the table has 2 columns',
    ]);
  });
});
