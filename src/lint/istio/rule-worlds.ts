import { type Connection, formatAddress, type IpRange, notSaid, type Pattern } from '../../model/index.ts';
import { type Condition, conditionHolds } from '../../policy/authorization/index.ts';
import type { Conjunction } from '../../reach/index.ts';
import { identityCandidates, type PlacedField } from './identity-samples.ts';
import { type Alternative, isOfRequest } from './rule-requests.ts';

/** A connection that some rules can tell from others, and answers to what else they ask of it. */
export interface World {
  readonly connection: Connection;
  /** Of conditions whose answer nobody can list (server names, forwarded addresses): by `freeKey`. */
  readonly free: ReadonlyMap<string, boolean>;
}

/** More than so many are not gone through. */
const mostWorlds = 4000;
const mostFree = 3;

/** A public address, v4 and v6, that examples seldom name. */
const strangers = ['203.0.113.66', '2001:db8:ffff::66'];

/** What worlds are made for: rules, as ways to satisfy them. */
interface WorldRules {
  readonly alternatives: readonly (readonly Alternative[])[];
  /** The identity fields of their policies. */
  readonly fields: readonly PlacedField[];
  readonly trustDomain: string;
  readonly ports: readonly number[];
  /** True where identities are compared otherwise than the conditions say: none stands for another. */
  readonly eachIdentity?: boolean;
}

/**
 * Connections of which every possible one is like one of them to all conditions of the rules; undefined where that takes too many. Answers that cannot be listed
 * are taken to be free, so there may be some that no connection has.
 */
export function worldsFor(rules: WorldRules): readonly World[] | undefined {
  const { alternatives, fields, trustDomain, ports, eachIdentity = false } = rules;
  const conditions = alternatives.flat().flatMap(({ connection }) => connection);
  const freeKeys = [...new Set(conditions.map(freeKey).filter((key) => key !== undefined))];
  if (freeKeys.length > mostFree) return undefined;
  const listed = conditions.filter((condition) => freeKey(condition) === undefined);
  const candidates = [undefined, ...identityCandidates(fields, trustDomain)];
  const aboutIdentity = listed.filter(({ question }) => question.kind === 'text');
  const identities = eachIdentity
    ? candidates
    : classesOf<string | undefined>(candidates, aboutIdentity, (identity) => connectionWith({ identity }));
  const addresses = classesOf(
    [
      ...strangers,
      ...listed.flatMap(({ question }) => (question.kind === 'address' ? borders(question.ranges) : [])),
    ],
    listed.filter(({ question }) => question.kind === 'address'),
    (sourceAddress) => connectionWith({ sourceAddress }),
  );
  const named = listed.flatMap(({ question }) => (question.kind === 'port' ? question.ports : []));
  const numbers = classesOf(
    [...ports, ...named],
    listed.filter(({ question }) => question.kind === 'port'),
    (destinationPort) => connectionWith({ destinationPort }),
  );
  const answers = assignments(freeKeys);
  if (identities.length * addresses.length * numbers.length * answers.length > mostWorlds) return undefined;
  return identities.flatMap((identity) =>
    addresses.flatMap((sourceAddress) =>
      numbers.flatMap((destinationPort) =>
        answers.map((free) => ({
          connection: connectionWith({ identity, sourceAddress, destinationPort }),
          free,
        })),
      ),
    ),
  );
}

/** What is left of a rule to ask of requests on such a connection: one conjunction for each way that the connection satisfies. */
export function requestsIn(alternatives: readonly Alternative[], world: World): readonly Conjunction[] {
  return alternatives
    .filter(({ connection }) => connection.every((condition) => holdsIn(condition, world)))
    .map(({ request }) => request);
}

function holdsIn(condition: Condition, { connection, free }: World): boolean {
  const key = freeKey(condition);
  if (key !== undefined) return free.get(key) !== condition.negated;
  return conditionHolds(condition, { connection, request: undefined, metadataOpen: false }) === true;
}

/** One of each kind: those that no condition tells apart stand for one another. */
function classesOf<T>(
  candidates: readonly T[],
  conditions: readonly Condition[],
  place: (candidate: T) => Connection,
): readonly T[] {
  const found = new Map<string, T>();
  for (const candidate of candidates) {
    const connection = place(candidate);
    const subject = { connection, request: undefined, metadataOpen: false };
    const key = conditions.map((condition) => (conditionHolds(condition, subject) === true ? 1 : 0)).join('');
    if (!found.has(key)) found.set(key, candidate);
  }
  return [...found.values()];
}

function connectionWith(parts: Partial<Connection>): Connection {
  return {
    identity: undefined,
    sourceAddress: strangers[0]!,
    destinationAddress: notSaid,
    destinationPort: 0,
    sni: undefined,
    ...parts,
  };
}

/** The first and last address of each range and their neighbours. */
function borders(ranges: readonly IpRange[]): readonly string[] {
  return ranges.flatMap(({ family, first, last }) => {
    const end = family === 4 ? 2n ** 32n : 2n ** 128n;
    return [first - 1n, first, last, last + 1n]
      .filter((value) => value >= 0n && value < end)
      .map((value) => formatAddress({ family, value }));
  });
}

/** Names what a condition asks where its answers cannot be listed; the same for a condition and its opposite. */
function freeKey(condition: Condition): string | undefined {
  const { question } = condition;
  if (isOfRequest(condition)) return undefined;
  if (question.kind === 'address' && question.input !== 'source address') {
    return `${question.input} ${question.ranges.map(({ family, first, last }) => `${family} ${first} ${last}`).join()}`;
  }
  if (question.kind === 'text' && question.input.kind !== 'principal') {
    return JSON.stringify([question.input, question.tests.map(({ pattern }): Pattern => pattern)]);
  }
  return undefined;
}

function assignments(keys: readonly string[]): readonly ReadonlyMap<string, boolean>[] {
  return keys.reduce<readonly ReadonlyMap<string, boolean>[]>(
    (all, key) => all.flatMap((map) => [true, false].map((answer) => new Map(map).set(key, answer))),
    [new Map()],
  );
}
