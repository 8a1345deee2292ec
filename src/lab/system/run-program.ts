import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { type NetworkNamespace, within } from './namespaces.ts';

/**
 * Runs a program of this machine in a network namespace (`nft -f -`, `ip …`), with `input` on its standard input, and gives what it wrote. A child is in the namespace
 * that its parent is in when it is made, so no `nsenter` is needed. Rejects where the program is missing, or ends with anything but 0: then with its error output.
 */
export async function runProgram(
  namespace: NetworkNamespace,
  command: string,
  args: readonly string[],
  input = '',
): Promise<string> {
  const child = within(namespace, () => spawn(command, args, { stdio: 'pipe' }));
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  // A program that ends before it has read everything says so by its exit code.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [status, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (status === 0) return output;
  throw new Error(`${[command, ...args].join(' ')} ended with ${status}: ${errors.trim()}`);
}
