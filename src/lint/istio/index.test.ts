import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { istioRules } from './index.ts';

const codes = istioRules.flatMap(({ codes: own }) => own);

it('gives each code to one rule alone', () => {
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.every((code) => code >= 'PC3201' && code <= 'PC3399')).toBe(true);
});

it('has an example of each code', () => {
  const tests = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  const text = tests.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('\n');
  expect(codes.filter((code) => !text.includes(`code: '${code}'`))).toEqual([]);
});
