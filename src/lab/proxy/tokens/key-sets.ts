import type { JwtRule } from '../../../model/index.ts';
import type { KeyTexts } from './key-texts.ts';

type Jose = typeof import('jose');
type KeyFinder = ReturnType<Jose['createLocalJWKSet']>;

/** What became of a token's signature. */
export type Signature = 'good' | 'bad-signature' | 'unknown-key';

/** The key sets of token rules. */
export interface KeySets {
  /** Holds a token's signature against the keys of a rule. */
  readonly verify: (token: string, rule: JwtRule) => Promise<Signature>;
}

/** Holds signatures against keys. `complain` hears of a rule's keys that are none: then no key matches, as with istiod's stand-in. */
export function createKeySets(texts: KeyTexts, complain: (rule: JwtRule, error: unknown) => void): KeySets {
  const read = new Map<string, Promise<KeyFinder | undefined>>();
  const keysOf = async (rule: JwtRule): Promise<KeyFinder | undefined> => {
    const text = await texts.of(rule);
    if (text === undefined) return undefined;
    const known = read.get(text);
    if (known !== undefined) return known;
    const keys = readKeys(text).catch((error: unknown) => {
      complain(rule, error);
      return undefined;
    });
    read.set(text, keys);
    return keys;
  };
  return {
    verify: async (token, rule) => {
      const keys = await keysOf(rule);
      return keys === undefined ? 'unknown-key' : verifySignature(token, keys);
    },
  };
}

async function readKeys(text: string): Promise<KeyFinder> {
  const { createLocalJWKSet } = await import('jose');
  return createLocalJWKSet(JSON.parse(text));
}

async function verifySignature(token: string, keys: KeyFinder): Promise<Signature> {
  const { compactVerify, errors } = await import('jose');
  try {
    await compactVerify(token, keys);
    return 'good';
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) {
      for await (const key of error) {
        try {
          await compactVerify(token, key);
          return 'good';
        } catch {
          // The next key may be the one.
        }
      }
      return 'bad-signature';
    }
    return error instanceof errors.JWSSignatureVerificationFailed ? 'bad-signature' : 'unknown-key';
  }
}
