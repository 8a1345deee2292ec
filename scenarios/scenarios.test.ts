import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { play } from '../src/cli/index.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
);

describe.each(folders.map((entry) => entry.name))('scenario %s', (name) => {
  it('comes out as it says', async () => {
    const differences: string[] = [];
    let questions = 0;
    for await (const step of play(join(import.meta.dirname, name))) {
      questions += step.questions.length;
      for (const { expectation, differences: found } of step.questions) {
        differences.push(
          ...found.map((line) => `(${step.name}) ${expectation.from} -> ${expectation.to}: ${line}`),
        );
      }
    }
    expect(questions).toBeGreaterThan(0);
    expect(differences).toEqual([]);
  });
});
