/** What the flags of a verb say of a request. */
export interface RequestFlags {
  readonly port?: string;
  readonly protocol?: string;
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly header?: readonly string[];
  readonly claim?: readonly string[];
  readonly jwt?: TokenWord;
  readonly sni?: string;
  readonly principal?: string;
  /** A pod is reached by its bare address, not as an endpoint of its Service. */
  readonly direct?: boolean;
  /** What is not said is not known, where it would be absent. */
  readonly open?: boolean;
}

/** Words of `--jwt`: no token, or what is wrong with it. `invalid` is a token with a bad signature. */
export const tokenWords = [
  'none',
  'invalid',
  'malformed',
  'expired',
  'not-yet-valid',
  'bad-signature',
  'unknown-key',
  'unknown-issuer',
  'no-issuer',
] as const;
type TokenWord = (typeof tokenWords)[number];
