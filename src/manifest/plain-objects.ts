import type { Source } from '../model/index.ts';
import { createWholeReader, readDocuments, toPlainValue } from '../yaml/index.ts';
import { itemKeys, objectsOf } from './lists.ts';

/** An object of a text as it is sent to an API server: of any kind, not decoded and not validated. */
export interface PlainObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** With the type that it may have from its list. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly source: Source;
  /** Offsets into the source, those of the `origin` of the same object in `Manifests`. */
  readonly start: number;
  readonly end: number;
}

/** The objects of a text, every item of a list too. Documents that cannot be parsed, and what is no object, are left out: `readManifests` tells of them. */
export function readPlainObjects(source: Source): readonly PlainObject[] {
  return [...readDocuments(source.text, { itemKeys })].flatMap((document) => {
    if (document.problems.some(({ severity }) => severity === 'error')) return [];
    const makeWhole = createWholeReader(document);
    return objectsOf(document).objects.map(({ node, apiVersion, kind }): PlainObject => {
      const value = toPlainValue(makeWhole(node)) as Record<string, unknown>;
      return {
        apiVersion,
        kind,
        value: { ...value, apiVersion, kind },
        source,
        start: node.start,
        end: node.end,
      };
    });
  });
}
