import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Runs a program at this terminal and gives its exit code: of one that a signal ended 128 and its number, as shells say. Ctrl-C is the program's to answer, for it gets it from the terminal, too.
 */
export function runInherited(
  [program, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<number> {
  const ignore = (): void => {};
  const child = spawn(program, args, { stdio: 'inherit', env: { ...env }, cwd });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', ignore);
  process.on('SIGTERM', pass);
  process.on('SIGHUP', pass);
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal!] ?? 0)));
  }).finally(() => {
    process.off('SIGINT', ignore);
    process.off('SIGTERM', pass);
    process.off('SIGHUP', pass);
  });
}
