/** A text that objects were read from: its name as the user knows it (a path, `-`, a git path) and its characters. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** A stretch of a source, in UTF-16 offsets; line and column are worked out only where text is printed. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** Field names and list indexes from the root of an object: `['spec', 'ingress', 0, 'from']`. */
export type FieldPath = readonly (string | number)[];

/** Where an object came from. Positions of fields are found on demand, so that an object costs no position tables. */
export interface Origin {
  readonly source: Source;
  /** Offsets of the object itself within the source. */
  readonly start: number;
  readonly end: number;
  /** The chart's template named by Helm's `# Source:` comment. */
  readonly template?: string;
  /** The span of the field at `path` (key and value), or of its nearest existing ancestor. */
  locate(path: FieldPath): Span;
}

/** Writes a path as the Kubernetes API does: `spec.ingress[0].from[1]`, odd keys as `labels[a.b/c]`. */
export function formatPath(path: FieldPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${part}]`;
  }
  return text;
}
