import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { buildCluster, type ClusterOptions } from '../../src/cluster/index.ts';
import type { Finding, Witness } from '../../src/lint/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import { decide } from '../../src/verdict/index.ts';
import { lintText, places } from './lint-text.ts';
import { recorder } from './terminal.ts';

/** A smallest text that has the finding, and one beside it that has not. */
export interface LintExample {
  readonly code: string;
  readonly what: string;
  readonly bad: readonly string[];
  /** Where the finding is: `shop/p spec.selector`. */
  readonly at: string;
  readonly good: readonly string[];
  readonly options?: ClusterOptions;
  /** Texts that a fix brings about, where the finding has one. */
  readonly fixed?: string;
}

/** Documents as one text. */
export function textOf(texts: readonly string[]): string {
  return `---\n${texts.join('\n---\n')}`;
}

/** Tests of examples: the finding is there at its place, it is not there in what is right, its witnesses hold, and it says what to do unless nobody can tell. */
export function checkExamples(
  examples: readonly LintExample[],
  { help: helps = true }: { readonly help?: boolean } = {},
): void {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'portcullis-lint-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  describe.each(examples)('$code: $what', ({ code, bad, good, at, options, fixed }) => {
    const findings = lintText(textOf(bad), [code], options);

    it('is found, at its place', () => {
      expect(places(findings)).toContain(`${code} ${at}`);
    });

    it('is not found in what is right', () => {
      expect(places(lintText(textOf(good), [code], options))).not.toContain(`${code} ${at}`);
    });

    it('has witnesses that hold', async () => {
      const cluster = buildCluster(readManifests([{ name: 'all.yaml', text: textOf(bad) }]), options);
      writeFileSync(join(directory, 'all.yaml'), textOf(bad));
      for (const { request, outcome, words, under } of findings.flatMap(witnessesOf)) {
        if (under !== undefined) continue;
        expect(decide(cluster, request).outcome).toBe(outcome);
        if (words === undefined || options !== undefined) continue;
        const terminal = recorder({ cwd: directory });
        const command = ['check', '-f', 'all.yaml', ...words, '--expect', outcome];
        expect({ code: await run(command, terminal), command, err: terminal.err }).toMatchObject({ code: 0 });
      }
    });

    if (helps) {
      it('says what to do', () => {
        for (const { message, help } of findings) expect([message, help]).not.toContain(undefined);
      });
    }

    if (fixed === undefined) return;
    it('is gone where its fix is applied', () => {
      const fix = findings.find(({ fix: found }) => found !== undefined)!.fix!;
      const text = fix.edits
        .toReversed()
        .reduce(
          (all, { span, text: instead }) => all.slice(0, span.start) + instead + all.slice(span.end),
          textOf(bad),
        );
      expect(text).toContain(fixed);
      expect(places(lintText(text, [code], options))).not.toContain(`${code} ${at}`);
    });
  });
}

function witnessesOf({ proof }: Finding): readonly Witness[] {
  return proof.kind === 'never matches' ? [] : (proof.witnesses ?? []);
}
