import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/** The parts of OpenAPI's schemas that are looked at here; the rest travels along. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly [key: string]: unknown;
}

/** What the schemas don't tell of the Go type behind a definition. */
export interface GoType {
  /** Fields whose type has a name of its own: `[]v1.PolicyType`. */
  readonly types?: Readonly<Record<string, string>>;
  /** Fields that are pointers: their zero value is kept once it is set. */
  readonly pointers?: readonly string[];
  /** Fields that are always written. */
  readonly always?: readonly string[];
  /** Fields that belong to an embedded struct, which errors about them name: `emptyDir` of Volume to `VolumeSource`. */
  readonly embedded?: Readonly<Record<string, string>>;
}

interface SchemaData {
  /** `apps/v1/Deployment` (`/v1/Pod` in the core group) to the name of its definition. */
  readonly kinds: Readonly<Record<string, string>>;
  /** A text stands for the definition of that name. */
  readonly definitions: Readonly<Record<string, Schema | string>>;
  readonly goTypes: Readonly<Record<string, GoType>>;
}

export const schemaPrefix = '#/components/schemas/';

// Read on first use: a lab that nobody sends manifests to does not need it.
let data: SchemaData | undefined;
let digest: string | undefined;

function readBytes(): Buffer {
  return readFileSync(join(import.meta.dirname, 'schemas.json.br'));
}

/** Changes whenever the schemas do. */
export function schemaDigest(): string {
  digest ??= createHash('sha256').update(readBytes()).digest('hex');
  return digest;
}

function schemaData(): SchemaData {
  data ??= JSON.parse(brotliDecompressSync(readBytes()).toString()) as SchemaData;
  return data;
}

/** The name of a kind's definition (`io.k8s.api.apps.v1.Deployment`); undefined for one that there is no schema of. */
export function definitionName(group: string, version: string, kind: string): string | undefined {
  return schemaData().kinds[`${group}/${version}/${kind}`];
}

/** The schema of that name. Throws for a name that a schema does not refer to. */
export function definition(name: string): Schema {
  const found = schemaData().definitions[name];
  if (found === undefined) throw new Error(`no definition ${name}`);
  return typeof found === 'string' ? definition(found) : found;
}

export function goType(name: string): GoType | undefined {
  return schemaData().goTypes[name];
}

/** The name of the definition that a schema refers to, directly or as the one part of it. */
export function referred(schema: Schema): string | undefined {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  return reference?.slice(schemaPrefix.length);
}

/** The schema itself, or what it refers to. */
export function resolved(schema: Schema): Schema {
  const name = referred(schema);
  return name === undefined ? schema : definition(name);
}
