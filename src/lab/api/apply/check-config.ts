import type { Json } from '../../store/index.ts';
import { writeStep } from './path-set.ts';
import { fieldStep, isFields, kindOf, type ListType, type MapType, stepOf, type Type } from './types.ts';

/** What a configuration has that its type has not, each with its path: `.spec.foo: field not declared in schema`. Only the first few are told. */
export function checkConfig(type: Type, value: Json, path = ''): readonly string[] {
  if (value === null) return [];
  switch (kindOf(type, value)) {
    case 'scalar':
      return checkScalar(type, value, path);
    case 'list':
      if (!Array.isArray(value)) return [`${path}: expected list, got ${show(value)}`];
      return checkList(type.list!, value, path);
    case 'map':
      if (!isFields(value)) return [`${path}: expected map, got ${show(value)}`];
      return checkMap(type.map!, value, path);
  }
}

function checkScalar({ scalar }: Type, value: Json, path: string): readonly string[] {
  const given = Array.isArray(value)
    ? '[]interface {}'
    : typeof value === 'object'
      ? 'map[string]interface {}'
      : typeof value;
  switch (scalar) {
    case 'numeric':
      return typeof value === 'number' ? [] : [`${path}: expected numeric (int or float), got ${given}`];
    case 'string':
      return typeof value === 'string' ? [] : [`${path}: expected string, got ${show(value)}`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path}: expected boolean, got ${show(value)}`];
    default:
      return typeof value === 'object' ? [`${path}: expected any scalar, got ${show(value)}`] : [];
  }
}

function checkList(list: ListType, items: readonly Json[], path: string): readonly string[] {
  const seen = new Set<string>();
  return items.flatMap((item, i) => {
    if (list.atomic) return checkConfig(list.element(), item, `${path}[${i}]`);
    const step = tryStep(list, item);
    if (step instanceof Error) return [`${path}: element ${i}: ${step.message}`];
    const again = seen.has(step);
    seen.add(step);
    const below = checkConfig(list.element(), item, `${path}${writeStep(step)}`);
    return again ? [`${path}: duplicate entries for key ${writeStep(step)}`, ...below] : below;
  });
}

function tryStep(list: ListType, item: Json): string | Error {
  try {
    return stepOf(list, item);
  } catch (error) {
    return error as Error;
  }
}

function checkMap(map: MapType, fields: { readonly [key: string]: Json }, path: string): readonly string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const at = `${path}${writeStep(fieldStep(name))}`;
    const type = map.field(name) ?? map.element?.();
    return type === undefined ? [`${at}: field not declared in schema`] : checkConfig(type, value, at);
  });
}

function show(value: Json): string {
  return JSON.stringify(value);
}
