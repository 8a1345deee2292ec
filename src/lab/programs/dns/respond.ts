import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  type OptAnswer,
  type Packet,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import { soa } from './records.ts';
import { type DnsView, lookUp } from './zone.ts';

const code = { noError: 0, formatError: 1, nameError: 3, notImplemented: 4 } as const;
const headerLength = 12;
/** Without EDNS (RFC 1035), and what we take with it (what flag day 2020 recommends). */
const plainUdp = 512;
const largestUdp = 1232;

/**
 * Answers one message; undefined for what is no query (too short, or itself an answer). Over UDP an answer that is too long for the asker is marked truncated, so that it comes back over TCP.
 * `onOutside` hears of names that are not the cluster's.
 */
export function respond(
  view: DnsView,
  message: Buffer,
  transport: 'udp' | 'tcp',
  onOutside: (name: string) => void = () => {},
): Buffer | undefined {
  if (message.length < headerLength || (message[2]! & 0x80) !== 0) return undefined;
  const query = decoded(message);
  if (query === undefined)
    return encode({ id: message.readUInt16BE(0), type: 'response', flags: code.formatError });
  const reply = answer(view, query, onOutside);
  const bytes = encode(reply);
  return transport === 'udp' && bytes.length > udpLimit(query) ? truncated(reply) : bytes;
}

function decoded(message: Buffer): DecodedPacket | undefined {
  try {
    return decode(message);
  } catch {
    return undefined;
  }
}

function answer(view: DnsView, query: DecodedPacket, onOutside: (name: string) => void): Packet {
  const [question] = query.questions ?? [];
  const base: Packet = {
    id: query.id!,
    type: 'response',
    questions: query.questions ?? [],
    additionals: optOf(query) === undefined ? [] : [ourOpt],
  };
  const flags = RECURSION_AVAILABLE | (query.flags! & RECURSION_DESIRED);
  const opcode = (query.flags! >> 11) & 0xf;
  if (opcode !== 0 || question?.class !== 'IN') return { ...base, flags: flags | code.notImplemented };
  const found = lookUp(view, question.name, question.type);
  // The lab has no way out, so that no name outside can be known: to the asker there is none.
  if (found === undefined) {
    onOutside(question.name);
    return { ...base, flags: flags | code.nameError };
  }
  const none = found.answers.length === 0;
  return {
    ...base,
    flags: flags | AUTHORITATIVE_ANSWER | (found.exists ? code.noError : code.nameError),
    answers: turned(asAsked(found.answers, question.name), query.id!),
    authorities: none ? [soa(view.store.revision)] : [],
    additionals: [...(found.additionals ?? []), ...base.additionals!],
  };
}

/** Names come back in the letters in which they were asked: some askers check it (0x20). */
function asAsked(answers: readonly Answer[], name: string): readonly Answer[] {
  return answers.map((each) => (each.name.toLowerCase() === name.toLowerCase() ? { ...each, name } : each));
}

/** Most askers take the first address: another one at each question, but an alias stays before what it leads to. */
function turned(answers: readonly Answer[], by: number): Answer[] {
  const aliases = answers.filter(({ type }) => type === 'CNAME');
  const rest = answers.filter(({ type }) => type !== 'CNAME');
  const at = rest.length === 0 ? 0 : by % rest.length;
  return [...aliases, ...rest.slice(at), ...rest.slice(0, at)];
}

function truncated(reply: Packet): Buffer {
  const opt = (reply.additionals ?? []).filter(({ type }) => type === 'OPT');
  const flags = reply.flags! | TRUNCATED_RESPONSE;
  return encode({ ...reply, flags, answers: [], authorities: [], additionals: opt });
}

const ourOpt: OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: largestUdp,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

const optOf = ({ additionals = [] }: Packet): OptAnswer | undefined =>
  additionals.find((each) => each.type === 'OPT');

function udpLimit(query: Packet): number {
  const opt = optOf(query);
  return opt === undefined ? plainUdp : Math.min(Math.max(opt.udpPayloadSize, plainUdp), largestUdp);
}
