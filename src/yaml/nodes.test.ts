import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeAt, readDocuments, toJson, toPlainValue, type YamlNode } from './index.ts';

function rootOf(text: string): YamlNode {
  return [...readDocuments(text)].at(-1)!.root!;
}

describe('offsets', () => {
  const text = 'x: 1\n---\n# c\na:\n  - &k "q r"  # d\n  - |\n    t\nb c: [1, {d: e}]\n\'f\': !!str 2\n';

  it.each([
    [['a'], '- &k "q r"  # d\n  - |\n    t'],
    [['a', 0], '&k "q r"'],
    [['a', 1], '|\n    t'],
    [['b c'], '[1, {d: e}]'],
    [['b c', 1], '{d: e}'],
    [['b c', 1, 'd'], 'e'],
    [['f'], '!!str 2'],
  ])('of %j', (path, expected) => {
    const { node } = nodeAt(rootOf(text), path)!;
    expect(text.slice(node.start, node.end)).toBe(expected);
  });

  it('of keys', () => {
    const root = rootOf(text);
    const keys =
      root.kind === 'mapping' ? root.entries.map((entry) => text.slice(entry.keyStart, entry.keyEnd)) : [];
    expect(keys).toEqual(['a', 'b c', "'f'"]);
  });

  it('of an empty value stand behind its colon', () => {
    const { node } = nodeAt(rootOf('a:\nb: 1'), ['a'])!;
    expect([node.start, node.end]).toEqual([2, 2]);
  });

  it('of an alias are those of its anchor', () => {
    const root = rootOf('a: &x {b: 1}\nc: *x');
    expect(nodeAt(root, ['c'])!.node).toBe(nodeAt(root, ['a'])!.node);
  });
});

describe('nodeAt', () => {
  it('gives the entry of a value in a map only', () => {
    const root = rootOf('a: [1]');
    expect(nodeAt(root, ['a'])!.key).toMatchObject({ key: 'a', keyStart: 0, keyEnd: 1 });
    expect(nodeAt(root, ['a', 0])).not.toHaveProperty('key');
    expect(nodeAt(root, ['a', 1])).toBeUndefined();
    expect(nodeAt(root, ['b'])).toBeUndefined();
    expect(nodeAt(root, ['a', 0, 'b'])).toBeUndefined();
  });
});

describe('values', () => {
  it('keep keys that JavaScript treats specially', () => {
    const text = '__proto__: {a: 1}\nconstructor: 2\n';
    const value = toPlainValue(rootOf(text)) as object;
    expect(Object.getOwnPropertyNames(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(toJson(rootOf(text))).toBe('{"__proto__":{"a":1},"constructor":2}');
  });

  it('of a map with many keys', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `k${i % 30}: ${i}`);
    const value = toPlainValue(rootOf(lines.join('\n'))) as Record<string, number>;
    expect(Object.keys(value)).toHaveLength(30);
    expect([value.k0, value.k9, value.k10, value.k29]).toEqual([30, 39, 10, 29]);
  });

  it('are the same for any JSON, read as JSON and as YAML', () => {
    const unpaired = /[\ud800-\udfff]/u;
    const json = fc
      .jsonValue({ maxDepth: 4 })
      .filter(
        (value) => !unpaired.test(JSON.stringify(value)) && !/\\ud|e\+|-0\b/.test(JSON.stringify(value)),
      );
    fc.assert(
      fc.property(json, (value) => {
        const text = JSON.stringify({ value });
        expect(toPlainValue(rootOf(text))).toEqual(JSON.parse(text));
        const yaml = `value: ${JSON.stringify(value, null, 1)}\n`;
        if (/[\x7f-\x9f]/.test(yaml) || /"(?:[^"\\]|\\.){1020,}/.test(yaml)) return;
        expect(toPlainValue(rootOf(yaml))).toEqual(JSON.parse(text));
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
