import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecStreams, Exit, PodRuntime } from '../../node/index.ts';
import { badRequest, noSuchResource, type Pod, type StatusError } from '../../store/index.ts';
import { flag } from '../http/call.ts';
import { asStatusError, statusOf } from '../http/status.ts';
import { acceptSpdy, acceptWebSocket, type Waiting } from './accept.ts';
import { attach } from './attach.ts';
import { type Channels, openChannels, type Wanted } from './channels.ts';
import { upgradeForward } from './forward-upgrade.ts';
import { negotiate, type Protocols, type Transport } from './negotiate.ts';
import { chooseContainer, mustHaveInput, mustRun } from './pod-container.ts';
import { exitStatus, failureStatus } from './result.ts';
import { openSpdyChannels } from './spdy-channels.ts';

/** A request to leave HTTP for streams, already authenticated. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly pod: Pod;
  readonly subresource: string | undefined;
  readonly query: URLSearchParams;
}

const protocols: Protocols = {
  WebSocket: ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
  SPDY: ['v4.channel.k8s.io'],
};

/** Answers pods/exec, pods/attach and pods/portforward. What is wrong is said before the upgrade, as a Status. */
export function upgradeStream(runtime: PodRuntime, upgrade: UpgradeRequest): void {
  const { socket, pod, subresource, query } = upgrade;
  const { namespace = '', name } = pod.metadata;
  // Before anything is said: a caller that goes away meanwhile must not end the lab.
  socket.on('error', () => {});
  try {
    if (subresource === 'portforward') {
      upgradeForward(upgrade, pod, query, (port) => runtime.portForward(namespace, name, port));
      return;
    }
    const container = check(upgrade);
    const command = query.getAll('command');
    open(upgrade, negotiate(upgrade.request, protocols), wantedOf(query), (channels) =>
      subresource === 'attach'
        ? attach(runtime, pod, container, channels)
        : exec((streams) => runtime.exec(namespace, name, container, command, streams), command, channels),
    );
  } catch (error) {
    refuseUpgrade(socket, error);
  }
}

/** Runs a command at a place that is no container, over the same streams as pods/exec. */
export function upgradeExec(
  run: (command: readonly string[], streams: ExecStreams) => Promise<Exit>,
  upgrade: Pick<UpgradeRequest, 'request' | 'socket' | 'head' | 'query'>,
): void {
  const command = upgrade.query.getAll('command');
  open(upgrade, negotiate(upgrade.request, protocols), wantedOf(upgrade.query), (channels) =>
    exec((streams) => run(command, streams), command, channels),
  );
}

/** Upgrades the connection and hands over its streams. */
function open(
  waiting: Waiting,
  { kind, protocol }: Transport,
  wanted: Wanted,
  use: (channels: Channels) => Promise<void>,
): void {
  if (kind === 'WebSocket') {
    acceptWebSocket(waiting, protocol, (connection) => void use(openChannels(connection, wanted)));
  } else {
    // Whoever goes away before there are streams wants no answer.
    openSpdyChannels(acceptSpdy(waiting, protocol), wanted).then(use, () => {});
  }
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
  return badRequest(`Upgrade request required: pods/${subresource} is served over WebSocket and SPDY/3.1`);
}

function check({ pod, subresource, query }: UpgradeRequest): string {
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

async function exec(
  run: (streams: ExecStreams) => Promise<Exit>,
  command: readonly string[],
  { streams, finish }: Channels,
): Promise<void> {
  try {
    await finish(exitStatus(command, await run(streams)));
  } catch (error) {
    await finish(failureStatus(error));
  }
}
