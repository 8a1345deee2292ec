import type { Condition } from '../../policy/authorization/index.ts';
import { arriveAtRules } from './arrive.ts';
import { contains } from './contains.ts';
import { setKey } from './keys.ts';
import { makePlacing, type Placing } from './placing.ts';
import { remember } from './remember.ts';
import { searchPiece } from './search.ts';
import { type Setup, tokenOf } from './setup.ts';
import { setupKey, setupsFor } from './setups.ts';
import type { Draft } from './slot.ts';
import type { RequestSet, RequestWitness } from './types.ts';
import type { Universe } from './universe.ts';

/** What was found out in a universe. */
interface Knowledge {
  readonly placings: Map<string, Placing>;
  readonly witnesses: Map<string, RequestWitness | undefined>;
}

const knowledge = remember<Universe, Knowledge>(() => ({ placings: new Map(), witnesses: new Map() }));

/**
 * A request of the set that arrives at the rules of a proxy; undefined where there is none. It names method, path and host, and what else the set asks for;
 * everything else is absent. The same set in the same universe (the same object) gives the same request and costs nothing the second time.
 */
export function findWitness(set: RequestSet, universe: Universe): RequestWitness | undefined {
  if (set.length === 0) return undefined;
  const { witnesses } = knowledge(universe);
  const key = setKey(set);
  if (witnesses.has(key)) return witnesses.get(key);
  const found = search(set, universe);
  witnesses.set(key, found);
  return found;
}

/** Is no request that can arrive in the set? */
export function isEmpty(set: RequestSet, universe: Universe): boolean {
  return findWitness(set, universe) === undefined;
}

function search(set: RequestSet, universe: Universe): RequestWitness | undefined {
  for (const setup of setupsFor(conditionsOf(set), universe)) {
    const placing = placingFor(setup, universe);
    const isIn = (draft: Draft): boolean => arrives(set, toWitness(draft, setup), universe);
    for (const piece of set) {
      const draft = searchPiece(piece, placing, isIn);
      if (draft !== undefined) return toWitness(draft, setup);
    }
  }
  return undefined;
}

function conditionsOf(set: RequestSet): readonly Condition[] {
  return set.flatMap(({ any, none }) => [...any.flat(), ...none.flat()]);
}

function placingFor(setup: Setup, universe: Universe): Placing {
  const { placings } = knowledge(universe);
  const key = setupKey(setup, universe);
  const known = placings.get(key);
  if (known !== undefined) return known;
  const made = makePlacing(universe, setup);
  placings.set(key, made);
  return made;
}

/** The last word on a witness: it goes the way of every request, and the conditions are asked as rules ask them. */
function arrives(set: RequestSet, witness: RequestWitness, universe: Universe): boolean {
  const proxied = arriveAtRules(witness, universe);
  return proxied !== undefined && contains(set, proxied, universe.connection?.identity) === true;
}

function toWitness(
  { method, path, host, headers, claims }: Draft,
  { methods, token, preflight }: Setup,
): RequestWitness {
  const all = new Map(headers);
  if (preflight)
    for (const name of ['access-control-request-method', 'origin']) all.set(name, all.get(name) ?? ['x']);
  const sent = [...all.keys()].sort().map((name) => {
    const values = all.get(name)!;
    return [name, values.length === 1 ? values[0]! : values] as const;
  });
  return {
    http: {
      method,
      path: methods === 'CONNECT' ? `http://${host}${path}` : path,
      host,
      ...(sent.length === 0 ? {} : { headers: Object.fromEntries(sent) }),
    },
    jwt:
      token === undefined
        ? 'none'
        : tokenOf(token, token.issuer === undefined ? claims : { iss: token.issuer, ...claims }),
  };
}
