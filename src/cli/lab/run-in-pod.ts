import type { LabHandle } from '../../lab/index.ts';
import { openExec } from './exec-socket.ts';

/** What a command in a pod came to. */
export interface PodRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a container to its end and keeps what it wrote. `path` is that of `execPath`. */
export async function runInPod(
  lab: Pick<LabHandle, 'port' | 'token' | 'authority'>,
  path: string,
  command: readonly string[],
): Promise<PodRun> {
  const session = await openExec(lab, { path, command, stdin: false, tty: false });
  const texts = { stdout: '', stderr: '' };
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  session.onOutput((channel, bytes) => {
    texts[channel] += decoders[channel].decode(bytes, { stream: true });
  });
  const { code, message } = await session.exited;
  return {
    code,
    stdout: texts.stdout,
    stderr: message === undefined ? texts.stderr : `${texts.stderr}${message}`,
  };
}
