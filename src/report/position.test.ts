import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineText, positionOf } from './position.ts';

test('lines end with LF, CRLF or CR', () => {
  const source = { name: 'a', text: 'one\r\ntwo\rthree\n\nfive' };
  expect([1, 2, 3, 4, 5, 6].map((line) => lineText(source, line))).toEqual([
    'one',
    'two',
    'three',
    '',
    'five',
    '',
  ]);
  expect(positionOf(source, 5)).toEqual({ line: 2, column: 1 });
  expect(positionOf(source, 4)).toEqual({ line: 1, column: 5 });
  expect(positionOf(source, 99)).toEqual({ line: 5, column: 5 });
});

test('agrees with counting', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'é', '😀') });
  fc.assert(
    fc.property(texts, fc.nat(40), (text, offset) => {
      const before = text.slice(0, offset);
      const cut = before.endsWith('\r') && text[offset] === '\n' ? before.slice(0, -1) : before;
      const lines = cut.split(/\r\n|\r|\n/);
      expect(positionOf({ name: 'a', text }, offset)).toEqual({
        line: lines.length,
        column: lines.at(-1)!.length + 1 + before.length - cut.length,
      });
    }),
  );
});
