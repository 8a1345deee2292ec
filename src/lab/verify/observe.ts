import type { Symptom } from '../../model/index.ts';
import type { DroppedPacket, LabNetwork } from '../network/index.ts';
import type { NetworkNamespace } from '../system/index.ts';
import { probeBytes } from './probe-bytes.ts';
import { probeHttp } from './probe-http.ts';
import { probeUdp, type UdpReply } from './probe-udp.ts';
import { isProxyAnswer } from './proxy-answer.ts';
import type { Reply } from './reply.ts';
import type { Cell, Observation } from './types.ts';

/** Where probes start and what they may learn beside their answers. */
export interface ProbeWorld {
  readonly network: Pick<LabNetwork, 'onDrop'>;
  /** Of the pod (or the client outside) that a cell starts from, and its address there. */
  readonly sourceOf: (cell: Cell) => { readonly namespace: NetworkNamespace; readonly address: string };
  /** Addresses and ports at which packets of a cell may arrive: behind a Service those of its endpoints. */
  readonly arrivals: (cell: Cell) => ReadonlySet<string>;
  /** How long an answer may take. */
  readonly patienceMilliseconds: number;
}

/** After a packet of it was dropped a connection gets this much longer: another endpoint might answer. */
const graceMilliseconds = 150;

/**
 * Sends the packets of a cell and tells what came of them. A drop that the kernel reports ends the wait early: nothing else will come.
 */
export async function observe(world: ProbeWorld, cell: Cell): Promise<Observation> {
  const started = performance.now();
  const { namespace, address } = world.sourceOf(cell);
  const arrivals = world.arrivals(cell);
  const drops: DroppedPacket[] = [];
  const abort = new AbortController();
  const timers = [setTimeout(() => abort.abort(), world.patienceMilliseconds)];
  const stop = world.network.onDrop((packet) => {
    if (packet.source.address !== address || packet.protocol !== cell.request.protocol) return;
    if (!arrivals.has(`${packet.destination.address}:${packet.destination.port}`)) return;
    drops.push(packet);
    timers.push(setTimeout(() => abort.abort(), graceMilliseconds));
  });
  try {
    const seen = await send(cell, namespace, abort.signal, () => drops.length > 0);
    const droppedBy = [...new Set(drops.flatMap(namesOf))];
    return {
      ...seen,
      ...(seen.outcome === 'deny' && droppedBy.length > 0 ? { droppedBy } : {}),
      milliseconds: Math.round(performance.now() - started),
    };
  } finally {
    stop();
    for (const timer of timers) clearTimeout(timer);
  }
}

async function send(
  cell: Cell,
  namespace: NetworkNamespace,
  signal: AbortSignal,
  wasDropped: () => boolean,
): Promise<Seen> {
  const { protocol, http } = cell.request;
  if (protocol === 'UDP') return describeDatagrams(await probeUdp(namespace, cell, datagrams(), signal));
  if (http !== undefined) return describeReply(await probeHttp(namespace, cell, http, signal), wasDropped());
  return describeReply(await probeBytes(namespace, cell, withLength(dnsQuestion), signal), wasDropped());
}

type Seen = Pick<Observation, 'outcome' | 'seen' | 'symptom'>;

/** What servers answer over UDP: a question of DNS, or, as agnhost does, being asked for the host name. */
const datagrams = (): readonly Uint8Array[] => [Buffer.from('hostname\n'), dnsQuestion];

/** `kubernetes.default.svc.cluster.local IN A`, as a query packet. */
const dnsQuestion = Buffer.concat([
  Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
  ...['kubernetes', 'default', 'svc', 'cluster', 'local'].map((label) =>
    Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]),
  ),
  Buffer.from([0, 0, 1, 0, 1]),
]);

/** As DNS is sent over TCP. */
function withLength(message: Uint8Array): Uint8Array {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

function describeDatagrams(reply: UdpReply): Seen {
  if (reply === 'answered') return { outcome: 'allow', seen: 'answered' };
  if (reply === 'refused')
    return { outcome: 'deny', seen: 'connection refused', symptom: { kind: 'connection refused' } };
  return { outcome: 'deny', seen: 'no answer', symptom: { kind: 'connect timeout' } };
}

/** The port is declared as HTTP/2 or gRPC, and the application behind it answers HTTP/1.1. */
const protocolError = /reset reason: protocol error/;

function describeReply(reply: Reply, dropped: boolean): Seen {
  if (reply.kind === 'timeout') {
    if (dropped || !reply.connected)
      return { outcome: 'deny', seen: 'connect timeout', symptom: { kind: 'connect timeout' } };
    return { outcome: 'deny', seen: 'connected, but nothing came back' };
  }
  if (reply.kind === 'error') {
    const refused = reply.code === 'ECONNREFUSED';
    const symptom: Symptom = { kind: refused ? 'connection refused' : 'connection reset' };
    return { outcome: 'deny', seen: symptom.kind, symptom };
  }
  if (reply.kind === 'bytes') return { outcome: 'allow', seen: 'answered' };
  const { status, body, headers } = reply;
  // Envoy's answer was a 503 before 1.39.
  if ((status === 502 || status === 503) && protocolError.test(body))
    return {
      outcome: 'untried',
      seen: 'the application does not speak what its Service port is declared as',
    };
  // A path that cannot be normalized, and an authorizer that says no or does not answer.
  const isBare = body === '' && [400, 403].includes(status) && /envoy$/.test(String(headers.server));
  const fromProxy = isProxyAnswer(body) || isBare;
  if (!fromProxy) return { outcome: 'allow', seen: `HTTP ${status}` };
  return {
    outcome: 'deny',
    seen: `HTTP ${status}, body ${JSON.stringify(body)}`,
    symptom: { kind: 'http', status, body },
  };
}

function namesOf({ policies }: DroppedPacket): string[] {
  return policies.map(
    ({ kind, namespace, name }) => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
  );
}
