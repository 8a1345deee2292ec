import type { YamlNode } from './nodes.ts';

export type YamlProblemCode =
  | 'syntax' // the structure of the text; kubectl stops reading here
  | 'tab-indentation'
  | 'control-character'
  | 'too-deep'
  | 'separator' // something other than a comment after `---`
  | 'directive'
  | 'invalid-key' // null, a list, a map or too large a number as a key
  | 'invalid-value' // `.inf`, `!!int x`, `<<` of something that is no map
  | 'alias' // unknown or containing itself
  | 'alias-bomb'
  | 'json' // malformed JSON text
  | 'encoding'
  | 'duplicate-key'
  | 'clashing-keys'
  | 'ambiguous-scalar'
  | 'ignored-text';

/** Something to say about a text. Offsets as in the nodes. */
export interface YamlProblem {
  readonly code: YamlProblemCode;
  /** `error`: kubectl refuses the document. `warning`: it reads it, perhaps not as its author does. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly help?: string;
  /** With `duplicate-key` and `clashing-keys`: the key as text, and where its later value begins. */
  readonly key?: string;
  readonly valueStart?: number;
}

/**
 * A key set a second time in its map, by its own text or by a merge (`<<`). The API server's strict reading words it
 * `line N: key TEXT already set in map`, N being the line on which the later value begins.
 */
export interface RepeatedKey {
  /** A string key in double quotes, any other bare (`true`). */
  readonly text: string;
  readonly valueStart: number;
  /** The value that the later one took the place of. */
  readonly replaced: YamlNode;
}

const TEMPLATE_HELP =
  'The line looks like a template: render it first (`helm template`), or quote the expression if it is text.';

/** An error at a place of `text`; a template expression on its line is the likely cause and takes the help's place. */
export function errorAt(
  text: string,
  code: YamlProblemCode,
  start: number,
  end: number,
  message: string,
  help: string,
): YamlProblem {
  const onTemplate = lineAround(text, start).includes('{{');
  return { code, severity: 'error', message, start, end, help: onTemplate ? TEMPLATE_HELP : help };
}

function lineAround(text: string, offset: number): string {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end < 0 ? text.length : end);
}
