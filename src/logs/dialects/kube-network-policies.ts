import type { Dialect, LogEnd, LogFields, LogLine, LogRecord, Reading } from '../types.ts';
import { ipOf, portOf, streamBefore, textOf } from '../values.ts';

type Read = (key: string) => unknown;

/** The packet as text: `[9] 10.0.1.3:40243 10.0.2.2:8080 TCP`. An IPv6 address has no brackets, but a port behind it. */
const body = /\[(\d+)\] (\S+):(\d+) (\S+):(\d+) (TCP|UDP|SCTP)(?:\s|$)/;
/** Where klog's head begins. */
const head = /(?<![^\s:`])(?:[IWE](\d{4} \d\d:\d\d:\d\d\.\d{6})\s+\d+ )?[\w.-]+\.go:\d+\] /;

const message =
  /"(Evaluating packet|Packet denied by (?:in|e)gress policy|Packet accepted by policy|Finished syncing packet|(?:In|E)gress NetworkPolicies)"(?=\s|$)/;
const bare = /(?:\d+|true|false)(?=\s|$)/y;

/**
 * kube-network-policies: a packet, and by its id what was decided on it, in klog's text or JSON. In the text the
 * addresses stand on the line behind, with no word that tells what it is.
 */
export const kubeNetworkPolicies: Dialect = {
  name: 'kube-network-policies',
  hints: [
    'Evaluating packet',
    'Packet denied by ',
    'Packet accepted by policy',
    'Finished syncing packet',
    'gress NetworkPolicies',
  ],
  read: (line) => (line.json === undefined ? textLine(line) : jsonLine(line)),
  readNext: ({ text, json, outerStream }) => {
    const match = json === undefined ? body.exec(text.slice(0, 1000)) : null;
    if (match === null) return undefined;
    const [, thread, source, sourcePort, destination, destinationPort, protocol] = match;
    const fields: LogFields = {
      source: { ip: ipOf(source), port: portOf(sourcePort) },
      destination: { ip: ipOf(destination), port: portOf(destinationPort) },
      protocol,
    };
    return { part: 'detail', thread, stream: streamOf(text.slice(0, match.index), outerStream), fields };
  },
};

/** Its own, beside those of other programs in the same text. */
function streamOf(before: string, outer: string): string {
  return `packets ${outer}${streamBefore(before)}`;
}

function jsonLine({ json, outerTime, outerStream }: LogLine): Reading | undefined {
  if (typeof json?.msg !== 'string' || !message.test(`"${json.msg}"`)) return undefined;
  // Milliseconds, with a fraction.
  const { ts } = json;
  const counted = typeof ts === 'number' && ts > 0 && ts < 8.64e15;
  const time = counted ? new Date(ts).toISOString() : (textOf(ts) ?? outerTime);
  return readingOf(json.msg, (key) => json[key], time, streamOf('', outerStream));
}

function textLine({ text, outerTime, outerStream }: LogLine): Reading | undefined {
  const line = text.slice(0, 10_000);
  const match = message.exec(line);
  if (match === null) return undefined;
  // klog states no year.
  const before = line.slice(0, match.index);
  const klog = head.exec(before);
  const stream = streamOf(klog === null ? before : before.slice(0, klog.index), outerStream);
  const reading = readingOf(
    match[1]!,
    (key) => valueIn(line, match.index, key),
    klog?.[1] ?? outerTime,
    stream,
  );
  return reading?.part === 'opening' ? { ...reading, goesOn: /packet=<\s*$/.test(line) } : reading;
}

/** The value of a pair; undefined where it is missing or half. */
function valueIn(line: string, from: number, key: string): string | undefined {
  const at = line.indexOf(` ${key}=`, from);
  if (at < 0) return undefined;
  const start = at + key.length + 2;
  if (line[start] === '"') {
    const end = line.indexOf('"', start + 1);
    return end < 0 ? undefined : line.slice(start + 1, end);
  }
  bare.lastIndex = start;
  return bare.exec(line)?.[0];
}

function readingOf(said: string, read: Read, time: string | undefined, stream: string): Reading | undefined {
  const id = read('id');
  const thread = typeof id === 'number' ? String(id) : textOf(id);
  if (said === 'Evaluating packet') {
    return { part: 'opening', thread, stream, fields: { time, ...packetOf(read) } };
  }
  if (said === 'Finished syncing packet') {
    // Repeats what was decided, where the lines between are not missing.
    const decision = verdicts[textOf(read('verdict')) ?? ''];
    return decision === undefined
      ? { part: 'other' }
      : { part: 'ending', decision, thread, stream, fields: { time } };
  }
  if (said === 'Packet accepted by policy') {
    return { part: 'result', decision: 'allow', thread, stream, fields: { time } };
  }
  const direction = /ingress/i.test(said) ? 'ingress' : 'egress';
  // Of both directions, before 2025: what one allows the other may still deny.
  if (said.endsWith('NetworkPolicies') && String(read('allowed')) !== 'false') return { part: 'other' };
  return { part: 'result', decision: 'deny', thread, stream, fields: { time, direction, reason: said } };
}

const verdicts: Readonly<Record<string, LogRecord['decision']>> = { drop: 'deny', accept: 'allow' };

function packetOf(read: Read): LogFields {
  const packet = read('packet');
  const stated: Readonly<Record<string, unknown>> =
    typeof packet === 'object' && packet !== null ? { ...packet } : {};
  const direction = textOf(read('direction'))?.toLowerCase();
  return {
    source: { ip: ipOf(stated.SrcIP), port: portOf(stated.SrcPort), ...podOf(read('srcPod')) },
    destination: { ip: ipOf(stated.DstIP), port: portOf(stated.DstPort), ...podOf(read('dstPod')) },
    protocol: textOf(stated.Proto)?.toUpperCase(),
    direction: direction === 'ingress' || direction === 'egress' ? direction : undefined,
  };
}

/** `external` and `none` are no pods. */
function podOf(value: unknown): LogEnd {
  const [, namespace, pod] = /^([^/]+)\/([^/]+)$/.exec(textOf(value) ?? '') ?? [];
  return { namespace, pod };
}
