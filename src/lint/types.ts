import type { FieldPath, KindedObject, Outcome, Request, Severity, Span } from '../model/index.ts';

/** Something in the manifests that does not do what it seems to. `code` is PC3xxx and has a page in docs/codes. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  /** One line, begins with the object: `NetworkPolicy shop/web: selects no pod`. */
  readonly message: string;
  /** The object at fault, and the field in it that is to be mended. */
  readonly object: KindedObject;
  readonly path: FieldPath;
  /** Further places that belong to it, such as the rule that makes this one redundant. */
  readonly related?: readonly RelatedField[];
  /** What to do about it. */
  readonly help?: string;
  readonly proof: Proof;
  readonly fix?: Fix;
}

/** A place that belongs to a finding; without an object the finding's own. */
export interface RelatedField {
  readonly message: string;
  readonly object?: KindedObject;
  readonly path: FieldPath;
}

/** What a finding rests on: requests with what `decide` says of them, or the reason why the field can have no effect. */
export type Proof =
  | { readonly kind: 'witness'; readonly witnesses: readonly [Witness, ...Witness[]] }
  /** No request, pod or address can match it. */
  | { readonly kind: 'never matches'; readonly reason: string }
  /** Requests match it, and each would have the same outcome without it. */
  | {
      readonly kind: 'never decides';
      readonly reason: string;
      readonly witnesses?: readonly Witness[];
    };

/** A request and its outcome in the cluster as given, or in one changed as `under` says. */
export interface Witness {
  readonly request: Request;
  readonly outcome: Outcome;
  /** What it shows, in a few words: `from another namespace`. */
  readonly shows?: string;
  /** What asks for it, behind `portcullis check` and the input flags; left out where the command line cannot say it, or not of this cluster. */
  readonly words?: readonly string[];
  /** Left out: the cluster as given. Else what was changed for the comparison: `without this rule`. */
  readonly under?: string;
}

/** A change of text that mends a finding without changing anything else. */
export interface Fix {
  /** In the imperative: `write 8080, the port that the container listens on`. */
  readonly description: string;
  /** No two of them overlap. */
  readonly edits: readonly TextEdit[];
}

/** The span's text is replaced by `text`. */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}
