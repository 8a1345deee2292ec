import { describe, expect, it } from 'vitest';
import { editText } from './edit-text.ts';
import type { ObjectEdit } from './object-edit.ts';

/** The text with edits of its object `name`, whose name is in its first line. */
function edited(text: string, ...edits: ObjectEdit[]): string {
  const result = editText(text, Math.max(text.search(/\S/), 0), edits);
  if ('refused' in result) throw new Error(result.refused);
  return result.text;
}

const add = (path: ObjectEdit['path'], value: unknown, at?: number): ObjectEdit =>
  ({ op: 'add', path, value, ...(at === undefined ? {} : { at }) }) as ObjectEdit;
const set = (path: ObjectEdit['path'], value: unknown): ObjectEdit =>
  ({ op: 'set', path, value }) as ObjectEdit;
const remove = (...path: ObjectEdit['path']): ObjectEdit => ({ op: 'remove', path });

describe('a value for a list', () => {
  it.each([
    ['indented', 'a:\n  - x # one\n  - y # two\n# end\n', 'a:\n  - x # one\n  - y # two\n  - z\n# end\n'],
    ['flush', 'a:\n- x\nb: 1\n', 'a:\n- x\n- z\nb: 1\n'],
    ['deep', 'a:\n    -   x\n', 'a:\n    -   x\n    - z\n'],
    ['quoted', 'a:\n  - "x"\n', 'a:\n  - "x"\n  - "z"\n'],
    ['single quotes', "a: ['x']\n", "a: ['x', 'z']\n"],
    ['in brackets', 'a: [x, y] # why\n', 'a: [x, y, z] # why\n'],
    ['with a last comma', 'a: [x, y,]\n', 'a: [x, y, z,]\n'],
    ['on lines', 'a: [\n  x, # one\n  y # two\n]\n', 'a: [\n  x, # one\n  y, # two\n  z\n]\n'],
    ['on lines, last comma', 'a: [\n  x,\n  y, # two\n]\n', 'a: [\n  x,\n  y, # two\n  z,\n]\n'],
    ['empty', 'a: [] # none yet\n', 'a: # none yet\n  - z\n'],
    ['null', 'a: # none\nb: 1\n', 'a: # none\n  - z\nb: 1\n'],
    ['absent', 'b: 1\n', 'b: 1\na:\n  - z\n'],
    ['no final newline', 'a:\n  - x', 'a:\n  - x\n  - z'],
    ['CRLF', 'a:\r\n  - x # c\r\nb: 1\r\n', 'a:\r\n  - x # c\r\n  - z\r\nb: 1\r\n'],
    ['behind a block scalar', 'a:\n- |\n  text\n\nb: 1\n', 'a:\n- |\n  text\n- z\n\nb: 1\n'],
    ['JSON', '{"a": ["x"]}', '{"a": ["x", "z"]}'],
    ['JSON, empty', '{"a": []}', '{"a": ["z"]}'],
    ['JSON, absent', '{"b": {"c": 1}}', '{"b": {"c": 1}, "a": ["z"]}'],
    ['JSON on lines', '{\n  "a": [\n    "x"\n  ]\n}\n', '{\n  "a": [\n    "x",\n    "z"\n  ]\n}\n'],
    ['an anchor on it', 'a: &l\n  - x\n', 'a: &l\n  - x\n  - z\n'],
    ['an alias last', 'v: &v x\na: [y, *v]\n', 'v: &v x\na: [y, *v, z]\n'],
    ['an alias last, in a block', 'v: &v x\na:\n  - y\n  - *v\n', 'v: &v x\na:\n  - y\n  - *v\n  - z\n'],
    ['a shared list', 'v: &v [x]\na: *v # c\n', 'v: &v [x]\na: [x, z] # c\n'],
  ])('%s', (_, before, after) => expect(edited(before, add(['a'], 'z'))).toBe(after));

  it('does not touch what aliases share', () => {
    expect(editText('v: &v [x]\na: *v\n', 0, [add(['v'], 'z')])).toEqual({ refused: 'elsewhere' });
  });

  it('gives a merged key one of its own', () => {
    const text = 'd: &d\n  a: [x]\n  b: 1\ne:\n  <<: *d\n  c: 2\n';
    expect(edited(text, add(['e', 'a'], 'z'))).toBe(
      'd: &d\n  a: [x]\n  b: 1\ne:\n  <<: *d\n  c: 2\n  a: [x, z]\n',
    );
  });
});

describe('a map for a list', () => {
  const rule = { from: [{ source: { principals: ['a/b'] } }], to: [{ operation: { ports: ['80'] } }] };
  it('is written as the other items are', () => {
    const text =
      'spec:\n  rules:\n  - from:\n    - source:\n        namespaces: [x]\n  # last words\nkind: A\n';
    expect(edited(text, add(['spec', 'rules'], rule))).toBe(
      'spec:\n  rules:\n  - from:\n    - source:\n        namespaces: [x]\n  - from:\n    - source:\n        principals: [a/b]\n    to:\n    - operation:\n        ports: ["80"]\n  # last words\nkind: A\n',
    );
  });
  it('takes the place of {} and of nothing', () => {
    expect(edited('spec: {} # deny all\n', add(['spec', 'rules'], rule))).toBe(
      'spec: # deny all\n  rules:\n    - from:\n        - source:\n            principals:\n              - a/b\n      to:\n        - operation:\n            ports:\n              - "80"\n',
    );
    expect(
      edited('rules:\n- {} # all\n', set(['rules', 0, 'from', 0, 'source', 'notPrincipals'], ['x'])),
    ).toBe('rules:\n- from: # all\n  - source:\n      notPrincipals:\n      - x\n');
    expect(edited('rules: [{}]\n', add(['rules', 0, 'from', 0, 'source', 'notPrincipals'], 'x'))).toBe(
      'rules: [{from: [{source: {notPrincipals: [x]}}]}]\n',
    );
  });
  it('goes before another', () => {
    const text = 'rules:\n  # why not\n  - name: deny # no\n  - name: last\n';
    expect(edited(text, add(['rules'], { name: 'a' }, 0))).toBe(
      'rules:\n  - name: a\n  # why not\n  - name: deny # no\n  - name: last\n',
    );
    expect(edited(text, add(['rules'], { name: 'a' }, 1))).toBe(
      'rules:\n  # why not\n  - name: deny # no\n  - name: a\n  - name: last\n',
    );
  });
});

describe('a field', () => {
  it.each([
    ['mode: STRICT # why\n', 'mode: PERMISSIVE # why\n'],
    ["mode: 'STRICT'\n", "mode: 'PERMISSIVE'\n"],
    ['{"mode": "STRICT"}', '{"mode": "PERMISSIVE"}'],
    ['mode:\n', 'mode: PERMISSIVE\n'],
    ['other: 1\n', 'other: 1\nmode: PERMISSIVE\n'],
  ])('%j', (before, after) => expect(edited(before, set(['mode'], 'PERMISSIVE'))).toBe(after));
});

describe('a value taken out', () => {
  it.each([
    ['a:\n  # first\n  - x # one\n  - y\n', 'a:\n  # first\n  - y\n'],
    ['a: # all\n- x\nb: 1\n', 'a: [] # all\nb: 1\n'],
    ['a: [x, y]\n', 'a: [y]\n'],
    ['a: [x]\n', 'a: []\n'],
    ['{"a": ["x", "y"]}', '{"a": ["y"]}'],
  ])('%j', (before, after) => expect(edited(before, remove('a', 0))).toBe(after));
});
