import type { QuestionWords } from '../testing/index.ts';

/** What the flags of a verb say of a request, as commander gives it: nobody has looked at the protocol yet. */
export interface RequestFlags extends Omit<QuestionWords, 'protocol'> {
  readonly protocol?: string;
}
