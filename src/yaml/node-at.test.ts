import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWholeReader, readDocuments, readNodeAt, type YamlDocument, type YamlNode } from './index.ts';
import { nodeAt } from './values.ts';

const itemKeys = ['apiVersion', 'kind', 'items'];

function itemOf(document: YamlDocument, index: number): YamlNode {
  return nodeAt(document.root!, ['items', index])!.node;
}

/** The document with all its items whole again. */
function thicken(document: YamlDocument): YamlDocument {
  const { root } = document;
  const whole = createWholeReader(document);
  if (root?.kind !== 'mapping') return document;
  const entries = root.entries.map((entry) => {
    if (entry.key !== 'items' || entry.value.kind !== 'sequence') return entry;
    const items = entry.value.items.map(whole);
    return { ...entry, value: { ...entry.value, items } };
  });
  return { ...document, root: { ...root, entries } };
}

/** What a later reader is given of a document. */
function told({ repeatedKeys, ...document }: YamlDocument): unknown {
  return { ...document, repeatedKeys: repeatedKeys.map(({ text, valueStart }) => ({ text, valueStart })) };
}

function isThinned(text: string, index: number): boolean {
  const item = itemOf([...readDocuments(text, { itemKeys })][0]!, index);
  return item.kind === 'mapping' && item.thinned === true;
}

describe('items of a list', () => {
  it.each([
    'kind: List\nitems:\n- kind: A\n  x: 1\n',
    'items:\n  - {kind: A, x: 1}\n  - kind: B\nkind: List',
    '{"items": [{"kind": "A", "x": 1}], "kind": "List"}',
  ])('keep only the keys asked for: %j', (text) => {
    const [document] = readDocuments(text, { itemKeys });
    const item = itemOf(document!, 0);
    expect(item).toMatchObject({ thinned: true, entries: [{ key: 'kind' }] });
    expect(createWholeReader(document!)(item)).toMatchObject({ entries: [{ key: 'kind' }, { key: 'x' }] });
  });

  it.each([
    ['an anchor before', 'x: &a 1\nitems:\n- a: b\n'],
    ['an anchor inside', 'items:\n- a: &a b\n'],
    ['an anchor of its own', 'items:\n- &a\n  a: b\n'],
    ['a value without JSON that is replaced', 'items:\n- a: .inf\n  a: 1\n'],
    ['brackets', 'items: [a: b, {a: b}]\n'],
  ])('stay whole with %s', (_name, text) => {
    expect(isThinned(text, 0)).toBe(false);
  });

  it('are refused with a value without JSON', () => {
    const [document] = readDocuments('items:\n- a: .inf\n', { itemKeys });
    expect(document?.problems).toMatchObject([{ code: 'invalid-value', severity: 'error' }]);
  });

  it.each(['other:\n- a: b\n', 'items: 1\n<<:\n- a: b\n', 'a:\n  items:\n  - a: b\n', '- - a: b\n'])(
    'are only those of `items` at the top: %j',
    (text) => {
      expect([...readDocuments(text, { itemKeys })]).toEqual([...readDocuments(text)]);
    },
  );
});

const pieces = [
  ...['kind: List\n', 'items:\n', 'items: ', '- ', '-\n', '  - ', '  ', '    ', '\t', '\n', '\n\n', '\r\n'],
  ...['a: 1\n', 'kind: A\n', 'b:\n', 'c: |+\n', 'd: >-\n', 'x y', '"q', '"', "'", '{', '}', '[', ']', ','],
  ...['{a: b}', '[a: b]', '? ', ': ', ':', '# c\n', '&a ', '*a', '!!str ', '!!map\n', '<<: {m: 1}\n', '.inf'],
  ...['010', 'yes', '~', '---\n', '...\n', '\u2028', '\u0085', '\ufeff', '\u{1f600}'],
];
const lists = [
  'kind: List\nitems:\n- kind: A\n  b: [1, {c: "d\n    e"}]\n  t: |+\n    x\n\n- {kind: B,\n  x: y z}\n-\n  n: 1\n  n: 2\n# c\nx: 1\n',
  '--- # Source: a\nitems:\n  -   kind: A\n      b:\n      - 1\n      - c: p\n          q\n\n  - kind: B\n    t: >\n      x\n       y\n\n\n...\n',
  '? items\n: - a: b\n    ? c\n    : d\n  - !!map\n    e: f\n  - {g: h} # i\nkind: List',
  '{"kind": "List", "items": [{"a": [1.0, "\\u00e9"]}, {"b": {"b": 1, "b": 2}},\n{}, null], "x": 1}\n{"items": [{"c": "d"}]}',
];

/** A list with pieces put in, taken out or doubled in random places. */
const mutated = fc
  .tuple(
    fc.constantFrom(...lists),
    fc.array(fc.tuple(fc.nat(), fc.nat(6), fc.constantFrom('', ...pieces)), { maxLength: 3 }),
  )
  .map(([list, changes]) =>
    changes.reduce((text, [where, length, piece]) => {
      const at = where % (text.length + 1);
      return text.slice(0, at) + piece + text.slice(at + (piece === '' ? length : 0));
    }, list),
  );

describe('a node read again', () => {
  it('is the very node, whatever list it is an item of', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const thin = [...readDocuments(text, { itemKeys })];
        expect(thin.map(thicken).map(told)).toEqual([...readDocuments(text)].map(told));
      }),
      { numRuns: 2000 },
    );
  });

  it('is the very node or none, wherever it stands', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        for (const document of readDocuments(text)) {
          if (document.root === undefined) continue;
          const open = [document.root];
          for (let node = open.pop(); node !== undefined; node = open.pop()) {
            const again = readNodeAt(document, node);
            if (node.kind === 'mapping' && again !== undefined) expect(again).toEqual(node);
            if (node.kind === 'sequence') open.push(...node.items);
            else if (node.kind === 'mapping') open.push(...node.entries.map(({ value }) => value));
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
