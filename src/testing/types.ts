import type {
  IpRange,
  LabelSelector,
  Layer,
  Outcome,
  Protocol,
  Source,
  Span,
  TokenWord,
} from '../model/index.ts';

/** A test file, read. `M` is an entry of `manifests`, as the caller reads it. */
export interface TestFile<M> {
  readonly source: Source;
  /** undefined: the file names none. */
  readonly manifests: readonly M[] | undefined;
  /** The namespace of names that have none. */
  readonly namespace: string | undefined;
  readonly tests: readonly TestEntry[];
}

/** An entry of `tests`. */
export type TestEntry = PairsEntry | StatementEntry;

interface Entry {
  /** As written, or made of what the entry says. */
  readonly name: string;
  readonly span: Span;
}

/** Questions that `portcullis check` answers, with the answers that are expected: a case, or a table of many. */
export interface PairsEntry extends Entry {
  readonly kind: 'pairs';
  readonly request: QuestionWords;
  readonly pairs: readonly ExpectedPair[];
  readonly expected: ExpectedProof;
}

/** One pair of ends and what is expected of it. */
export interface ExpectedPair {
  readonly from: string;
  readonly to: string;
  readonly expect: Outcome;
  /** Where it is written. */
  readonly span: Span;
}

/** What is expected of a verdict beside its outcome; only what is written is compared. */
export interface ExpectedProof {
  readonly layer?: LayerWord;
  /** A policy or a rule of it, by one of the names that reports use, with its place in the test file. */
  readonly policy?: { readonly value: string; readonly span: Span };
  readonly symptom?: ExpectedSymptom;
}

/** `network`: either of the two layers that the network plugin enforces. */
export type LayerWord = Layer | 'network';

export interface ExpectedSymptom {
  readonly kind?: string;
  readonly status?: number;
  readonly body?: string;
  readonly details?: string;
  readonly flag?: string;
  readonly after?: number;
}

/** What is sent, in the words of the flags of `portcullis check`. */
export interface QuestionWords {
  readonly port?: string;
  readonly protocol?: Protocol;
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

/** Something that is to hold for every pair of two sets. `only`: nobody but `from` reaches `to`. `forbid`: nobody of `from` reaches `to`. */
export interface StatementEntry extends Entry {
  readonly kind: 'only' | 'forbid';
  readonly from: SetWords;
  readonly to: SetWords;
  readonly requests: Traffic;
}

/** The requests that a statement is about; what is left out is any. The texts are those of an AuthorizationPolicy's operation: `GET`, `/admin/*`. */
export interface Traffic {
  readonly ports?: readonly (number | string)[];
  readonly protocol?: Protocol;
  readonly methods?: readonly string[];
  readonly paths?: readonly string[];
  readonly hosts?: readonly string[];
  /** True: those without a token that is good. */
  readonly withoutToken?: true;
}

/** A set of pods and of addresses outside, as it is written. */
export type SetWords =
  | { readonly kind: 'union'; readonly sets: readonly SetWords[]; readonly span: Span }
  /** What is in all of them. */
  | { readonly kind: 'intersection'; readonly sets: readonly SetWords[]; readonly span: Span }
  | { readonly kind: 'complement'; readonly set: SetWords; readonly span: Span }
  | { readonly kind: 'anything'; readonly span: Span }
  /** All addresses outside the cluster. */
  | { readonly kind: 'outside'; readonly span: Span }
  /** Addresses outside the cluster in a range. */
  | { readonly kind: 'addresses'; readonly text: string; readonly range: IpRange; readonly span: Span }
  /** A pod or workload, as `portcullis check` takes it. */
  | { readonly kind: 'named'; readonly text: string; readonly span: Span }
  | { readonly kind: 'namespace'; readonly name: string; readonly span: Span }
  | { readonly kind: 'namespace labels'; readonly selector: LabelSelector; readonly span: Span }
  | { readonly kind: 'pod labels'; readonly selector: LabelSelector; readonly span: Span };
