import type { LabHandle } from '../../lab/index.ts';
import { usageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { openApi } from './api.ts';
import { chooseLab } from './choose-lab.ts';
import type { ExecFlags } from './exec.ts';
import { type ExecRequest, openExec } from './exec-socket.ts';
import { findPod } from './find-pod.ts';
import { onReaderGone } from './reader-gone.ts';

/** The client beyond the cluster, by the word that stands for it. */
export const outside = 'outside';

/** What a shell says of a program that wrote to nobody: 128 and the number of SIGPIPE. */
const brokenPipe = 141;

/** Runs a command in a pod, at this terminal, and gives its exit code. Throws Refusal. */
export async function exec(
  pod: string,
  command: readonly string[],
  flags: ExecFlags,
  terminal: Terminal,
): Promise<number> {
  if (flags.tty === true && process.stdin.isTTY !== true) {
    throw usageError('-t needs a terminal on standard input');
  }
  const lab = chooseLab(flags.name, terminal);
  const path = await execPath(lab, pod, flags);
  const { stdin = false, tty = false } = flags;
  const request: ExecRequest = { path, command, stdin, tty };
  const session = await openExec(lab, request);
  session.onOutput((channel, bytes) => {
    const output = channel === 'stdout' ? process.stdout : process.stderr;
    if (output.write(bytes)) return;
    session.pause();
    output.once('drain', session.resume);
  });
  let code: number | undefined;
  const stopListening = onReaderGone(() => {
    code = brokenPipe;
    session.kill();
  });
  const restore = tty ? takeTerminal(session.resize) : () => {};
  const passOn = (bytes: Uint8Array): void => session.write(bytes);
  if (stdin) {
    process.stdin.on('data', passOn);
    process.stdin.once('end', session.endInput);
  }
  try {
    const end = await session.exited;
    if (code !== undefined) return code;
    if (end.message !== undefined) terminal.warn(`error: ${end.message}\n`);
    return end.code;
  } finally {
    restore();
    stopListening();
    process.stdin.off('data', passOn);
    process.stdin.pause();
  }
}

/** Where the API takes the command for a pod, or for the client outside. Throws a Refusal where there is no such pod. */
export async function execPath(
  lab: LabHandle,
  name: string,
  { namespace, container }: { readonly namespace?: string; readonly container?: string },
): Promise<string> {
  if (name === outside) return '/portcullis/outside/exec';
  const api = openApi(lab);
  try {
    const pod = await findPod(api, name, namespace);
    const query = new URLSearchParams({ container: container ?? pod.container });
    return `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/exec?${query}`;
  } finally {
    api.close();
  }
}

/** Keys go through as they are; the size of the window is told now and whenever it changes. Gives back how to undo it. */
function takeTerminal(resize: (columns: number, rows: number) => void): () => void {
  const tell = (): void => resize(process.stdout.columns ?? 80, process.stdout.rows ?? 24);
  process.stdin.setRawMode(true);
  process.stdout.on('resize', tell);
  tell();
  return () => {
    process.stdin.setRawMode(false);
    process.stdout.off('resize', tell);
  };
}
