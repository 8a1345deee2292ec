import type { Json } from '../../store/index.ts';
import { definition, referred, type Schema } from '../openapi/index.ts';
import { unforeseen } from './patch-error.ts';

export type Fields = { readonly [key: string]: Json };

/** How a field is merged. */
export interface FieldMeta {
  /** Of the field's value, of a list that of its members. */
  readonly schema: Schema;
  readonly strategy: string;
  readonly mergeKey: string;
  /** Whose values they are: `PodSpec`. */
  readonly owner: string;
}

/** A schema that stands for its definition, under the definition's short name. */
export interface PatchSchema {
  readonly schema: Schema;
  readonly name: string;
}

export function patchSchema(schema: Schema): PatchSchema {
  const name = referred(schema);
  if (name === undefined) return { schema, name: 'map' };
  return { schema: definition(name), name: name.slice(name.lastIndexOf('.') + 1) };
}

/** Finds how a field is merged. Throws for one that the struct does not have. */
export function fieldMeta({ schema, name }: PatchSchema, field: string): FieldMeta {
  const { additionalProperties: values } = schema;
  const found = schema.properties?.[field] ?? (typeof values === 'object' ? values : undefined);
  if (found === undefined) {
    throw unforeseen(`unable to find api field in struct ${name} for the json field "${field}"`);
  }
  const strategies = (found['x-kubernetes-patch-strategy'] ?? '').split(',');
  return {
    schema: found,
    strategy: strategies.find((each) => each !== 'retainKeys') ?? '',
    mergeKey: found['x-kubernetes-patch-merge-key'] ?? '',
    owner: name,
  };
}

/** Of a list field: what its members are. */
export function membersOf({ schema }: FieldMeta): PatchSchema {
  const list = patchSchema(schema).schema;
  return patchSchema(list.items ?? {});
}

export function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
