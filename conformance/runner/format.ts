/** One case of a conformance file: what it is called and, when it fails, a short diff of expected and got. */
export interface CaseResult {
  readonly id: string;
  readonly failure?: string;
}

/** One kind of conformance file: how to recognise it by its content and how to run its cases. */
export interface Format {
  readonly name: string;
  /** True when `data` (the parsed file) has this format; decided by its content, never by its file name. */
  recognises(data: Readonly<Record<string, unknown>>): boolean;
  run(data: Readonly<Record<string, unknown>>): Iterable<CaseResult> | AsyncIterable<CaseResult>;
}
