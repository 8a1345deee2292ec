import type { RepeatedKey, YamlProblem } from './problems.ts';

/** A JSON number as text, so that integers beyond 2^53 keep their digits. */
export interface NumberText {
  /** The number as kubectl prints it: digits of a 64-bit integer kept, everything else as the shortest float. */
  readonly number: string;
  /** The number in the JSON that a reader of types is handed, where that differs (`1.0` in JSON text, 2^64-1). */
  readonly literal?: string;
}

export type ScalarValue = null | boolean | string | NumberText;

/** All offsets are UTF-16 offsets into the whole source text; `end` is exclusive. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: ScalarValue;
  readonly start: number;
  readonly end: number;
  /** Written without quotes (and not as a block scalar). */
  readonly plain: boolean;
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
  readonly start: number;
  readonly end: number;
}

export interface MappingEntry {
  /** The key as text, as JSON has it: `yes` is "true", `0x1` is "1". */
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: YamlNode;
}

/** A map after merging (`<<`) and with the last of equal keys only; each text stands once. */
export interface MappingNode {
  readonly kind: 'mapping';
  readonly entries: readonly MappingEntry[];
  readonly start: number;
  readonly end: number;
  /** Only some of its entries are kept (`ReadOptions`); `createWholeReader` brings the others back. */
  readonly thinned?: true;
}

/** An alias is the very node of its anchor, so nodes form a graph without cycles rather than a tree. */
export type YamlNode = ScalarNode | SequenceNode | MappingNode;

/** One document of a source: a piece between `---` lines, or one value of JSON text. */
export interface YamlDocument {
  /** Its first node; undefined when the text is empty, only comments, or refused. */
  readonly root: YamlNode | undefined;
  /** The text that its offsets count in: the source, mostly with a line end added where it had none. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly format: 'yaml' | 'json';
  readonly problems: readonly YamlProblem[];
  /** Keys set twice, for the words of the API server's strict reading; each also has its problem unless merged. */
  readonly repeatedKeys: readonly RepeatedKey[];
  /** A document before this one was refused: kubectl stops there, we read on. */
  readonly afterError: boolean;
  /** The file that Helm names in a comment before the first node: `# Source: chart/templates/x.yaml`. */
  readonly source?: string;
}
