import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** `npm run check`: types, lint and format, dead code, build, package. Runs all of them, prints what it ran, fails if one did. */
const steps: readonly (readonly string[])[] = [
  ['tsc', '-p', '.'],
  ['biome', 'ci', '--error-on-warnings', '.'],
  ['knip'],
  ['node', 'scripts/build.ts'],
  ['publint', '--strict'],
];

const root = join(import.meta.dirname, '..');
const failed: string[] = [];
for (const [command, ...args] of steps) {
  const line = [command, ...args].join(' ');
  process.stdout.write(`> ${line}\n`);
  const run = spawnSync(command!, args, { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) failed.push(line);
}
process.stdout.write(failed.length === 0 ? 'check: all passed\n' : `check: failed: ${failed.join(', ')}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
