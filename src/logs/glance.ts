import { mayHoldSecret } from './values.ts';

/** What a look at a text says of it, before it is taken apart. */
export interface Glance {
  /** Whether a token may stand in it, or a colour, inside which one may. */
  readonly mayHoldSecret: boolean;
  readonly hasBrace: boolean;
}

/** Looks at one line, or at many together: where there is nothing to see in all of them, there is nothing in any. */
export function glanceAt(text: string): Glance {
  return { mayHoldSecret: mayHoldSecret(text) || text.includes('\x1b'), hasBrace: text.includes('{') };
}
