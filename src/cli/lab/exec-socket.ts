import { WebSocket } from 'ws';
import type { LabHandle } from '../../lab/index.ts';
import { inputError } from '../exit.ts';

/** A command for a container. */
export interface ExecRequest {
  /** Of the API, with the container in its query. */
  readonly path: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** How a command ended; `message` where it could not run at all. */
export interface ExecEnd {
  readonly code: number;
  readonly message?: string;
}

/** A command at work in a container. */
export interface ExecSession {
  readonly onOutput: (listener: (channel: 'stdout' | 'stderr', bytes: Uint8Array) => void) => void;
  readonly write: (bytes: Uint8Array) => void;
  readonly endInput: () => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Takes no more output for now, until `resume`: the command waits, not this process' memory. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly kill: () => void;
  readonly exited: Promise<ExecEnd>;
}

/** First bytes of the messages. Source: k8s.io/kubelet, remotecommand's `v5.channel.k8s.io`. */
const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
const protocol = 'v5.channel.k8s.io';

/** What the error channel says at the end. */
interface EndStatus {
  readonly status?: 'Success' | 'Failure';
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

/** Starts a command in a container, as kubectl does. Throws a Refusal with the API's words where it does not take it. */
export function openExec(
  lab: Pick<LabHandle, 'port' | 'token' | 'authority'>,
  { path, command, stdin, tty }: ExecRequest,
): Promise<ExecSession> {
  const query = new URLSearchParams({ stdin: `${stdin}`, stdout: 'true', stderr: `${!tty}`, tty: `${tty}` });
  for (const word of command) query.append('command', word);
  const url = `wss://127.0.0.1:${lab.port}${path}${path.includes('?') ? '&' : '?'}${query}`;
  const socket = new WebSocket(url, protocol, {
    ca: lab.authority,
    headers: { authorization: `Bearer ${lab.token}` },
    perMessageDeflate: false,
  });
  const session = follow(socket);
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(session));
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (bytes: Buffer) => {
        text += bytes.toString();
      });
      response.on('end', () => {
        reject(inputError(readMessage(text) ?? `HTTP ${response.statusCode}`));
        socket.terminate();
      });
    });
  });
}

function follow(socket: WebSocket): ExecSession {
  let end: ExecEnd | undefined;
  // What comes before anybody listens is kept: the first output may be in the packet of the handshake.
  const early: ['stdout' | 'stderr', Uint8Array][] = [];
  let onOutput = (channel: 'stdout' | 'stderr', bytes: Uint8Array): void => void early.push([channel, bytes]);
  socket.on('message', (data: Buffer) => {
    const [channel] = data;
    const bytes = data.subarray(1);
    if (channel === channels.error) end = readEnd(bytes.toString());
    else if (bytes.length === 0) return;
    else if (channel === channels.stdout) onOutput('stdout', bytes);
    else if (channel === channels.stderr) onOutput('stderr', bytes);
  });
  const send = (channel: number, bytes: Uint8Array): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(Buffer.concat([Buffer.from([channel]), bytes]));
  };
  const exited = new Promise<ExecEnd>((resolve) => {
    socket.once('close', () => resolve(end ?? { code: 1, message: 'the connection to the lab has ended' }));
    socket.on('error', () => {});
  });
  return {
    onOutput: (listener) => {
      onOutput = listener;
      for (const [channel, bytes] of early.splice(0)) listener(channel, bytes);
    },
    write: (bytes) => send(channels.stdin, bytes),
    endInput: () => send(channels.close, Buffer.from([channels.stdin])),
    resize: (columns, rows) =>
      send(channels.resize, Buffer.from(JSON.stringify({ Width: columns, Height: rows }))),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    kill: () => socket.terminate(),
    exited,
  };
}

function readEnd(text: string): ExecEnd {
  const status = JSON.parse(text) as EndStatus;
  if (status.status === 'Success') return { code: 0 };
  const code = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (status.reason === 'NonZeroExitCode' && code !== undefined) return { code: Number(code) };
  return { code: 1, message: status.message ?? 'the command could not be run' };
}

function readMessage(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { message?: string }).message;
  } catch {
    return text.trim() === '' ? undefined : text.trim();
  }
}
