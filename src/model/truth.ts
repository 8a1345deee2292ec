import type { KindedObject } from './object.ts';

/**
 * A form of condition on a text that is not known; the forms tell which texts a decision can tell apart.
 * `range` is a CIDR, asked of an address. `regex` is RE2 syntax, matched whole.
 */
export interface Pattern {
  readonly form: 'exact' | 'prefix' | 'suffix' | 'presence' | 'regex' | 'range';
  readonly text: string;
  readonly ignoreCase?: boolean;
}

/** What nobody said although a decision turns on it. */
export type Fact =
  | {
      readonly kind: 'namespace label';
      readonly namespace: string;
      readonly key: string;
      readonly patterns: readonly Pattern[];
    }
  | { readonly kind: 'pod address'; readonly pod: string; readonly patterns: readonly Pattern[] }
  | { readonly kind: 'external address'; readonly host: string; readonly patterns: readonly Pattern[] }
  | { readonly kind: 'pod node'; readonly pod: string }
  | { readonly kind: 'authorizer answer'; readonly provider: string }
  | { readonly kind: 'token' }
  | {
      readonly kind: 'request';
      /** `method`, `path`, `host`, `sni`, `remote address`, `header NAME`, `claim a.b`, `metadata FILTER[KEY]`. */
      readonly field: string;
      readonly patterns: readonly Pattern[];
    }
  | { readonly kind: 'unread policy'; readonly object: KindedObject; readonly why: string }
  | { readonly kind: 'implementation'; readonly topic: ImplementationTopic; readonly detail: string };

/** What Kubernetes leaves to the network plugin; the setting `cni` may decide it. */
export type ImplementationTopic =
  | 'hairpin'
  | 'repeated port name'
  | 'priority tie'
  | 'baseline skip'
  | 'endpoint choice'
  | 'source NAT';

/** Neither true nor false: it depends on these facts. */
export interface Unknown {
  readonly facts: readonly Fact[];
}

/** Three-valued truth (Kleene). */
export type Truth = boolean | Unknown;

/** An unknown that depends on these facts. */
export function unknown(...facts: readonly Fact[]): Unknown {
  return { facts };
}

/** True where a truth is neither true nor false. */
export function isUnknown(truth: Truth): truth is Unknown {
  return typeof truth === 'object';
}

/** Kleene negation: unknown stays unknown. */
export function not(a: Truth): Truth {
  return typeof a === 'boolean' ? !a : a;
}

/** Kleene conjunction: false beats unknown, and facts of both sides are kept. */
export function and(a: Truth, b: Truth): Truth {
  if (a === false || b === false) return false;
  if (a === true) return b;
  if (b === true) return a;
  return { facts: [...a.facts, ...b.facts] };
}

/** Kleene disjunction: true beats unknown, and facts of both sides are kept. */
export function or(a: Truth, b: Truth): Truth {
  if (a === true || b === true) return true;
  if (a === false) return b;
  if (b === false) return a;
  return { facts: [...a.facts, ...b.facts] };
}

/** True for the first element that is true; unknown only where none is true and some are unknown. */
export function any<T>(items: readonly T[], test: (item: T) => Truth): Truth {
  let result: Truth = false;
  for (const item of items) {
    result = or(result, test(item));
    if (result === true) return true;
  }
  return result;
}

/** False for the first element that is false; unknown only where none is false and some are unknown. */
export function all<T>(items: readonly T[], test: (item: T) => Truth): Truth {
  let result: Truth = true;
  for (const item of items) {
    result = and(result, test(item));
    if (result === false) return false;
  }
  return result;
}

/** Stands for a value that nobody said, where `undefined` means known to be absent. */
export const notSaid: unique symbol = Symbol('not said');
export type NotSaid = typeof notSaid;
