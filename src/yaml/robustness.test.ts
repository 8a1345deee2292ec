import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocuments, toJson, toPlainValue, type YamlDocument } from './index.ts';

function first(text: string): YamlDocument {
  return [...readDocuments(text)][0]!;
}

function codes(text: string): string[] {
  return first(text).problems.map(({ code }) => code);
}

describe('depth', () => {
  const block = (depth: number) => Array.from({ length: depth }, (_, i) => `${' '.repeat(i)}a:\n`).join('');

  it.each([
    ['brackets', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['dashes', `${'- '.repeat(10_000)}a`],
    ['JSON', `{"a":${'['.repeat(9_999)}${']'.repeat(9_999)}}`],
    ['indentation', block(3_000)],
  ])('of %s may be large', (_name, text) => {
    const { root, problems } = first(text);
    expect(problems).toEqual([]);
    expect(toJson(root!).length).toBeGreaterThan(6_000);
    expect(toPlainValue(root!)).toBeDefined();
  });

  it.each([
    ['brackets', '['.repeat(10_001)],
    ['dashes', '- '.repeat(10_002)],
    ['JSON', `{"a":${'['.repeat(10_001)}`],
  ])('of %s is limited', (_name, text) => {
    expect(codes(text)).toEqual(['too-deep']);
  });
});

describe('aliases', () => {
  it('that multiply a document are refused', () => {
    let text = 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n';
    for (let i = 1; i < 12; i++)
      text += `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]\n`;
    expect(codes(text)).toEqual(['alias-bomb']);
  });

  it('in ordinary numbers are read', () => {
    const text = `a: &a {b: 1, c: 2}\nl:\n${'- *a\n'.repeat(100)}`;
    expect(codes(text)).toEqual([]);
  });
});

describe('large and odd texts', () => {
  const million = 'x'.repeat(1_000_000);

  it.each([
    ['plain text', `a: ${million}`, 1_000_000],
    ['double quotes', `a: "${million}"`, 1_000_000],
    ['single quotes with escapes', `a: '${"x''".repeat(300_000)}'`, 600_000],
    ['escapes', `a: "${'\\n'.repeat(300_000)}"`, 300_000],
    ['a block of text', `a: |\n${'  xxxx\n'.repeat(100_000)}`, 500_000],
    ['folded text', `a: >\n${'  xxxx\n'.repeat(100_000)}`, 500_000],
    ['plain text over lines', `a: x\n${'  xxxx\n'.repeat(100_000)}`, 500_001],
  ])('%s', (_name, text, length) => {
    const value = toPlainValue(first(text).root!) as { a: string };
    expect(value.a).toHaveLength(length);
  });

  it.each([
    ['blank lines behind text', `a: x${'\n'.repeat(300_000)}b: y`],
    ['blanks behind a marker', `a: 1\n---${' '.repeat(500_000)}x\n`],
    ['unclosed quotes', '"'.repeat(200_001)],
    ['many keys', Array.from({ length: 50_000 }, (_, i) => `k${i}: ${i}`).join('\n')],
    ['many equal keys', 'a: 1\n'.repeat(50_000)],
    ['many documents', '---\na: 1\n'.repeat(50_000)],
    ['many bad documents', '---\na: [\n'.repeat(20_000)],
    ['many control characters', '---\na: \x01\n'.repeat(20_000)],
    ['many anchors', Array.from({ length: 20_000 }, (_, i) => `- &a${i} !!str x`).join('\n')],
    ['properties in a row', '&a '.repeat(50_000)],
    ['comments', '# c\n'.repeat(100_000)],
    ['JSON values', '{} '.repeat(50_000)],
  ])('%s end in good time', (_name, text) => {
    let documents = 0;
    for (const document of readDocuments(text)) documents += document.end >= document.start ? 1 : 0;
    expect(documents).toBeGreaterThan(0);
  });

  it('gives a result for any text, with problems inside it', () => {
    const sign = fc.constantFrom(
      ...' \n\t:-?,[]{}#&*!|>\'"%@`a1.~<\\\r\u2028\ufeff\0',
      '- ',
      ': ',
      '---\n',
      '\n  ',
      '<<: ',
    );
    const text = fc.oneof(
      fc.array(sign, { maxLength: 40 }).map((signs) => signs.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (source) => {
        for (const { root, start, end, problems } of readDocuments(source)) {
          expect(start).toBeLessThanOrEqual(end);
          for (const problem of problems) {
            expect(problem.start).toBeLessThanOrEqual(problem.end);
            expect(problem.end).toBeLessThanOrEqual(source.length + 1);
          }
          if (root !== undefined) expect(() => JSON.parse(toJson(root))).not.toThrow();
        }
      }),
      { seed: 11, numRuns: 3_000 },
    );
  });
});
