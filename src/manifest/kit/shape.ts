/**
 * What a field may hold. `text`, `integer` and the like are JSON's types as the Kubernetes API reads them;
 * `integer or text` is its IntOrString, `anything` is not looked into.
 */
export type Shape =
  | { readonly kind: 'text' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly bits: 32 | 64 }
  | { readonly kind: 'integer or text' }
  | { readonly kind: 'anything' }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | Struct;

/** An object with a closed set of fields. */
export interface Struct {
  readonly kind: 'struct';
  /** The API's name of the type: `NetworkPolicyPeer`. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, Shape>;
}

export const text: Shape = { kind: 'text' };
export const boolean: Shape = { kind: 'boolean' };
export const int32: Shape = { kind: 'integer', bits: 32 };
export const int64: Shape = { kind: 'integer', bits: 64 };
export const integerOrText: Shape = { kind: 'integer or text' };
export const anything: Shape = { kind: 'anything' };

/** A list whose members all have the shape `of`. */
export function list(of: Shape): Shape {
  return { kind: 'list', of };
}

/** An object with free keys, whose values all have the shape `of`. */
export function map(of: Shape): Shape {
  return { kind: 'map', of };
}

/** An object with exactly these fields. */
export function struct(name: string, fields: Readonly<Record<string, Shape>>): Struct {
  return { kind: 'struct', name, fields: new Map(Object.entries(fields)) };
}

/** In words, for a message: `a list`, `an integer`. */
export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return 'a string';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return 'an integer';
    case 'integer or text':
      return 'an integer or a string';
    case 'list':
      return 'a list';
    case 'map':
    case 'struct':
      return 'an object';
    case 'anything':
      return 'any value';
  }
}
