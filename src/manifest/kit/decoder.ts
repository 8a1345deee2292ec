import type { KindedObject } from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import type { Problem } from './problem.ts';
import type { Struct } from './shape.ts';

/** How one kind is read. */
export interface Decoder<T extends KindedObject = KindedObject> {
  readonly group: string;
  /** Versions that are read, the preferred one first. */
  readonly versions: readonly string[];
  readonly kind: string;
  readonly namespaced: boolean;
  /** True for kinds that decide about traffic: an unknown field refuses the object. */
  readonly policy: boolean;
  /** Null members of lists: built-in kinds read them as empty values, custom resources refuse them. */
  readonly custom: boolean;
  /** The whole object, with apiVersion, kind and metadata; held against the text before `decode`. Absent: `decode` does that itself. */
  readonly shape?: Struct;
  /**
   * Reads an object; adds what the API would say against it to `problems`, an error for what it would refuse.
   * `head` has apiVersion, kind, metadata and origin: spread it into the result. Where there is a shape, it is called only for a
   * text of that shape (unknown fields aside). What it gives for a refused object shows as much as could be read.
   */
  decode(root: YamlNode, head: KindedObject, problems: Problem[]): T;
}
