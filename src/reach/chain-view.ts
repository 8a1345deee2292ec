import type { Cluster } from '../cluster/index.ts';
import type { Connection, ProxiedRequest } from '../model/index.ts';
import {
  type AuthorizationFilters,
  authorizationFilters,
  type Chain,
  type ChainRule,
  type Condition,
  conditionHolds,
  type RuleSet,
  type Subject,
} from '../policy/authorization/index.ts';
import type { Handshake, Inbound } from '../verdict/index.ts';
import { addBits, type Bits, isEmptyBits, keepBits } from './bits.ts';
import type { Conjunction } from './requests/index.ts';
import { askedOf, identityOfPod, type SourceConditions } from './source-conditions.ts';

/** What rules make of the sources that they match: requests of theirs that meet any of the conjunctions. */
export interface Contribution {
  /** undefined = every source. */
  readonly sources: Bits | undefined;
  readonly conjunctions: readonly Conjunction[];
  /** Tells it from all others. */
  readonly id: number;
}

let lastId = 0;

/** The rules of one chain, turned to the sources. */
export interface ChainView {
  readonly deny: readonly Contribution[];
  /** undefined = no policy allows, so everything passes. */
  readonly allow: readonly Contribution[] | undefined;
  /** What an authorizer whose answer nobody knows is asked about. */
  readonly unknown: readonly Contribution[];
  /** Sources of which it is not known whether a rule matches them. */
  readonly doubtful: Bits | undefined;
}

/** Where a rule is asked: what its conditions see besides source and request. */
interface Place {
  readonly subject: Subject;
  readonly identified: boolean;
  readonly own: string | undefined;
  readonly beforeTokens: boolean;
}

/** Reads rules as contributions; the same rule at a like place is read once. */
export interface RuleReader {
  readonly conditions: SourceConditions;
  readonly known: WeakMap<ChainRule, Map<string, ReadRule>>;
}

interface ReadRule {
  readonly contributions: readonly Contribution[];
  readonly doubts: readonly Bits[];
}

/** Turns the filters of a proxy on one chain to the sources. */
export function viewChain(
  cluster: Cluster,
  reader: RuleReader,
  inbound: Inbound,
  handshake: Handshake,
  chain: Chain,
): ChainView {
  const filters = authorizationFilters(cluster, inbound.target, chain);
  const place = placeOf(cluster, inbound, handshake, chain);
  const doubts: Bits[] = [];
  const readAt = (rules: RuleSet, at: Place): readonly Contribution[] =>
    rules.rules.flatMap(({ rule }) => {
      const found = readRule(reader, rule, at);
      doubts.push(...found.doubts);
      return found.contributions;
    });
  const read = (rules: RuleSet): readonly Contribution[] => readAt(rules, place);
  // CUSTOM comes before tokens are looked at: its rules see no claims.
  const { deny, unknown } = readCustom(filters, (rules) => readAt(rules, { ...place, beforeTokens: true }));
  const enforced = filters.DENY?.enforced;
  return {
    deny: [...deny, ...(enforced === undefined ? [] : read(enforced))],
    allow: filters.ALLOW?.enforced === undefined ? undefined : read(filters.ALLOW.enforced),
    unknown,
    doubtful: doubts.length === 0 ? undefined : union(doubts),
  };
}

function union([first, ...others]: readonly Bits[]): Bits {
  const all = first!.slice();
  for (const bits of others) addBits(all, bits);
  return all;
}

/** An authorizer that denies is a DENY policy, one that allows is none. One is also asked about what matched for another whose name begins with its own. */
function readCustom(
  { CUSTOM }: AuthorizationFilters,
  read: (rules: RuleSet) => readonly Contribution[],
): Pick<ChainView, 'deny' | 'unknown'> {
  const deny: Contribution[] = [];
  const unknown: Contribution[] = [];
  for (const [i, filter] of CUSTOM.entries()) {
    if (filter.kind === 'bad') {
      deny.push(...read(filter.rules));
      continue;
    }
    const { name, answer } = filter.provider;
    const before = CUSTOM.slice(0, i).flatMap((other) =>
      other.kind === 'ask' && other.provider.name.startsWith(name) ? read(other.rules) : [],
    );
    const asked = [...read(filter.rules), ...before];
    if (answer === 'deny') deny.push(...asked);
    else if (answer !== 'allow') unknown.push(...asked);
  }
  return { deny, unknown };
}

