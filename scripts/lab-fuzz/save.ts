import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VerifiedCell } from '../../src/lab/verify/index.ts';
import { formatYaml, type JsonValue } from '../../src/report/index.ts';
import type { Document } from '../../test/support/random-cluster.ts';

/** Writes a disagreement as a scenario: the documents, and what the packets did as what is expected of the verdict. */
export function saveScenario(
  folder: string,
  documents: readonly Document[],
  cells: readonly VerifiedCell[],
): void {
  mkdirSync(folder, { recursive: true });
  const texts = documents.map((document) => formatYaml(document as JsonValue));
  writeFileSync(join(folder, 'cluster.yaml'), texts.join('---\n'));
  const scenario = {
    apiVersion: 'portcullis.dev/v1alpha1',
    kind: 'Scenario',
    title: 'Verdict and packets differed',
    base: [{ path: 'cluster.yaml' }],
    steps: [
      {
        name: 'a',
        say: 'What the packets did.',
        expect: cells.map(({ from, to, target, packets }) => ({
          from,
          to: target.startsWith('http://10.') ? to : target,
          outcome: packets.outcome,
        })),
      },
    ],
  };
  writeFileSync(join(folder, 'scenario.yaml'), formatYaml(scenario as unknown as JsonValue));
}
