import type { FieldPath, Span } from '../../model/index.ts';
import { mergeValues } from './merge.ts';
import { parseSet } from './parse-set.ts';
import type { Assignment, SetFault, SetMode } from './set-text.ts';
import { draftOf, type Values } from './types.ts';
import type { ValuesFile } from './values-file.ts';

/** Where values come from, in the words of Helm's flags. */
export interface ValueSources {
  readonly files?: readonly ValuesFile[];
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
  readonly setJson?: readonly string[];
  readonly setLiteral?: readonly string[];
  readonly setFile?: readonly string[];
  /** What is in a file that `--set-file` names. */
  readonly readFile?: (name: string) => string;
}

/** Where a value was set. */
export type ValueOrigin =
  | { readonly kind: 'file'; readonly span: Span }
  | {
      readonly kind: 'flag';
      readonly flag: string;
      /** All that stands behind the flag; the value is set from `start` to `end` of it. */
      readonly text: string;
      readonly start: number;
      readonly end: number;
    };

/** The values that files and flags add up to. */
export interface CollectedValues {
  readonly values: Values;
  /** Where the value at a path was set last; undefined where nobody set it or something of it. */
  readonly locate: (path: FieldPath) => ValueOrigin | undefined;
}

/** A flag whose text cannot be read. */
export interface FlagFault extends SetFault {
  readonly flag: string;
  readonly text: string;
}

/** A flag whose text was read. */
export interface ReadFlag {
  readonly flag: string;
  readonly text: string;
  readonly assignments: readonly Assignment[];
}

/**
 * Adds up values as Helm does: files in their order, then `--set-json`, `--set`, `--set-string`, `--set-file` and `--set-literal`, whatever the order on the command
 * line. Source: `MergeValues` of helm's pkg/cli/values.
 */
export function collectValues(sources: ValueSources): CollectedValues | { readonly fault: FlagFault } {
  const files = sources.files ?? [];
  const values = draftOf(files.map((file) => file.values).reduce(mergeValues, {}));
  const flags: ReadFlag[] = [];
  const groups: readonly [SetMode, readonly string[] | undefined][] = [
    ['set-json', sources.setJson],
    ['set', sources.set],
    ['set-string', sources.setString],
    ['set-file', sources.setFile],
    ['set-literal', sources.setLiteral],
  ];
  for (const [mode, texts = []] of groups) {
    for (const text of texts) {
      const flag = `--${mode}`;
      const read = parseSet(text, mode, values, sources.readFile);
      if ('fault' in read) return { fault: { ...read.fault, flag, text } };
      flags.push({ flag, text, assignments: read.assignments });
    }
  }
  return { values, locate: (path) => locateValue(path, flags, files) };
}

/** A file in which values can be found. */
export interface LocatingFile {
  readonly locate?: (path: FieldPath) => Span | undefined;
}

/** The last flag that sets the value, all of it or something of it, or else the last file; for a value that nobody sets what is nearest above it. */
export function locateValue(
  path: FieldPath,
  flags: readonly ReadFlag[],
  files: readonly LocatingFile[],
): ValueOrigin | undefined {
  for (let length = path.length; length > 0; length--) {
    const origin = locateExactly(path.slice(0, length), flags, files);
    if (origin !== undefined) return origin;
  }
  return undefined;
}

/** The same without what is above it: undefined for a value that nobody sets. */
export function locateExactly(
  path: FieldPath,
  flags: readonly ReadFlag[],
  files: readonly LocatingFile[],
): ValueOrigin | undefined {
  return inFlags(path, flags) ?? inFiles(path, files);
}

function inFlags(path: FieldPath, flags: readonly ReadFlag[]): ValueOrigin | undefined {
  for (const { flag, text, assignments } of flags.toReversed()) {
    const found = assignments.findLast((each) => overlaps(each.path, path));
    if (found !== undefined) return { kind: 'flag', flag, text, start: found.start, end: found.end };
  }
  return undefined;
}

/** True where one of the paths leads through the other. */
function overlaps(a: FieldPath, b: FieldPath): boolean {
  const length = Math.min(a.length, b.length);
  return a.slice(0, length).every((part, i) => String(part) === String(b[i]));
}

function inFiles(path: FieldPath, files: readonly LocatingFile[]): ValueOrigin | undefined {
  for (const file of files.toReversed()) {
    const span = file.locate?.(path);
    if (span !== undefined) return { kind: 'file', span };
  }
  return undefined;
}
