import type { Dialect, LogEnd, LogFields, LogLine, Reading } from '../types.ts';
import { ipOf, portOf, textOf } from '../values.ts';

type Read = (key: string) => unknown;

const message =
  /"(Evaluating packet|Packet denied by (?:in|e)gress policy|Packet accepted by policy|Finished syncing packet)"(?=\s|$)/;
const pair = /\s(id|direction|srcPod|dstPod|verdict)=(?:"([^"]*)"|(\d+)(?=\s|$))/g;

/**
 * kube-network-policies: a packet, and by its id what was decided on it, in klog's text or JSON. Of the text the
 * addresses are not read: they stand alone on the line behind, with no word that tells what it is.
 */
export const kubeNetworkPolicies: Dialect = {
  name: 'kube-network-policies',
  hints: ['Evaluating packet', 'Packet denied by ', 'Packet accepted by policy', 'Finished syncing packet'],
  read: (line) => (line.json === undefined ? textLine(line) : jsonLine(line)),
};

function jsonLine({ json, outerTime }: LogLine): Reading | undefined {
  if (typeof json?.msg !== 'string' || !message.test(`"${json.msg}"`)) return undefined;
  // Milliseconds, with a fraction.
  const { ts } = json;
  const counted = typeof ts === 'number' && ts > 0 && ts < 8.64e15;
  const time = counted ? new Date(ts).toISOString() : (textOf(ts) ?? outerTime);
  return readingOf(json.msg, (key) => json[key], time);
}

function textLine({ text, outerTime }: LogLine): Reading | undefined {
  const line = text.slice(0, 10_000);
  const match = message.exec(line);
  if (match === null) return undefined;
  const values = new Map<string, string>();
  for (const [, key, quoted, bare] of line.slice(match.index).matchAll(pair)) {
    values.set(key!, quoted ?? bare!);
  }
  // klog states no year.
  const time = /(?:^|\s)[IWE](\d{4} \d\d:\d\d:\d\d\.\d{6})\s/.exec(line.slice(0, match.index))?.[1];
  return readingOf(match[1]!, (key) => values.get(key), time ?? outerTime);
}

function readingOf(said: string, read: Read, time: string | undefined): Reading | undefined {
  const id = read('id');
  const thread = typeof id === 'number' ? String(id) : textOf(id);
  if (said === 'Evaluating packet') {
    return { part: 'opening', thread, fields: { time, ...packetOf(read) } };
  }
  if (said === 'Finished syncing packet') {
    // Repeats what was decided, where the lines between are not missing.
    const dropped = read('verdict') === 'drop';
    return dropped ? { part: 'reply', decision: 'deny', thread, fields: { time } } : { part: 'other' };
  }
  if (said === 'Packet accepted by policy') {
    return { part: 'result', decision: 'allow', thread, fields: { time } };
  }
  const direction = said.includes('ingress') ? 'ingress' : 'egress';
  return { part: 'result', decision: 'deny', thread, fields: { time, direction, reason: said } };
}

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
