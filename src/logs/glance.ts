import { mayHoldSecret } from './values.ts';

/** What a look at a text says of it, before it is taken apart. */
export interface Glance {
  /** Whether a token may stand in it, or a colour, inside which one may. */
  readonly mayHoldSecret: boolean;
  readonly hasBrace: boolean;
}

/** Looks at a text. What a look at more of it did not see is not looked for again. */
export function glanceAt(text: string, before: Glance = unseen): Glance {
  return {
    mayHoldSecret: before.mayHoldSecret && (mayHoldSecret(text) || text.includes('\x1b')),
    hasBrace: before.hasBrace && text.includes('{'),
  };
}

/** Of a text at which nobody has looked. */
export const unseen: Glance = { mayHoldSecret: true, hasBrace: true };
