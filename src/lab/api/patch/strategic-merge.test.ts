import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../store/index.ts';
import { definition, definitionName } from '../openapi/index.ts';
import { strategicMerge } from './strategic-merge.ts';

type Fields = { readonly [key: string]: Json };

/** Answers of k8s.io/apimachinery v0.36.3 (StrategicMergeMapPatch) to random objects and patches. */
interface Case {
  readonly Group: string;
  readonly Version: string;
  readonly Kind: string;
  readonly Original: Fields;
  readonly Patch: Fields;
  readonly result?: Fields;
  readonly error?: string;
}

const cases = readFileSync(join(import.meta.dirname, 'strategic-merge.cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

describe('a strategic merge patch', () => {
  it('does what apimachinery does', () => {
    const wrong = cases.flatMap((each, line) => {
      const answer = tryMerge(each);
      const { result, error } = each;
      const wanted = result === undefined ? { error } : { result };
      return isEqual(answer, wanted) ? [] : [{ line: line + 1, answer, wanted }];
    });
    expect(cases.length).toBeGreaterThan(140);
    expect(wrong).toEqual([]);
  });

  it('leaves what it was given as it was', () => {
    for (const each of cases) {
      const before = JSON.stringify(each);
      tryMerge(each);
      expect(JSON.stringify(each)).toBe(before);
    }
  });
});

function tryMerge({ Group, Version, Kind, Original, Patch }: Case): object {
  try {
    return { result: strategicMerge(Original, Patch, definition(definitionName(Group, Version, Kind)!)) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function isEqual(a: unknown, b: unknown): boolean {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
}
