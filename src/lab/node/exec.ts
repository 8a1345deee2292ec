import type { Readable } from 'node:stream';
import type { Born } from './birth.ts';
import type { CommandPlace } from './command.ts';
import { StartError } from './executable.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import type { ExecStreams, Exit } from './types.ts';
import { aborted } from './waiting.ts';

/** How long output may be still before it counts as all there is, after the process has ended and left others that hold its streams. */
const quietMilliseconds = 300;

/** Runs a command in a container for somebody who watches. What cannot be started ends with 126 or 127 and runc's words. */
export async function execute(
  place: CommandPlace,
  setsid: string,
  argv: readonly string[],
  streams: ExecStreams,
): Promise<Exit> {
  try {
    return await (streams.terminal
      ? withTerminal(place, setsid, argv, streams)
      : withPipes(place, argv, streams));
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const { message, code } = error;
    const line = `OCI runtime exec failed: exec failed: unable to start container process: ${message}: unknown`;
    (streams.stderr ?? streams.stdout).write(`${line}${streams.terminal ? '\r' : ''}\n`);
    return { code };
  }
}

async function withPipes(
  { box, env, directory }: CommandPlace,
  argv: readonly string[],
  { stdin, stdout, stderr, signal }: ExecStreams,
): Promise<Exit> {
  const born = await box.join({ argv, env, directory, streams: { stdin: stdin !== undefined } });
  if (stdin !== undefined) stdin.on('error', () => {}).pipe(born.stdin!);
  born.stdout!.pipe(stdout, { end: false });
  if (stderr === undefined) born.stderr!.resume();
  else born.stderr!.pipe(stderr, { end: false });
  killWith(born, signal);
  const exit = await born.exited;
  stdin?.unpipe();
  born.stdin?.destroy();
  await Promise.all([rest(born.stdout!, signal), rest(born.stderr!, signal)]);
  return exit;
}

async function withTerminal(
  { box, env, directory }: CommandPlace,
  setsid: string,
  argv: readonly string[],
  { stdin, stdout, onResize, signal }: ExecStreams,
): Promise<Exit> {
  const terminal = openTerminal(box);
  const command = { argv, env: { TERM: 'xterm', ...env }, directory, streams: { fd: terminal.slave } };
  try {
    // Held until the process has ended, so that the terminal doesn't hang up before it has begun.
    const born = await box.join(command, [setsid, '--ctty', '--']);
    onResize?.((size) => terminal.resize(size));
    if (stdin !== undefined) void typeAll(stdin, terminal);
    terminal.output.pipe(stdout, { end: false });
    killWith(born, signal);
    const exit = await born.exited;
    terminal.release();
    await rest(terminal.output, signal);
    return exit;
  } finally {
    terminal.close();
  }
}

async function typeAll(stdin: Readable, terminal: Terminal): Promise<void> {
  const endOfTransmission = Buffer.from([4]);
  try {
    for await (const bytes of stdin) await terminal.type(bytes as Buffer);
    await terminal.type(endOfTransmission);
  } catch {
    // The caller has gone.
  }
}

function killWith(born: Born, signal: AbortSignal): void {
  let over = false;
  void born.exited.then(() => {
    over = true;
  });
  void aborted(signal).then(() => {
    if (!over) born.kill('SIGKILL', true);
  });
}

/** Waits for what is still in a stream. */
async function rest(stream: Readable, signal: AbortSignal): Promise<void> {
  if (stream.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  let quiet = true;
  const onData = (): void => {
    quiet = false;
  };
  const timer = setInterval(() => {
    // A paused one waits for its reader, who may be slow.
    if (quiet && !stream.isPaused()) resolve();
    quiet = true;
  }, quietMilliseconds);
  stream.on('data', onData);
  stream.once('close', resolve);
  stream.once('end', resolve);
  signal.addEventListener('abort', () => resolve());
  await promise;
  clearInterval(timer);
  stream.destroy();
}
