import type { TokenWord } from '../model/index.ts';

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
