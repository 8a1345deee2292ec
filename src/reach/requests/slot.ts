import type { TextTest } from '../../policy/authorization/index.ts';
import type { TextWish } from './find-text.ts';

/** One of the two ways in which a slot is read. */
export type View = 0 | 1;

/** What a condition wants of a slot: that one of the texts passes one of the tests, or (negated) that none does. */
export interface Demand {
  readonly tests: readonly TextTest[];
  readonly negated: boolean;
  readonly view: View;
}

type Texts = readonly string[];

/** What a slot holds: the texts that conditions see in each view, and what must be sent for it. */
export interface Filling {
  readonly seen: readonly [Texts, Texts];
  readonly sent: Texts;
  /** More to be sent, of a slot that is two headers. */
  readonly alsoSent?: Texts;
  /** To be sent as a list, even of one. */
  readonly asList?: true;
}

/** A request that is being put together. */
export interface Draft {
  method: string;
  path: string;
  host: string;
  readonly headers: Map<string, Texts>;
  readonly claims: Record<string, unknown>;
}

/** A part of a request that can be chosen by itself; inputs that look at the same text (`path` and the header `:path`) are views of one slot. */
export interface Slot {
  /** What meets all demands; undefined where nothing does. */
  fill(demands: readonly Demand[]): Filling | undefined;
  /** False where it contradicts what stands there already. */
  write(draft: Draft, filling: Filling): boolean;
}

/** Does what the slot holds meet the demand? */
export function meets({ seen }: Filling, { tests, negated, view }: Demand): boolean {
  return matchesAny(seen[view], tests) !== negated;
}

/** Does one of the texts pass one of the tests? */
export function matchesAny(texts: Texts, tests: readonly TextTest[]): boolean {
  return texts.some((text) => tests.some((test) => test.matches(text)));
}

/** The demands of a view (of all views where none is given) as a wish for texts. */
export function wishOf(demands: readonly Demand[], view?: View): TextWish {
  const own = view === undefined ? demands : demands.filter((demand) => demand.view === view);
  return {
    groups: own.filter(({ negated }) => !negated).map(({ tests }) => tests),
    none: own.filter(({ negated }) => negated).flatMap(({ tests }) => tests),
  };
}

/** The same texts in both views. */
export function filling(texts: Texts, sent: Texts = texts): Filling {
  return { seen: [texts, texts], sent };
}
