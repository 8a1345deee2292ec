import type { DroppedPacket } from '../../network/index.ts';
import type { IpPacket, Transport } from './decode-packet.ts';

/** How two loggers of the same packet differ: the kernel's own LOG target, and ulogd's LOGEMU, which takes after it. */
export type Logger = 'kernel' | 'ulogd';

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');

/**
 * `IN=… OUT=… MAC= SRC=…`, with the blank at the end that both loggers leave. MAC stays empty: a packet is kept from its IP header on. Source: net/ipv4/netfilter/nf_log_ipv4.c;
 * ulogd, util/printpkt.c.
 */
export function packetFields(
  packet: IpPacket,
  { inDevice = '', outDevice = '' }: Pick<DroppedPacket, 'inDevice' | 'outDevice'>,
  logger: Logger,
): string {
  const { source, destination, length, tos, ttl, id, flags, fragment } = packet;
  const prefix = logger === 'kernel' ? '0x' : '';
  const words = [
    `IN=${inDevice}`,
    `OUT=${outDevice}`,
    'MAC=',
    `SRC=${source}`,
    `DST=${destination}`,
    `LEN=${length}`,
    `TOS=${prefix}${hex(tos & 0x1e)}`,
    `PREC=0x${hex(tos & 0xe0)}`,
    `TTL=${ttl}`,
    `ID=${id}`,
    ...(flags.ce ? ['CE'] : []),
    ...(flags.df ? ['DF'] : []),
    ...(flags.mf ? ['MF'] : []),
    ...(fragment > 0 ? [`FRAG:${fragment}`] : []),
    ...transportWords(packet, logger),
    ...(logger === 'ulogd' ? ['MARK=0'] : []),
  ];
  return `${words.join(' ')} `;
}

function transportWords({ transport, protocol }: IpPacket, logger: Logger): readonly string[] {
  if (transport === undefined) return [`PROTO=${protocolName(protocol)}`];
  if (transport.kind === 'TCP') return tcpWords(transport, logger);
  if (transport.kind === 'ICMP') return icmpWords(transport);
  const between = [`SPT=${transport.sourcePort}`, `DPT=${transport.destinationPort}`];
  if (transport.kind === 'UDP') return ['PROTO=UDP', ...between, `LEN=${transport.length}`];
  // The kernel's logger knows SCTP by its number only, and tells no ports.
  return logger === 'kernel' ? [`PROTO=${protocol}`] : ['PROTO=SCTP', ...between];
}

/** From the highest bit of a TCP header's flags to the lowest, as both loggers go through them. */
const tcpFlags = ['CWR', 'ECE', 'URG', 'ACK', 'PSH', 'RST', 'SYN', 'FIN'];

function tcpWords(tcp: Extract<Transport, { kind: 'TCP' }>, logger: Logger): readonly string[] {
  const set = tcpFlags.filter((_, i) => (tcp.flags & (0x80 >> i)) !== 0);
  return [
    'PROTO=TCP',
    `SPT=${tcp.sourcePort}`,
    `DPT=${tcp.destinationPort}`,
    ...(logger === 'ulogd' ? [`SEQ=${tcp.sequence}`, `ACK=${tcp.acknowledgement}`] : []),
    `WINDOW=${tcp.window}`,
    ...(logger === 'kernel' ? [`RES=0x${hex(tcp.reserved)}`] : []),
    ...set.filter((flag) => logger === 'kernel' || (flag !== 'CWR' && flag !== 'ECE')),
    `URGP=${tcp.urgent}`,
  ];
}

function icmpWords({ type, code, echo }: Extract<Transport, { kind: 'ICMP' }>): readonly string[] {
  const more = echo === undefined ? [] : [`ID=${echo.id}`, `SEQ=${echo.sequence}`];
  return ['PROTO=ICMP', `TYPE=${type}`, `CODE=${code}`, ...more];
}

function protocolName(protocol: number): string {
  return { 1: 'ICMP', 6: 'TCP', 17: 'UDP' }[protocol] ?? String(protocol);
}
