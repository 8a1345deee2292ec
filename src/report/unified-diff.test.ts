import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUnifiedDiff } from './unified-diff.ts';

describe('a unified diff', () => {
  it('has three lines around a change, and joins what is near', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
    expect(formatUnifiedDiff({ name: './x/y.yaml', before, after: before.replace('e\n', 'e\nE\n') })).toBe(
      'diff --git a/x/y.yaml b/x/y.yaml\n--- a/x/y.yaml\n+++ b/x/y.yaml\n@@ -3,6 +3,7 @@\n c\n d\n e\n+E\n f\n g\n h\n',
    );
  });

  it('says where a line end is missing', () => {
    expect(formatUnifiedDiff({ name: 'x', before: 'a', after: 'a\nb\n' })).toContain(
      '-a\n\\ No newline at end of file\n+a\n+b\n',
    );
  });

  it('is what git applies', () => {
    const folder = mkdtempSync(join(tmpdir(), 'portcullis-diff-'));
    const line = fc.constantFrom('a', 'b', 'c', '', '  d', 'e\r');
    const text = fc
      .tuple(fc.array(line, { maxLength: 30 }), fc.boolean())
      .map(([lines, end]) => lines.join('\n') + (end && lines.length > 0 ? '\n' : ''));
    try {
      execFileSync('git', ['init', '-q', folder]);
      fc.assert(
        fc.property(text, text, (before, after) => {
          fc.pre(before !== after && after !== '' && before !== '');
          writeFileSync(join(folder, 'x.yaml'), before);
          const patch = formatUnifiedDiff({ name: 'x.yaml', before, after });
          const { status, stderr } = spawnSync('git', ['apply', '--whitespace=nowarn', '-'], {
            cwd: folder,
            input: patch,
          });
          expect(`${stderr}`).toBe('');
          expect(status).toBe(0);
          expect(readFileSync(join(folder, 'x.yaml'), 'utf8')).toBe(after);
        }),
        { numRuns: 40 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
