import type { Json } from '../../store/index.ts';
import { isEmpty, nothing, type PathSet } from './path-set.ts';
import { fieldStep, fieldType, isFields, kindOf, type ListType, stepOf, type Type } from './types.ts';

type Value = Json | undefined;

/** Lays a configuration over an object: what it says counts, what it doesn't say stays. Members of lists keep their order as far as both agree. */
export function merge(type: Type, live: Value, config: Value): Value {
  const over = config ?? live;
  const kind = kindOf(type, over);
  if (live !== undefined && config !== undefined && kindOf(type, live) !== kind) return config;
  if (kind === 'scalar') return config === undefined ? live : config;
  const bare = isBare(live) && isBare(config);
  if (kind === 'map') {
    if (type.map!.atomic || bare) return config === undefined ? live : config;
    return mergeMaps(type, isFields(live) ? live : {}, isFields(config) ? config : {});
  }
  if (type.list!.atomic || bare) return config === undefined ? live : config;
  return mergeLists(type.list!, Array.isArray(live) ? live : [], Array.isArray(config) ? config : []);
}

function isBare(value: Value): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isFields(value) && Object.keys(value).length === 0;
}

function mergeMaps(
  type: Type,
  live: { readonly [key: string]: Json },
  config: { readonly [key: string]: Json },
): Value {
  const result: Record<string, Json> = {};
  for (const name of new Set([...Object.keys(live), ...Object.keys(config)])) {
    const merged = merge(fieldType(type.map!, name), live[name], config[name]);
    if (merged !== undefined) result[name] = merged;
  }
  return Object.keys(result).length === 0 ? undefined : result;
}

function mergeLists(list: ListType, live: readonly Json[], config: readonly Json[]): Value {
  const left = live.map((item) => stepOf(list, item));
  const right = config.map((item) => stepOf(list, item));
  const old = singles(left, live);
  const fresh = new Map(right.map((step, i) => [step, config[i]!]));
  const shared = right.filter((step) => old.has(step));
  const done = new Set<string>();
  const result: Json[] = [];
  const add = (one: Value, other: Value) => {
    const merged = merge(list.element(), one, other);
    if (merged !== undefined) result.push(merged);
  };
  const takeShared = () => {
    next = shared.shift();
  };
  let next = shared.shift();
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const [a, b] = [left[l], right[r]];
    if (a !== undefined && b !== undefined) {
      if (a === b) {
        done.add(a);
        add(old.get(a) ?? undefined, fresh.get(b));
        l++;
        r++;
        takeShared();
        continue;
      }
      if (fresh.has(a) && next !== undefined && next !== a) {
        // Both have it, but it is not its turn.
        l++;
        continue;
      }
    }
    if (a !== undefined) {
      if (!fresh.has(a)) {
        add(live[l], undefined);
        l++;
        continue;
      }
      if (done.has(a)) l++;
    }
    if (b !== undefined) {
      done.add(b);
      add(old.get(b) ?? undefined, fresh.get(b));
      r++;
      if (next === b) takeShared();
    }
  }
  return result.length === 0 ? undefined : result;
}

/** Members by their steps; those that there are several of are not merged with. */
function singles(steps: readonly string[], items: readonly Json[]): ReadonlyMap<string, Json | undefined> {
  const found = new Map<string, Json | undefined>();
  for (const [i, step] of steps.entries()) found.set(step, found.has(step) ? undefined : items[i]);
  return found;
}

/** Takes the fields of a set out of a value. What is owned as a whole, and named below only, goes; null stands for a value that has nothing left. */
export function removeFields(type: Type, value: Json, set: PathSet): Json {
  const kind = kindOf(type, value);
  if (kind === 'list' && Array.isArray(value)) {
    if (type.list!.atomic) return null;
    const kept = value.flatMap((item) => {
      const step = stepOf(type.list!, item);
      if (set.members.has(step)) return [];
      const below = set.children.get(step) ?? nothing;
      return [isEmpty(below) ? item : removeFields(type.list!.element(), item, below)];
    });
    return kept.length === 0 ? null : kept;
  }
  if (kind !== 'map' || !isFields(value)) return value;
  if (type.map!.atomic) return null;
  const result: Record<string, Json> = {};
  for (const [name, field] of Object.entries(value)) {
    const step = fieldStep(name);
    if (set.members.has(step)) continue;
    const below = set.children.get(step) ?? nothing;
    result[name] = isEmpty(below) ? field : removeFields(fieldType(type.map!, name), field, below);
  }
  return Object.keys(result).length === 0 ? null : result;
}