function readRule({ conditions, known }: RuleReader, rule: ChainRule, place: Place): ReadRule {
  const byPlace = known.get(rule) ?? new Map<string, ReadRule>();
  known.set(rule, byPlace);
  const key = placeKey(rule, place);
  let found = byPlace.get(key);
  if (found === undefined) {
    const doubts: Bits[] = [];
    found = { contributions: contribute(rule, place, conditions, doubts), doubts };
    byPlace.set(key, found);
  }
  return found;
}

/** What of a place can matter to a rule. */
function placeKey(
  rule: ChainRule,
  { subject: { connection, request }, identified, own, beforeTokens }: Place,
): string {
  const lists = [...rule.from, ...rule.to, rule.when];
  const asked = new Set(lists.flatMap((list) => list.map((each) => askedOf(each, beforeTokens))));
  const { destinationPort, destinationAddress, sni } = connection;
  const scheme = request?.headers.get('x-forwarded-proto')?.join() ?? '';
  const here = asked.has('here')
    ? `${destinationPort} ${String(destinationAddress)} ${String(sni)} ${scheme}`
    : '';
  return `${identified} ${beforeTokens} ${here} ${asked.has('certificate') ? own : ''}`;
}

/** What a rule says of sources: one contribution for each of its `from` entries. */
function contribute(
  rule: ChainRule,
  place: Place,
  conditions: SourceConditions,
  doubts: Bits[],
): readonly Contribution[] {
  const when = readConditions(rule.when, place, conditions, doubts);
  if (when === undefined) return [];
  const to = rule.to.flatMap((entry) => readConditions(entry, place, conditions, doubts) ?? []);
  if (rule.to.length > 0 && to.length === 0) return [];
  const operations = rule.to.length === 0 ? [nothing] : to;
  const from = rule.from.flatMap((entry) => readConditions(entry, place, conditions, doubts) ?? []);
  const sources = rule.from.length === 0 ? [nothing] : from;
  return sources.flatMap((source) =>
    operations.flatMap((operation) => {
      const matched = meet(meet(source.sources, operation.sources), when.sources);
      if (matched !== undefined && isEmptyBits(matched)) return [];
      return [
        {
          sources: matched,
          conjunctions: [[...source.requests, ...operation.requests, ...when.requests]],
          id: ++lastId,
        },
      ];
    }),
  );
}

/** Conditions sorted by whom they ask. */
interface Sorted {
  readonly sources: Bits | undefined;
  readonly requests: Conjunction;
}

const nothing: Sorted = { sources: undefined, requests: [] };

/** undefined where a condition fails whoever sends whatever. */
function readConditions(
  list: readonly Condition[],
  place: Place,
  conditions: SourceConditions,
  doubts: Bits[],
): Sorted | undefined {
  let sources: Bits | undefined;
  const requests: Condition[] = [];
  for (const condition of list) {
    const asked = askedOf(condition, place.beforeTokens);
    if (asked === 'request') requests.push(condition);
    else if (asked === 'here') {
      if (conditionHolds(condition, place.subject) === false) return undefined;
    } else {
      const set =
        asked === 'source'
          ? conditions.holds(condition, place.identified)
          : conditions.certificateHolds(condition, place.identified, place.own);
      if (set.maybe !== undefined) doubts.push(set.maybe);
      sources = meet(sources, set.sure);
    }
  }
  return { sources, requests };
}

function meet(a: Bits | undefined, b: Bits | undefined): Bits | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  const both = a.slice();
  keepBits(both, b);
  return both;
}

function placeOf(cluster: Cluster, inbound: Inbound, handshake: Handshake, chain: Chain): Place {
  const { sourceAddress, destinationAddress, destinationPort, request, fromSidecar = false } = inbound;
  const identified = handshake.identity !== undefined;
  const plaintext = handshake.because.transport === 'plaintext';
  const connection: Connection = {
    identity: handshake.identity,
    sourceAddress,
    destinationAddress,
    destinationPort,
    sni: plaintext ? undefined : (request.sni ?? undefined),
  };
  const proxied: ProxiedRequest = {
    method: 'GET',
    path: '/',
    authority: 'any',
    headers: new Map([['x-forwarded-proto', [identified && !fromSidecar ? 'https' : 'http']]]),
    headersComplete: true,
    remoteAddress: sourceAddress,
    claims: undefined,
    claimsComplete: true,
  };
  const pod = 'pod' in inbound.at ? cluster.pods.get(inbound.at.pod) : undefined;
  const own = pod === undefined ? undefined : identityOfPod(cluster, pod);
  return {
    subject: { connection, request: chain === 'HTTP' ? proxied : undefined, metadataOpen: false },
    identified,
    own,
    beforeTokens: false,
  };
}
