import type { Span } from './source.ts';

export type Severity = 'error' | 'warning' | 'info';

/** Something to tell about the input. `code` is stable: PC1xxx reading, PC2xxx API validation, PC3xxx lint. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span?: Span;
  /** The chart's template, where the text is Helm's output. */
  readonly template?: string;
  readonly related?: readonly { readonly message: string; readonly span: Span }[];
  /** What to do about it. */
  readonly help?: string;
}
