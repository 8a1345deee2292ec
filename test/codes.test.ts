import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const pages = readdirSync(join(root, 'docs/codes')).filter((name) => name.endsWith('.md'));

function codesInSource(): ReadonlySet<string> {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(root, 'src', name), 'utf8'));
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/['"`](PC\d{4})['"`]/g)].map((match) => match[1]!)),
  );
}

describe('diagnostic codes', () => {
  const used = codesInSource();
  const documented = pages.map((name) => name.replace('.md', ''));

  it('each have a page', () => {
    expect(used.size).toBeGreaterThan(20);
    expect([...used].filter((code) => !documented.includes(code))).toEqual([]);
  });

  it('that are documented are in use', () => {
    expect(documented.filter((code) => !used.has(code))).toEqual([]);
  });

  it.each(pages)('%s begins with its title and says something', (name) => {
    const [title = '', ...lines] = readFileSync(join(root, 'docs/codes', name), 'utf8').split('\n');
    expect(title).toMatch(new RegExp(`^# ${name.replace('.md', '')}: \\S`));
    expect(lines.filter((line) => line.trim() !== '').length).toBeGreaterThan(4);
  });
});
