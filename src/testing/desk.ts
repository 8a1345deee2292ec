import type { Cluster } from '../cluster/index.ts';
import type { IpRange, Request } from '../model/index.ts';
import type { Asked, Problem } from './results.ts';
import type { QuestionWords } from './types.ts';

/** A question in words. */
export interface Question {
  readonly from: string;
  readonly to: string;
  readonly request: QuestionWords;
}

/** What a name in a set stands for. */
export interface Found {
  /** Keys of pods. */
  readonly pods: readonly string[];
  /** Addresses outside the cluster. */
  readonly ranges: readonly IpRange[];
}

/** Who reads names and questions as `portcullis check` does: the command line lends it, with the namespace of names that have none. Nothing of it throws. */
export interface Desk {
  readonly cluster: Cluster;
  ask(question: Question): Asked | Problem;
  /** The pods or addresses of a name in the set of senders or receivers. */
  find(name: string, side: 'from' | 'to'): Found | Problem;
  /** The arguments of `portcullis check` that ask the question. */
  questionWords(question: Question): readonly string[];
  /** Those that ask for a request; undefined where the command line cannot say it. */
  requestWords(request: Request): readonly string[] | undefined;
}
