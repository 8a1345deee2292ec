import type { FieldPath, Origin, Source, Span } from '../model/index.ts';
import { readDocuments, type YamlDocument, type YamlNode } from '../yaml/index.ts';
import { locateIn } from './locate.ts';

/** Where an object stands. Keeps no nodes: `locate` reads the object's text again. */
export class ObjectOrigin implements Origin {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  declare readonly template?: string;
  readonly #document: Pick<YamlDocument, 'start' | 'end' | 'format'>;
  readonly #prefix: FieldPath;

  /** `prefix` leads from the document's root to the object: empty, or `['items', 3]`. */
  constructor(source: Source, document: YamlDocument, node: YamlNode | undefined, prefix: FieldPath) {
    this.source = source;
    this.start = node?.start ?? document.start;
    this.end = node?.end ?? document.end;
    if (document.source !== undefined) this.template = document.source;
    this.#document = { start: document.start, end: document.end, format: document.format };
    this.#prefix = prefix;
  }

  locate(path: FieldPath): Span {
    return this.#locateAlone(path) ?? this.#locateInDocument(path) ?? this.#whole();
  }

  /** Reads the object's own text, indented as it stands; fails where it refers to anchors outside. */
  #locateAlone(path: FieldPath): Span | undefined {
    const { text } = this.source;
    let column = 0;
    if (text[this.start] !== '{') {
      while (column < this.start && !isBreak(text.charCodeAt(this.start - column - 1))) column++;
    }
    return this.#locateInText(' '.repeat(column), this.start, this.end, path);
  }

  #locateInDocument(path: FieldPath): Span | undefined {
    const { start, end } = this.#document;
    return this.#locateInText('', start, end, [...this.#prefix, ...path]);
  }

  #locateInText(indent: string, start: number, end: number, path: FieldPath): Span | undefined {
    // The marker keeps YAML that begins with a brace from being taken for JSON.
    const before = this.#document.format === 'yaml' ? `---\n${indent}` : '';
    let root: YamlNode | undefined;
    for (const document of readDocuments(before + this.source.text.slice(start, end))) {
      if (document.problems.some((problem) => problem.severity === 'error')) return undefined;
      root = document.root ?? root;
    }
    if (root === undefined) return undefined;
    const found = locateIn(root, path);
    const shift = start - before.length;
    return { source: this.source, start: found.start + shift, end: found.end + shift };
  }

  #whole(): Span {
    return { source: this.source, start: this.start, end: this.end };
  }
}

function isBreak(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;
}
