import { goTimeBefore } from '../go-time.ts';
import { protocolOf } from '../protocols.ts';
import type { Dialect, LogEnd, LogPolicy, LogRecord, Reading } from '../types.ts';
import { endOf, ipOf, portOf, textOf } from '../values.ts';

const start = /(?:^|\s)(\w*(Ingress|Egress)(?:Default)?Rule) (?=\w*NetworkPolicy\b|<nil>|nil\b)/g;

/** How Antrea writes that there is nothing to say. */
const absent: ReadonlySet<string> = new Set(['<nil>', 'nil', '<nil', 'nil>']);

const decisions: ReadonlyMap<string, LogRecord['decision']> = new Map([
  ['Allow', 'allow'],
  ['Drop', 'deny'],
  ['Reject', 'deny'],
  // To the engine that decides by HTTP, and on to the tiers below.
  ['Redirect', 'none'],
  ['Pass', 'none'],
]);

/** Where the fields of a grammar stand, counted from the table. */
interface Grammar {
  readonly rule?: number;
  readonly pod?: number;
  /** Source IP, source port, destination IP, destination port, protocol. */
  readonly ends: readonly [number, number | undefined, number, number | undefined, number];
}

const now: Grammar = { rule: 2, pod: 6, ends: [7, 8, 9, 10, 11] };
const withRule: Grammar = { rule: 2, ends: [5, 6, 7, 8, 9] };
const withPod: Grammar = { rule: 2, pod: 5, ends: [6, 7, 8, 9, 10] };
const withPorts: Grammar = { ends: [4, 5, 6, 7, 8] };
/** `<table> <policy> <action> <priority> SRC: a DEST: b <length> <protocol>`. */
const oldest: Grammar = { ends: [5, undefined, 7, undefined, 9] };
/** Words up to the last that any of them reads. */
const mostWords = 12;

/** Antrea's `np.log`, in each of the four grammars that it has had. */
export const antrea: Dialect = {
  name: 'antrea',
  hints: ['K8sNetworkPolicy', 'NetworkPolicy:', 'IngressDefaultRule', 'EgressDefaultRule'],
  read: ({ text, json, outerTime }) => {
    if (json !== undefined) return undefined;
    const line = text.slice(0, 10_000);
    // Where the first table can stand: to look for it by the expression takes longer.
    const rule = line.indexOf('Rule ');
    if (rule < 0) return undefined;
    start.lastIndex = Math.max(0, line.lastIndexOf(' ', rule));
    const match = start.exec(line);
    if (match === null) return undefined;
    const words = wordsOf(line.slice(match.index).trim());
    return readingOf(words, match[2]!, goTimeBefore(line.slice(0, match.index + 1)) ?? outerTime);
  },
};

/** The words that a grammar may have, and behind them the rest. Most lines have single blanks. */
function wordsOf(text: string): readonly string[] {
  if (text.includes('  ') || text.includes('\t')) return text.split(/\s+/);
  const words: string[] = [];
  let at = 0;
  for (let end = text.indexOf(' '); end >= 0 && words.length < mostWords; end = text.indexOf(' ', at)) {
    words.push(text.slice(at, end));
    at = end + 1;
  }
  words.push(text.slice(at));
  return words;
}

function readingOf(
  words: readonly string[],
  tableSide: string,
  time: string | undefined,
): Reading | undefined {
  const grammar = grammarOf(words);
  if (grammar === undefined) return undefined;
  const { rule, pod, ends } = grammar;
  const action = grammar === now ? words[4] : words[grammar.rule === 2 ? 3 : 2];
  const direction = tableSide === 'Ingress' ? 'ingress' : 'egress';
  const value = (at: number | undefined): string | undefined => {
    // Of a line that was cut the last word may be half.
    const whole = at !== undefined && (at < words.length - 1 || words.length > ends[4]);
    const word = whole ? words[at] : undefined;
    return word === undefined || absent.has(word) ? undefined : textOf(word);
  };
  const applied = podOf(value(pod));
  // The pod is the one that the policy is applied to.
  const sender = direction === 'egress' ? applied : undefined;
  const receiver = direction === 'ingress' ? applied : undefined;
  const policy = antreaPolicy(words[1]!, value(rule));
  // Isolation has no policy's name; policies of the tier Baseline stand in that table too, and are the reason.
  const isolation = policy?.name === undefined && words[0]!.endsWith('DefaultRule');
  return {
    part: 'whole',
    decision: decisions.get(action!)!,
    fields: {
      time,
      source: endOf(ipOf(value(ends[0])), portOf(value(ends[1])), sender),
      destination: endOf(ipOf(value(ends[2])), portOf(value(ends[3])), receiver),
      protocol: protocolIn(words[ends[4]]),
      direction,
      policy,
      reason: isolation ? words[0] : undefined,
    },
  };
}

/** In the oldest grammars the last word, and half one where the line was cut. */
function protocolIn(word: string | undefined): string | undefined {
  return word !== undefined && /^(?:TCP|UDP|SCTP|ICMP(?:v6)?|IGMP)$/i.test(word)
    ? protocolOf(word)
    : undefined;
}

/** The action stands in another place in each. */
function grammarOf(words: readonly string[]): Grammar | undefined {
  const acts = (at: number): boolean => decisions.has(words[at] ?? '') && at < words.length - 1;
  if (/^(?:In|E)gress$/.test(words[3] ?? '') && acts(4)) return now;
  if (acts(3)) return words[5]?.includes('/') ? withPod : withRule;
  if (!acts(2)) return undefined;
  return words[4] === 'SRC:' ? oldest : withPorts;
}

/** A policy as Antrea refers to it. `K8sNetworkPolicy` alone is isolation by NetworkPolicies that have no rule for the packet. */
export function antreaPolicy(reference: string, rule: string | undefined): LogPolicy | undefined {
  const colon = reference.indexOf(':');
  const kind = colon < 0 ? reference : reference.slice(0, colon);
  if (kind === 'nil' || colon === reference.length - 1 || !/^\w+$/.test(kind)) return undefined;
  const slash = colon < 0 ? -1 : reference.indexOf('/', colon);
  const isNamespaced = slash > colon + 1 && slash < reference.length - 1;
  const namespace = isNamespaced ? reference.slice(colon + 1, slash) : undefined;
  const name = colon < 0 ? undefined : reference.slice((isNamespaced ? slash : colon) + 1);
  return { kind: kind === 'K8sNetworkPolicy' ? 'NetworkPolicy' : kind, namespace, name, rule };
}

function podOf(text: string | undefined): LogEnd {
  const slash = text?.indexOf('/') ?? -1;
  if (text === undefined || slash < 0) return {};
  const end = text.indexOf('/', slash + 1);
  const pod = text.slice(slash + 1, end < 0 ? undefined : end);
  return { namespace: textOf(text.slice(0, slash)), pod: textOf(pod) };
}
