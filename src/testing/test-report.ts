import type { Coverage } from './coverage.ts';
import type { Mutation } from './mutate.ts';
import type { FileResult } from './results.ts';

/** What a run came to. */
export interface TestReport {
  readonly files: readonly FileResult[];
  readonly coverage?: Coverage;
  readonly mutation?: Mutation;
}
