import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withLabs } from '../test/support/lab-command.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
);

interface Question {
  readonly from: string;
  readonly to: string;
  readonly verdict: string;
  readonly packets: { readonly outcome: string };
  readonly differences: readonly string[];
}

withLabs(
  'scenarios with packets',
  ({ name: user, portcullis }) => {
    const chosen = user === 'root' ? ['two-namespaces'] : folders.map(({ name }) => name);
    test.concurrent.each(chosen)('%s', { timeout: 180_000 }, async (name) => {
      const { code, out, err } = await portcullis(['lab', 'run', `scenarios/${name}`, '-o', 'json']);
      expect(code, `${err}\n${out}`).toBe(0);
      const { steps } = JSON.parse(out) as {
        readonly steps: readonly { readonly questions: readonly Question[] }[];
      };
      const questions = steps.flatMap((step) => step.questions);
      expect(questions.flatMap(({ differences }) => differences)).toEqual([]);
      const tried = questions.filter(({ packets }) => packets.outcome !== 'untried');
      // The lab has no ambient mode.
      if (!name.startsWith('ambient')) expect(tried.length).toBeGreaterThan(0);
    });
  },
  ['curl', 'bash'],
);
