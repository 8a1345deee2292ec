import type { Container, Probe } from '../store/index.ts';
import { type CommandPlace, runCommand } from './command.ts';
import { type ProbeFailure, type ProbeOrigin, probeGrpc, probeHttp, probeTcp } from './probe-network.ts';

export interface ProbeTarget {
  readonly container: Container;
  /** The pod's. */
  readonly address: string;
  readonly origin: ProbeOrigin;
  readonly command: CommandPlace;
}

/** One try of what a probe or a hook asks for. Throws for a port whose name the container doesn't have. */
export async function checkOnce(
  target: ProbeTarget,
  { httpGet, tcpSocket, exec, grpc }: Probe,
  signal: AbortSignal,
): Promise<ProbeFailure> {
  const { container, address, origin, command } = target;
  if (exec !== undefined) {
    const { code, output } = await runCommand(command, exec.command, signal);
    if (code === undefined) return 'command timed out';
    return code === 0 ? undefined : output === '' ? `command exited with code ${code}` : output;
  }
  if (httpGet !== undefined) {
    const { path = '/', port, host, scheme = 'HTTP', httpHeaders: headers = [] } = httpGet;
    const numbered = portOf(container, port);
    return probeHttp(origin, { address: host || address, port: numbered, path, scheme, headers }, signal);
  }
  if (tcpSocket !== undefined) {
    const { host, port } = tcpSocket;
    return probeTcp(origin, host || address, portOf(container, port), signal);
  }
  if (grpc !== undefined) return probeGrpc(origin, address, grpc.port, grpc.service ?? '', signal);
  return 'missing probe handler';
}

function portOf({ name, ports = [] }: Container, port: number | string): number {
  if (typeof port === 'number') return port;
  const named = ports.find((each) => each.name === port)?.containerPort;
  if (named === undefined) throw new Error(`couldn't find port ${JSON.stringify(port)} of container ${name}`);
  return named;
}
