import { type Json, sameValue } from '../../store/index.ts';
import { isEmpty, type PathSet, setOf } from './path-set.ts';
import { fieldStep, fieldType, isFields, kindOf, type ListType, stepOf, type Type } from './types.ts';

/** What became of an object's fields; each is in one of the sets at most. */
export interface Comparison {
  readonly added: PathSet;
  readonly modified: PathSet;
  readonly removed: PathSet;
}

interface Part {
  members: string[];
  readonly children: [string, PathSet][];
}

type Outcome = 'added' | 'modified' | 'removed';
type Value = Json | undefined;

/** What one value and the values below it came to. */
interface Change {
  readonly self?: Outcome;
  readonly below: Comparison;
}

const outcomes = ['added', 'modified', 'removed'] as const;

/** Compares two whole objects of a type, field by field down to the smallest that can be owned. */
export function compare(type: Type, before: Json, after: Json): Comparison {
  return compareValues(type, before, after).below;
}

function compareValues(type: Type, before: Value, after: Value): Change {
  const kind = kindOf(type, after ?? before);
  const both = before !== undefined && after !== undefined;
  if (both && kindOf(type, before) !== kind) return leafChange(before, after);
  const atomic = kind === 'list' ? type.list!.atomic : kind === 'map' && type.map!.atomic;
  if (kind === 'scalar' || atomic || (isBare(before) && isBare(after))) return leafChange(before, after);
  const below = kind === 'map' ? compareMaps(type, before, after) : compareLists(type.list!, before, after);
  if (before === undefined) return { self: 'added', below };
  return after === undefined ? { self: 'removed', below } : { below };
}

function leafChange(before: Value, after: Value): Change {
  const below = build([], []);
  if (before === undefined) return { self: 'added', below };
  if (after === undefined) return { self: 'removed', below };
  return sameValue(before, after) ? { below } : { self: 'modified', below };
}

/** Absent, null or empty: what there is to own is then the value itself. */
function isBare(value: Value): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isFields(value) && Object.keys(value).length === 0;
}

function build(
  steps: readonly (readonly [string, Outcome])[],
  parts: readonly (readonly [string, Change])[],
): Comparison {
  const made: Record<Outcome, Part> = {
    added: { members: [], children: [] },
    modified: { members: [], children: [] },
    removed: { members: [], children: [] },
  };
  for (const [step, outcome] of steps) made[outcome].members.push(step);
  for (const [step, { self, below }] of parts) {
    if (self !== undefined) made[self].members.push(step);
    for (const outcome of outcomes) {
      if (!isEmpty(below[outcome])) made[outcome].children.push([step, below[outcome]]);
    }
  }
  return {
    added: setOf(made.added.members, made.added.children),
    modified: setOf(made.modified.members, made.modified.children),
    removed: setOf(made.removed.members, made.removed.children),
  };
}

function compareMaps(type: Type, before: Value, after: Value): Comparison {
  const old = isFields(before) ? before : {};
  const fresh = isFields(after) ? after : {};
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
  const parts = names.map(
    (name) => [fieldStep(name), compareValues(fieldType(type.map!, name), old[name], fresh[name])] as const,
  );
  return build([], parts);
}

function compareLists(list: ListType, before: Value, after: Value): Comparison {
  const old = bySteps(list, before);
  const fresh = bySteps(list, after);
  const steps: [string, Outcome][] = [];
  const parts: [string, Change][] = [];
  const element = list.element();
  for (const step of new Set([...old.keys(), ...fresh.keys()])) {
    const was = old.get(step) ?? [];
    const is = fresh.get(step) ?? [];
    if (was.length <= 1 && is.length <= 1) parts.push([step, compareValues(element, was[0], is[0])]);
    else if (was.length >= 2 && is.length >= 2) {
      if (!sameValue(was, is)) steps.push([step, 'modified']);
    } else if (was.length >= 2) {
      // Several of one key before: they were owned as one.
      if (is.length > 0) parts.push([step, { below: compareValues(element, undefined, is[0]).below }]);
      steps.push([step, 'removed']);
    } else {
      if (was.length > 0) parts.push([step, { below: compareValues(element, was[0], undefined).below }]);
      steps.push([step, 'added']);
    }
  }
  return build(steps, parts);
}

function bySteps(list: ListType, value: Value): ReadonlyMap<string, readonly Json[]> {
  const found = new Map<string, Json[]>();
  for (const item of Array.isArray(value) ? value : []) {
    const step = stepOf(list, item);
    const known = found.get(step);
    if (known === undefined) found.set(step, [item]);
    else known.push(item);
  }
  return found;
}
