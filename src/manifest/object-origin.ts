import type { FieldPath, Origin, Source, Span } from '../model/index.ts';
import { readDocuments, type YamlDocument, type YamlNode } from '../yaml/index.ts';
import { locateIn } from './locate.ts';

/** Where an object stands. Keeps no nodes: `locate` reads the object's document again. */
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
    const { start, end, format } = this.#document;
    // The marker keeps YAML that begins with a brace from being taken for JSON.
    const marker = format === 'yaml' ? '---\n' : '';
    let root: YamlNode | undefined;
    for (const document of readDocuments(marker + this.source.text.slice(start, end)))
      root = document.root ?? root;
    if (root === undefined) return { source: this.source, start: this.start, end: this.end };
    const found = locateIn(root, [...this.#prefix, ...path]);
    const shift = start - marker.length;
    return { source: this.source, start: found.start + shift, end: found.end + shift };
  }
}
