import type { GoTypes, Shape, ShapeProblem, Struct } from '../../../manifest/index.ts';
import { definition, goType, referred, type Schema } from './schema-data.ts';

const special: Readonly<Record<string, Shape>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { kind: 'anything' },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { kind: 'integer or text' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { kind: 'text' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': { kind: 'text' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': { kind: 'anything' },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { kind: 'anything' },
};

const structs = new Map<string, Struct>();
const names = new WeakMap<Struct, string>();

/** A definition of a built-in type as the shape that a request is held against. */
export function structOf(name: string): Struct {
  const known = structs.get(name);
  if (known !== undefined) return known;
  const fields = new Map<string, Shape>();
  const made: Struct = { kind: 'struct', name: name.slice(name.lastIndexOf('.') + 1), fields };
  // Known before its fields are read: a type may hold itself.
  structs.set(name, made);
  names.set(made, name);
  for (const [field, schema] of Object.entries(definition(name).properties ?? {})) {
    fields.set(field, shapeOf(schema));
  }
  return made;
}

function shapeOf(schema: Schema): Shape {
  const name = referred(schema);
  if (name !== undefined) return special[name] ?? structOf(name);
  switch (schema.type) {
    case 'string':
      return { kind: 'text' };
    case 'boolean':
      return { kind: 'boolean' };
    case 'integer':
      return { kind: 'integer', bits: schema.format === 'int32' ? 32 : 64 };
    case 'array':
      return { kind: 'list', of: shapeOf(schema.items ?? {}) };
    case 'object':
      return typeof schema.additionalProperties === 'object'
        ? { kind: 'map', of: shapeOf(schema.additionalProperties) }
        : { kind: 'anything' };
    default:
      return { kind: 'anything' };
  }
}

/** The Go types of the fields of such shapes, for the decoder's errors. */
export const goTypesOfShapes: GoTypes = (struct, field) => {
  const name = names.get(struct);
  return name === undefined ? undefined : goType(name)?.types?.[field];
};

/** The problem with the embedded structs of Go's types in its path, as the decoder's errors write it. */
export function withEmbedded(problem: ShapeProblem, root: Struct): ShapeProblem {
  const path: (string | number)[] = [];
  let { depth } = problem;
  let shape: Shape | undefined = root;
  for (const [i, part] of problem.path.entries()) {
    const name: string | undefined = shape?.kind === 'struct' ? names.get(shape) : undefined;
    const embedded = name === undefined ? undefined : goType(name)?.embedded?.[part];
    if (embedded !== undefined) {
      const parts = embedded.split('.');
      path.push(...parts);
      if (i < problem.depth) depth += parts.length;
    }
    path.push(part);
    shape = memberShape(shape, part);
  }
  return path.length === problem.path.length ? problem : { ...problem, path, depth };
}

function memberShape(shape: Shape | undefined, part: string | number): Shape | undefined {
  if (shape?.kind === 'struct') return shape.fields.get(String(part));
  return shape?.kind === 'list' || shape?.kind === 'map' ? shape.of : undefined;
}
