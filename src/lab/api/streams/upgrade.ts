import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ExecStreams, Exit, PodRuntime } from '../../node/index.ts';
import { badRequest, noSuchResource, type Pod, StatusError } from '../../store/index.ts';
import { flag } from '../http/call.ts';
import { asStatusError, statusOf } from '../http/status.ts';
import { attach } from './attach.ts';
import { openChannels, type Wanted } from './channels.ts';
import { chooseContainer, mustHaveInput, mustRun } from './pod-container.ts';
import { exitStatus, failureStatus } from './result.ts';

/** A request to leave HTTP for streams, already authenticated. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly pod: Pod;
  readonly subresource: string | undefined;
  readonly query: URLSearchParams;
}

const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

const server = new WebSocketServer({
  noServer: true,
  handleProtocols: (offered) => protocols.find((each) => offered.has(each)) ?? false,
});

/**
 * Answers pods/exec and pods/attach over a WebSocket. What is wrong is said before the upgrade, as a Status; also to a caller that wants SPDY, as kubectl tries that after any
 * refusal and shows the last one.
 */
export function upgradeStream(runtime: PodRuntime, upgrade: UpgradeRequest): void {
  const { request, socket, head, pod, subresource, query } = upgrade;
  // Before anything is said: a caller that goes away meanwhile must not end the lab.
  socket.on('error', () => {});
  try {
    const container = check(upgrade);
    server.handleUpgrade(request, socket, head, (connection) => {
      const wanted = wantedOf(query);
      const { namespace = '', name } = pod.metadata;
      const command = query.getAll('command');
      if (subresource === 'attach') void attach(runtime, pod, container, openChannels(connection, wanted));
      else
        void exec(
          (streams) => runtime.exec(namespace, name, container, command, streams),
          command,
          wanted,
          connection,
        );
    });
  } catch (error) {
    refuseUpgrade(socket, error);
  }
}

/** Runs a command at a place that is no container, over the same streams as pods/exec. */
export function upgradeExec(
  run: (command: readonly string[], streams: ExecStreams) => Promise<Exit>,
  { request, socket, head, query }: Pick<UpgradeRequest, 'request' | 'socket' | 'head' | 'query'>,
): void {
  const command = query.getAll('command');
  server.handleUpgrade(request, socket, head, (connection) => {
    void exec((streams) => run(command, streams), command, wantedOf(query), connection);
  });
}

/** Says no on a connection that waits for an upgrade. */
export function refuseUpgrade(socket: Duplex, error: unknown): void {
  const status = asStatusError(error);
  const body = `${JSON.stringify(statusOf(status))}\n`;
  socket.on('error', () => {});
  socket.end(
    [
      `HTTP/1.1 ${status.code} ${status.reason}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/** What a request without an upgrade gets. */
export function upgradeRequired(subresource: string): StatusError {
  return badRequest(`Upgrade request required: pods/${subresource} is served over WebSocket only`);
}

function check({ request, pod, subresource, query }: UpgradeRequest): string {
  if (subresource === 'portforward') throw noPortForward();
  if (subresource !== 'exec' && subresource !== 'attach') throw noSuchResource();
  const container = chooseContainer(pod, query.get('container') ?? undefined);
  if (subresource === 'exec' && query.getAll('command').length === 0) {
    throw badRequest('you must specify at least one command for the container');
  }
  const wanted = wantedOf(query);
  if (!wanted.stdin && !wanted.stdout && !wanted.stderr) {
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  }
  mustRun(pod, container);
  if (subresource === 'attach' && wanted.stdin) mustHaveInput(pod, container);
  if (request.headers.upgrade?.toLowerCase() !== 'websocket') throw noSpdy(subresource);
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  if (!protocols.some((each) => offered.includes(each))) {
    throw badRequest(
      `unable to negotiate protocol: client supports [${offered.filter(Boolean).join(' ')}], server supports [${protocols.join(' ')}]`,
    );
  }
  return container;
}

function wantedOf(query: URLSearchParams): Wanted {
  const terminal = flag(query, 'tty');
  return {
    stdin: flag(query, 'stdin'),
    stdout: flag(query, 'stdout'),
    stderr: flag(query, 'stderr') && !terminal,
    terminal,
  };
}

function noSpdy(subresource: string): StatusError {
  return badRequest(
    `this lab serves ${subresource} over WebSocket only, not SPDY: kubectl 1.31 and newer use it unless KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false is set; kubectl 1.29 and 1.30 do with KUBECTL_REMOTE_COMMAND_WEBSOCKETS=true`,
  );
}

function noPortForward(): StatusError {
  return new StatusError(
    501,
    'NotImplemented',
    'this lab does not serve port-forward: send requests from inside with kubectl exec, or from beyond the cluster with portcullis lab exec outside',
  );
}

async function exec(
  run: (streams: ExecStreams) => Promise<Exit>,
  command: readonly string[],
  wanted: Wanted,
  connection: WebSocket,
): Promise<void> {
  const { streams, finish } = openChannels(connection, wanted);
  try {
    await finish(exitStatus(command, await run(streams)));
  } catch (error) {
    await finish(failureStatus(error));
  }
}
