import { describe, expect, it } from 'vitest';
import { samples } from '../../test/support/log-samples.ts';
import { dialects } from './dialects/index.ts';
import { readText } from './test-reading.ts';

describe('samples', () => {
  it.each(dialects.map(({ name }) => name))('%s has some, with their source', (name) => {
    const own = samples.filter(({ dialect }) => dialect === name);
    expect(own.some(({ records }) => records.some(({ dialect }) => dialect === name))).toBe(true);
    for (const { source } of own) expect(source).toMatch(/\S/);
  });

  it.each(samples)('$dialect: $source', ({ lines, records }) => {
    const text = `${lines.join('\n')}\n`;
    expect(readText(text).records).toEqual(records);
    for (const size of [1, 13, 200]) expect(readText(text, size).records, `${size} bytes`).toEqual(records);
  });
});
