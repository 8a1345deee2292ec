/** The parts of a CRD's OpenAPI schema that Istio's security kinds use. */
export interface Schema {
  readonly type: 'object' | 'array' | 'string' | 'boolean';
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Of a map: the schema of its values. */
  readonly values?: Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly minLength?: number;
  /** In characters, whatever the message says. */
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly pattern?: string;
  readonly rules?: readonly CelRule[];
  /** Not looked into: no problem and no unknown field within. */
  readonly open?: boolean;
}

/**
 * A CEL rule of the schema as a function. It gives true where the rule holds, false where it does not, and the words of CEL where
 * evaluation itself fails.
 */
export interface CelRule {
  readonly message: string;
  holds(value: never): boolean | { readonly error: string };
}

/** A text field. */
export function text(limits: Omit<Schema, 'type'> = {}): Schema {
  return { type: 'string', ...limits };
}

/** A list whose members have the schema `items`. */
export function array(items: Schema, limits: Omit<Schema, 'type'> = {}): Schema {
  return { type: 'array', items, ...limits };
}

/** An object with these fields. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  limits: Omit<Schema, 'type'> = {},
): Schema {
  return { type: 'object', properties, ...limits };
}

/** An object with free keys. */
export function map(values: Schema, limits: Omit<Schema, 'type'> = {}): Schema {
  return { type: 'object', values, ...limits };
}

/** A rule on a value of the type `T`. */
export function rule<T>(message: string, holds: (value: T) => boolean | { readonly error: string }): CelRule {
  return { message, holds };
}
