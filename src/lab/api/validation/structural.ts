import { sameValue } from '../../store/index.ts';
import { resolved, type Schema } from '../openapi/index.ts';
import { invalid, notSupported, type Refusal, required } from './refusals.ts';

/** The parts of a CustomResourceDefinition's schema that refuse values. */
interface Rules extends Schema {
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly not?: Schema;
}

type Fields = Readonly<Record<string, unknown>>;

/** Holds a value against a structural schema, with the words of the API server (kube-openapi's validate). CEL rules are not looked at. */
export function checkStructure(given: Schema, value: unknown, path: string): readonly Refusal[] {
  const schema = resolved(given) as Rules;
  if (value === undefined) return [];
  if (value === null) return schema.nullable ? [] : [mistyped(schema, value, path)];
  if (!hasType(schema, value)) return [mistyped(schema, value, path)];
  return [
    ...checkChoices(schema, value, path),
    ...(schema.enum !== undefined && !schema.enum.some((each) => sameValue(each, value))
      ? [notSupported(path, value, schema.enum)]
      : []),
    ...(typeof value === 'string' ? checkText(schema, value, path) : []),
    ...(typeof value === 'number' ? checkNumber(schema, value, path) : []),
    ...(Array.isArray(value) ? checkList(schema, value, path) : []),
    ...(isFields(value) ? checkFields(schema, value, path) : []),
  ];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function wantedType(schema: Rules): string | undefined {
  return schema['x-kubernetes-int-or-string' as keyof Rules] === true ? 'integer,string' : schema.type;
}

function hasType(schema: Rules, value: unknown): boolean {
  const wanted = wantedType(schema);
  const type = typeOf(value);
  return (
    wanted === undefined || wanted.split(',').includes(type) || (wanted === 'number' && type === 'integer')
  );
}

function mistyped(schema: Rules, value: unknown, path: string): Refusal {
  const type = typeOf(value);
  const why = `${path} in body must be of type ${wantedType(schema)}: ${JSON.stringify(type)}`;
  return { ...invalid(path, type, why), reason: 'FieldValueTypeInvalid' };
}

function checkText(
  { minLength = 0, maxLength, pattern }: Rules,
  value: string,
  path: string,
): readonly Refusal[] {
  const length = [...value].length;
  const body = `${path} in body should`;
  return [
    ...(maxLength !== undefined && length > maxLength
      ? [
          {
            reason: 'FieldValueTooLong',
            field: path,
            message: `Too long: may not be more than ${maxLength} bytes`,
          },
        ]
      : []),
    ...(length < minLength ? [invalid(path, value, `${body} be at least ${minLength} chars long`)] : []),
    ...(pattern !== undefined && !new RegExp(pattern).test(value)
      ? [invalid(path, value, `${body} match '${pattern}'`)]
      : []),
  ];
}

function checkNumber({ minimum, maximum }: Rules, value: number, path: string): readonly Refusal[] {
  const body = `${path} in body should be`;
  if (maximum !== undefined && value > maximum) {
    return [invalid(path, value, `${body} less than or equal to ${maximum}`)];
  }
  if (minimum !== undefined && value < minimum) {
    return [invalid(path, value, `${body} greater than or equal to ${minimum}`)];
  }
  return [];
}

function checkList(schema: Rules, value: readonly unknown[], path: string): readonly Refusal[] {
  const { minItems = 0, maxItems, items = {} } = schema;
  return [
    ...(value.length < minItems
      ? [invalid(path, value.length, `${path} in body should have at least ${minItems} items`)]
      : []),
    ...(maxItems !== undefined && value.length > maxItems ? [tooMany(path, value.length, maxItems)] : []),
    ...value.flatMap((item, i) => checkStructure(items, item, `${path}[${i}]`)),
  ];
}

function checkFields(schema: Rules, value: Fields, path: string): readonly Refusal[] {
  const { minProperties = 0, maxProperties, properties = {}, additionalProperties: values } = schema;
  const size = Object.keys(value).length;
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  return [
    ...(size < minProperties
      ? [invalid(path, size, `${path} in body should have at least ${minProperties} properties`)]
      : []),
    ...(maxProperties !== undefined && size > maxProperties ? [tooMany(path, size, maxProperties)] : []),
    ...(schema.required ?? []).flatMap((name) => (value[name] === undefined ? [required(at(name))] : [])),
    ...Object.entries(value).flatMap(([name, member]) => {
      const field = properties[name] ?? (typeof values === 'object' ? values : undefined);
      return field === undefined ? [] : checkStructure(field, member, at(name));
    }),
  ];
}

function tooMany(path: string, count: number, most: number): Refusal {
  const message = `Too many: ${count}: must have at most ${most} items`;
  return { reason: 'FieldValueTooMany', field: path, message };
}

function checkChoices({ anyOf, oneOf, allOf, not }: Rules, value: unknown, path: string): readonly Refusal[] {
  const passes = (schema: Schema) => checkStructure(schema, value, path).length === 0;
  const found: Refusal[] = [];
  if (anyOf !== undefined && !anyOf.some(passes)) {
    found.push(invalid(path, '', `${path} in body must validate at least one schema (anyOf)`));
  }
  if (oneOf !== undefined) {
    const count = oneOf.filter(passes).length;
    const told = count === 0 ? 'Found none valid' : `Found ${count} valid alternatives`;
    if (count !== 1) {
      found.push(
        invalid(path, '', `${JSON.stringify(path)} must validate one and only one schema (oneOf). ${told}`),
      );
    }
  }
  for (const schema of allOf ?? []) found.push(...checkStructure(schema, value, path));
  if (not !== undefined && passes(not)) {
    found.push(invalid(path, '', `${JSON.stringify(path)} must not validate the schema (not)`));
  }
  return found;
}
