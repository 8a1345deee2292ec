import type { FieldPath } from '../../model/index.ts';

/** What the webhook says about an object: the message is Istio's own, the path names fields in camelCase. */
export interface Finding {
  readonly code: string;
  readonly path: FieldPath;
  readonly message: string;
}

/** Where the webhook's checks put what they find. */
export interface Findings {
  readonly errors: Finding[];
  readonly warnings: Finding[];
}
