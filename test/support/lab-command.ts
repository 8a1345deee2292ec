import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe } from 'vitest';
import { findProgram } from '../../src/cli/lab/find-program.ts';
import { users } from './inside.ts';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'src/cli/main.ts');

/** What a command came to. */
export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A user whom commands are run as. */
export interface LabUser {
  readonly name: string;
  /** Runs the command with these words; in the root of the repository where no other directory is said. */
  readonly portcullis: (words: readonly string[], options?: RunOptions) => Promise<CommandRun>;
  /** Runs another program. */
  readonly run: (words: readonly string[], options?: RunOptions) => Promise<CommandRun>;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Tests that need labs, once for each user that this machine can try them as: the one of the tests and, where that is root, an ordinary one. Where there can be no lab, or one of the `programs` is
 * missing, it says loudly what was not checked.
 */
export function withLabs(
  what: string,
  define: (user: LabUser) => void,
  programs: readonly string[] = [],
): void {
  for (const { name, prefix } of users()) {
    const obstacle = whyNot(prefix, programs);
    if (obstacle !== undefined) console.warn(`NOT CHECKED: ${what}, as ${name}: ${obstacle}`);
    describe.skipIf(obstacle !== undefined)(`${what}, as ${name}`, () => define(userOf(name, prefix)));
  }
}

function whyNot(prefix: readonly string[], programs: readonly string[]): string | undefined {
  const missing = programs.filter((name) => findProgram(name, process.env) === undefined);
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  const [command, ...words] = [...prefix, process.execPath, main, 'lab', 'doctor'];
  const tried = spawnSync(command!, words, { encoding: 'utf8', cwd: '/' });
  if (tried.status === 0) return undefined;
  const lines = `${tried.stdout ?? ''}${tried.stderr ?? ''}`.split('\n');
  return lines.filter((line) => line.startsWith('✗')).join('; ') || tried.error?.message || lines[0];
}

function userOf(name: string, prefix: readonly string[]): LabUser {
  const run: LabUser['run'] = (words, { cwd = root, input, env = {} } = {}) => {
    // Behind the prefix, which sets HOME itself.
    const settings = Object.entries(env).map(([key, value]) => `${key}=${value}`);
    const [command, ...rest] = [...prefix, 'env', ...settings, ...words];
    return new Promise((resolve) => {
      const child = execFile(
        command!,
        rest,
        { cwd, env: { ...process.env, NO_COLOR: '1' }, maxBuffer: 2 ** 26 },
        (error, out, err) => resolve({ code: error === null ? 0 : codeOf(error.code), out, err }),
      );
      child.stdin?.end(input ?? '');
    });
  };
  return { name, run, portcullis: (words, options) => run([process.execPath, main, ...words], options) };
}

/** A signal has no code; nothing here is meant to end by one. */
function codeOf(code: unknown): number {
  return typeof code === 'number' ? code : -1;
}
