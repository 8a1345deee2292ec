import type { Condition, Question, TextTest } from '../../policy/authorization/index.ts';
import { audienceSlot, claimSlot } from './claim-slots.ts';
import { placeHeader } from './header-place.ts';
import { questionKey } from './keys.ts';
import type { Setup } from './setup.ts';
import { sharedSlots } from './shared-slots.ts';
import { type Demand, matchesAny, type Slot, type View } from './slot.ts';
import { remembering } from './slot-memo.ts';
import type { Universe } from './universe.ts';

/** A condition as a demand on a slot, and the demand that breaks it; or what it comes to whatever is sent. */
export type Placed = boolean | { readonly slot: Slot; readonly held: Demand; readonly broken: Demand };

/** What the conditions of a universe look at, for one setup. */
export interface Placing {
  readonly setup: Setup;
  place(condition: Condition): Placed;
  /** Slots that every witness has. */
  readonly always: readonly Slot[];
}

type TextInput = Extract<Question, { kind: 'text' }>['input'];

/** Where an input is found: in a slot, or always the same texts. */
type Place = { readonly slot: Slot; readonly view: View } | { readonly always: readonly string[] };

/** Makes the slots of a setup. What it finds out of conditions and headers it keeps. */
export function makePlacing(universe: Universe, setup: Setup): Placing {
  const { path, lines, demands } = sharedSlots(universe.mesh);
  const { method, host } = lines[setup.methods];
  const audiences = setup.token?.rule.audiences ?? [];
  const audience = audiences.length > 0 ? remembering(audienceSlot(audiences)) : undefined;
  const slots = new Map<string, Slot>();
  const slotFor = (name: string, make: () => Slot): Slot => {
    const slot = slots.get(name) ?? remembering(make());
    slots.set(name, slot);
    return slot;
  };
  const headers = new Map<string, Place>();
  const placed = new WeakMap<Condition, Placed>();

  const headerPlace = (name: string): Place => {
    switch (name) {
      case ':authority':
      case 'host':
        return { slot: host, view: 0 };
      case ':method':
        return { slot: method, view: 0 };
      case ':path':
        return { slot: path, view: 1 };
      case ':scheme':
        return inView1(headerPlace('x-forwarded-proto'));
    }
    const claim = setup.token?.rule.outputClaimToHeaders.find(({ header }) => header.toLowerCase() === name);
    if (claim !== undefined) return inView1(claimPlace(claim.claim.split('.')));
    const found = placeHeader(name, universe, setup);
    if ('always' in found) return found;
    if (name === 'upgrade') return { slot: slotFor('header connection', () => found.slot), view: 1 };
    return { slot: slotFor(`header ${name}`, () => found.slot), view: 0 };
  };

  const claimPlace = (claim: readonly string[]): Place => {
    const { token } = setup;
    const [name] = claim;
    if (token === undefined) return { always: [] };
    if (name === 'iss')
      return { always: claim.length > 1 || token.issuer === undefined ? [] : [token.issuer] };
    // Claims of a form of their own: times, and texts that hold nothing further.
    if (['exp', 'nbf', 'iat'].includes(name!)) return { always: [] };
    if (claim.length > 1 && ['sub', 'jti', 'aud'].includes(name!)) return { always: [] };
    if (name === 'aud' && audience !== undefined) return { slot: audience, view: 0 };
    return { slot: slotFor(`claim ${JSON.stringify(claim)}`, () => claimSlot(claim, token.rule)), view: 0 };
  };

  const inputPlace = (input: TextInput): Place => {
    switch (input.kind) {
      case 'method':
        return { slot: method, view: 0 };
      case 'host':
        return { slot: host, view: 0 };
      case 'path':
        return { slot: path, view: 0 };
      case 'claim':
        return claimPlace(input.path);
      case 'header': {
        const place = headers.get(input.name) ?? headerPlace(input.name);
        headers.set(input.name, place);
        return place;
      }
      case 'metadata':
        return { always: [] };
      default:
        throw new Error(`a set of requests asks for the ${input.kind} of a connection`);
    }
  };

  const settle = (place: Place, { question, negated }: Condition, tests: readonly TextTest[]): Placed => {
    if ('always' in place) return matchesAny(place.always, tests) !== negated;
    const { slot, view } = place;
    const key =
      question.kind === 'text' ? questionKey(question) : `${setup.token?.issuer} ${questionKey(question)}`;
    const { some, none } = demands(key, tests, view);
    return negated ? { slot, held: none, broken: some } : { slot, held: some, broken: none };
  };

  const placeNew = (condition: Condition): Placed => {
    const { question } = condition;
    if (question.kind === 'text') return settle(inputPlace(question.input), condition, question.tests);
    if (question.kind !== 'request principal')
      throw new Error(`a set of requests asks for the ${question.kind} of a connection`);
    const issuer = setup.token?.issuer;
    const ofIssuer = question.tests.filter((test) => issuer !== undefined && test.issuer.matches(issuer));
    return settle(
      claimPlace(['sub']),
      condition,
      ofIssuer.map(({ subject }) => subject),
    );
  };

  return {
    setup,
    always: [method, host, path, ...(audience === undefined ? [] : [audience])],
    place: (condition) => {
      const known = placed.get(condition);
      if (known !== undefined) return known;
      const made = placeNew(condition);
      placed.set(condition, made);
      return made;
    },
  };
}

function inView1(place: Place): Place {
  return 'always' in place ? place : { slot: place.slot, view: 1 };
}
