import { expect, test } from 'vitest';
import type { Source, Span } from '../model/index.ts';
import { quoteSpan } from './quote.ts';

function spanOf(text: string, quoted: string): Span {
  const source: Source = { name: 'a.yaml', text };
  const start = text.indexOf(quoted);
  return { source, start, end: start + quoted.length };
}

const quote = (text: string, quoted: string): string => quoteSpan(spanOf(text, quoted)).join('\n');

test('one line is underlined', () => {
  expect(quote('a: 1\nb: [x, y]\n', '[x, y]')).toBe(
    [' --> a.yaml:2:4', '  |', '2 | b: [x, y]', '  |    ^^^^^^'].join('\n'),
  );
});

test('several lines have a bar at their side', () => {
  expect(quote('a:\n  b: 1\n  c: 2\nd: 3\n', 'b: 1\n  c: 2\n')).toBe(
    [' --> a.yaml:2:3', '  |', '2 | /   b: 1', '3 | |   c: 2', '  | |______^'].join('\n'),
  );
});

test('the middle of a long stretch is left out', () => {
  const items = Array.from({ length: 20 }, (_, i) => `- ${i}`).join('\n');
  const lines = quoteSpan(spanOf(items, items));
  expect(lines).toHaveLength(11);
  expect(lines.slice(7)).toEqual([' 6 | | - 5', '...', '20 | | - 19', '   | |____^']);
});

test('tabs and wide lines keep the mark below what it marks', () => {
  expect(quote('\ta: b', 'b')).toBe([' --> a.yaml:1:5', '  |', '1 |   a: b', '  |      ^'].join('\n'));
  const json = `{"a": "${'x'.repeat(300)}", "b": 1}`;
  const [, , line, mark] = quoteSpan(spanOf(json, '"b"'));
  expect(line).toBe(`1 | …${'x'.repeat(16)}", "b": 1}`);
  expect(mark).toBe('  |                     ^^^');
});

test('an empty span at the end of a text has a mark', () => {
  const source = { name: 'a.yaml', text: 'a: 1\n' };
  expect(quoteSpan({ source, start: 5, end: 5 })).toEqual([' --> a.yaml:2:1', '  |', '2 |', '  | ^']);
});
