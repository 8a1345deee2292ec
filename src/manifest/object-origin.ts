import type { FieldPath, Origin, Source, Span } from '../model/index.ts';
import { readNodeAt, type YamlDocument, type YamlNode } from '../yaml/index.ts';
import { locateIn } from './locate.ts';

type Place = Pick<Span, 'start' | 'end'>;

/** Where an object stands. Keeps no nodes: `locate` reads the object's text again. */
export class ObjectOrigin implements Origin {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  declare readonly template?: string;
  readonly #document: Pick<YamlDocument, 'end' | 'format'>;
  /** Undefined where the document could not be read. */
  readonly #root: Place | undefined;
  readonly #prefix: FieldPath;

  /** `prefix` leads from the document's root to the object: empty, or `['items', 3]`. */
  constructor(source: Source, document: YamlDocument, node: YamlNode | undefined, prefix: FieldPath) {
    const { end, format, root } = document;
    this.source = source;
    this.start = node?.start ?? document.start;
    this.end = node?.end ?? end;
    if (document.source !== undefined) this.template = document.source;
    this.#document = { end, format };
    this.#root = root && { start: root.start, end: root.end };
    this.#prefix = prefix;
  }

  locate(path: FieldPath): Span {
    const whole = { source: this.source, start: this.start, end: this.end };
    if (this.#root === undefined) return whole;
    // An object with aliases of anchors outside cannot be read alone.
    return this.#locateFrom(this, path) ?? this.#locateFrom(this.#root, [...this.#prefix, ...path]) ?? whole;
  }

  #locateFrom(place: Place, path: FieldPath): Span | undefined {
    const root = readNodeAt({ text: this.source.text, ...this.#document }, place);
    return root && { source: this.source, ...locateIn(root, path) };
  }
}
