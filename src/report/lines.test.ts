import { describe, expect, it } from 'vitest';
import { wrapText } from './lines.ts';

describe('wrapText', () => {
  it.each([
    ['keeps two blanks within a line', 'one  two', 20, ['- one  two']],
    ['leaves none where a line breaks', 'one  two', 8, ['- one', '  two']],
    ['nor where the second one has no room', 'one  two', 5, ['- one', '  two']],
  ])('%s', (_what, text, width, lines) => {
    expect(wrapText(text, '- ', '  ', width)).toEqual(lines);
  });
});
