import type { FieldPath } from '../../model/index.ts';
import type { Schema } from './crd-schema.ts';
import { quote } from './go/index.ts';
import { isObject } from './proto.ts';

/** One thing that a schema refuses, in the API server's words. */
export interface CrdProblem {
  readonly path: FieldPath;
  readonly message: string;
}

/** What the CRD refuses about an object: all that the schema refuses; else the unknown fields; else what its CEL rules refuse. */
export interface CrdVerdict {
  readonly problems: readonly CrdProblem[];
  readonly unknownFields: readonly FieldPath[];
}

const fine: CrdVerdict = { problems: [], unknownFields: [] };

/** Holds an object (parsed JSON) against the schema of its whole text, in the API server's three rounds. */
export function checkSchema(schema: Schema, json: unknown): CrdVerdict {
  const problems: CrdProblem[] = [];
  checkShape(schema, json, [], problems);
  if (problems.length > 0) return { ...fine, problems };
  const unknownFields: FieldPath[] = [];
  collectUnknown(schema, json, [], unknownFields);
  if (unknownFields.length > 0) return { ...fine, unknownFields };
  checkRules(schema, json, [], '', problems);
  return { ...fine, problems };
}

/** `spec.selector.matchLabels.app`, as schema errors write paths. */
export function dotted(path: FieldPath): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .slice(1);
}

function checkShape(schema: Schema, json: unknown, path: FieldPath, problems: CrdProblem[]): void {
  if (schema.open === true) return;
  const at = dotted(path);
  const report = (problem: string) => problems.push({ path, message: `${at}: ${problem}` });
  const type = typeName(json);
  if (type !== schema.type) {
    report(`Invalid value: "${type}": ${at} in body must be of type ${schema.type}: "${type}"`);
  }
  if (schema.enum !== undefined && !schema.enum.includes(json as string)) {
    const supported = schema.enum.map((value) => JSON.stringify(value)).join(', ');
    report(`Unsupported value: ${show(json)}: supported values: ${supported}`);
  }
  if (type !== schema.type) return;
  if (typeof json === 'string') {
    const problem = checkText(schema, json, at);
    if (problem !== undefined) report(problem);
  } else if (Array.isArray(json)) {
    if (json.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) {
      report(`Too many: ${json.length}: must have at most ${schema.maxItems} items`);
    }
    for (const [index, item] of json.entries()) checkShape(schema.items!, item, [...path, index], problems);
  } else if (isObject(json)) checkObject(schema, json, path, problems);
}

/** The first limit that a text breaks. */
function checkText(schema: Schema, value: string, at: string): string | undefined {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
  const length = [...value].length;
  if (length > maxLength) return `Too long: may not be more than ${maxLength} bytes`;
  const invalid = `Invalid value: ${quote(value)}: ${at} in body should`;
  if (length < minLength) return `${invalid} be at least ${minLength} chars long`;
  if (pattern !== undefined && !new RegExp(pattern).test(value)) return `${invalid} match '${pattern}'`;
  return undefined;
}

function checkObject(
  schema: Schema,
  json: Readonly<Record<string, unknown>>,
  path: FieldPath,
  problems: CrdProblem[],
): void {
  const at = dotted(path);
  const size = Object.keys(json).length;
  if (size < (schema.minProperties ?? 0)) {
    const wanted = `${at} in body should have at least ${schema.minProperties} properties`;
    problems.push({ path, message: `${at}: Invalid value: ${size}: ${wanted}` });
  }
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(json, name)) problems.push({ path, message: `${at}.${name}: Required value` });
  }
  for (const [name, value] of Object.entries(json)) {
    const field = fieldSchema(schema, name);
    if (field !== undefined) checkShape(field, value, [...path, name], problems);
  }
}

function fieldSchema(schema: Schema, name: string): Schema | undefined {
  if (schema.values !== undefined) return schema.values;
  return schema.properties !== undefined && Object.hasOwn(schema.properties, name)
    ? schema.properties[name]
    : undefined;
}

function collectUnknown(schema: Schema, json: unknown, path: FieldPath, unknown: FieldPath[]): void {
  if (schema.open === true) return;
  if (Array.isArray(json)) {
    for (const [index, item] of json.entries())
      collectUnknown(schema.items!, item, [...path, index], unknown);
  } else if (isObject(json)) {
    for (const [name, value] of Object.entries(json)) {
      const field = fieldSchema(schema, name);
      if (field === undefined) unknown.push([...path, name]);
      else collectUnknown(field, value, [...path, name], unknown);
    }
  }
}

/** `at` is the path as CEL errors write it: keys of maps in brackets. */
function checkRules(
  schema: Schema,
  json: unknown,
  path: FieldPath,
  at: string,
  problems: CrdProblem[],
): void {
  if (schema.open === true) return;
  for (const { message, holds } of schema.rules ?? []) {
    const result = holds(json as never);
    if (result === true) continue;
    const shown = typeof json === 'string' ? `${quote(json)}: ` : '';
    const problem =
      result === false
        ? `${shown}${message}`
        : `"${typeName(json)}": ${result.error} evaluating rule: ${message}`;
    problems.push({ path, message: `${at}: Invalid value: ${problem}` });
  }
  if (Array.isArray(json)) {
    for (const [index, item] of json.entries()) {
      checkRules(schema.items!, item, [...path, index], `${at}[${index}]`, problems);
    }
  } else if (isObject(json)) {
    for (const [name, value] of Object.entries(json)) {
      const field = fieldSchema(schema, name);
      const below = schema.values !== undefined ? `${at}[${name}]` : at === '' ? name : `${at}.${name}`;
      if (field !== undefined) checkRules(field, value, [...path, name], below, problems);
    }
  }
}

function typeName(json: unknown): string {
  if (json === null) return 'null';
  return Array.isArray(json) ? 'array' : typeof json;
}

function show(json: unknown): string {
  return typeof json === 'string' ? quote(json) : JSON.stringify(sortKeys(json));
}

function sortKeys(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(sortKeys);
  if (!isObject(json)) return json;
  const names = Object.keys(json).sort();
  return Object.fromEntries(names.map((name) => [name, sortKeys(json[name])]));
}
