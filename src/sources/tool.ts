import { errorCode } from './fault.ts';
import { maxBytes } from './read.ts';

/** What came of running a command. `stderr` is what it complained of; `status` is its exit status in words. */
export type ToolResult =
  | { readonly kind: 'done'; readonly stdout: Uint8Array }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly status: string; readonly stderr: string }
  | { readonly kind: 'too large' };

/**
 * Runs a program of the user's, found on PATH, without a shell and with `input` or nothing on its standard input. Never throws. The module
 * that starts processes is loaded here, so that reading plain files does not pay for it.
 */
export async function runTool(
  command: string,
  args: readonly string[],
  directory: string,
  input?: string,
): Promise<ToolResult> {
  const { spawn } = await import('node:child_process');
  let child: ReturnType<typeof spawn>;
  try {
    child = spawn(command, args, {
      cwd: directory,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
  } catch (error) {
    return { kind: 'failed', status: `could not be started: ${errorCode(error)}`, stderr: '' };
  }
  return new Promise((resolve) => {
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    let size = 0;
    // A tool that ends before it has read all says why on standard error.
    child.stdin?.on('error', () => undefined).end(input);
    child.stdout?.on('data', (chunk: Uint8Array) => {
      size += chunk.length;
      if (size > maxBytes) child.kill();
      else stdout.push(chunk);
    });
    child.stderr?.on('data', (chunk: Uint8Array) => stderr.push(chunk));
    child.on('error', (error) => {
      const code = errorCode(error);
      if (code === 'ENOENT') resolve({ kind: 'missing' });
      else resolve({ kind: 'failed', status: `could not be started: ${code}`, stderr: '' });
    });
    child.on('close', (code, signal) => {
      if (size > maxBytes) resolve({ kind: 'too large' });
      else if (code === 0) resolve({ kind: 'done', stdout: Buffer.concat(stdout) });
      else {
        const status = code === null ? `was ended by ${signal}` : `ended with status ${code}`;
        resolve({ kind: 'failed', status, stderr: complaint(Buffer.concat(stderr).toString('utf8')) });
      }
    });
  });
}

/** The end of what a tool wrote, where the cause stands, without the time and process number that Go's logger puts first. */
function complaint(stderr: string): string {
  const lines = stderr.trimEnd().split('\n');
  return lines.slice(-20).map(withoutLogHeader).join('\n');
}

function withoutLogHeader(line: string): string {
  const text = line.replace(/^[IWEF]\d{4} [\d:.]+ +\d+ [\w.]+:\d+\] /, '');
  const failure = /^"command failed" err="(.*)"$/.exec(text)?.[1];
  return failure?.replaceAll('\\"', '"') ?? text;
}
