import type { Box } from './box.ts';
import { defaultPath, StartError } from './executable.ts';
import { aborted } from './waiting.ts';

/** How a command that nobody watches has ended. `code` undefined: it was cut off. */
export interface CommandResult {
  readonly code: number | undefined;
  readonly output: string;
}

/** The kubelet keeps so much of what a probe says. */
const mostOutput = 10 * 1024;

/** Where and with what a container's commands run. */
export interface CommandPlace {
  readonly box: Box;
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
}

/** Runs a command in a container, for a probe or a hook. What cannot be started counts as 126 or 127, with the reason as output. */
export async function runCommand(
  { box, env, directory }: CommandPlace,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<CommandResult> {
  let output = '';
  try {
    const born = await box.join({ argv, env, directory, streams: { stdin: false } });
    for (const stream of [born.stdout, born.stderr]) {
      stream?.on('data', (bytes: Buffer) => {
        if (output.length < mostOutput) output += bytes.toString();
      });
    }
    void aborted(signal).then(() => born.kill('SIGKILL', true));
    const { code } = await born.exited;
    for (const stream of [born.stdout, born.stderr]) stream?.destroy();
    return { code: signal.aborted ? undefined : code, output };
  } catch (error) {
    return { code: error instanceof StartError ? error.code : 126, output: (error as Error).message };
  }
}

/** What every process of a container finds in its environment, before what the container says itself. */
export function baseEnvironment(hostname: string): Readonly<Record<string, string>> {
  return { PATH: defaultPath, HOSTNAME: hostname, HOME: '/root' };
}
