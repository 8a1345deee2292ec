import type { Json } from '../../store/index.ts';
import { nothing, type PathSet, setOf } from './path-set.ts';
import {
  fieldStep,
  fieldType,
  isFields,
  kindOf,
  type ListType,
  type MapType,
  stepOf,
  type Type,
} from './types.ts';

interface Found {
  /** The value itself is a member, as nothing below it is owned on its own. */
  readonly self: boolean;
  readonly below: PathSet;
}

const leaf: Found = { self: true, below: nothing };
const none: Found = { self: false, below: nothing };

/** The fields that a value sets, down to the smallest that can be owned. */
export function fieldSet(type: Type, value: Json): PathSet {
  return find(type, value).below;
}

function find(type: Type, value: Json): Found {
  switch (kindOf(type, value)) {
    case 'scalar':
      return leaf;
    case 'list':
      if (type.list!.atomic) return leaf;
      return Array.isArray(value) ? findInList(type.list!, value) : none;
    case 'map':
      if (type.map!.atomic) return leaf;
      return isFields(value) ? findInMap(type.map!, value) : none;
  }
}

function findInList(list: ListType, items: readonly Json[]): Found {
  const steps = items.map((item) => stepOf(list, item));
  const counts = new Map<string, number>();
  for (const step of steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  const children = items.flatMap((item, i) => {
    const step = steps[i]!;
    return counts.get(step) === 1 ? [[step, find(list.element(), item).below] as const] : [];
  });
  return { self: false, below: setOf(steps, children) };
}

function findInMap(map: MapType, fields: { readonly [key: string]: Json }): Found {
  const members: string[] = [];
  const children: [string, PathSet][] = [];
  for (const [name, value] of Object.entries(fields)) {
    const step = fieldStep(name);
    const { self, below } = find(fieldType(map, name), value);
    const empty = value === null || (isFields(value) && Object.keys(value).length === 0);
    if (self || empty || map.field(name) === undefined) members.push(step);
    children.push([step, below]);
  }
  return { self: false, below: setOf(members, children) };
}

/** The set with every field that a schema names and something below which is in it. */
export function withNamedFields(set: PathSet, type: Type | undefined): PathSet {
  const { map, list } = type ?? {};
  const named = [...set.children.keys()].filter(
    (step) => step.startsWith('f:') && map?.field(step.slice(2)) !== undefined,
  );
  const children = [...set.children].map(([step, below]) => {
    const inner = step.startsWith('f:') ? map && fieldType(map, step.slice(2)) : list?.element();
    return [step, withNamedFields(below, inner)] as const;
  });
  return setOf([...set.members, ...named], children);
}
