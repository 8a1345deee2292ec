import type { Json } from '../../store/index.ts';

/**
 * A set of fields, as a tree. A step is written as in `fieldsV1`: `f:name` of a field, `k:{"name":"web"}` of a list's member by its keys, `v:"x"` of a member of a set.
 * Source of the algebra: sigs.k8s.io/structured-merge-diff/fieldpath.
 */
export interface PathSet {
  readonly members: ReadonlySet<string>;
  readonly children: ReadonlyMap<string, PathSet>;
}

export const nothing: PathSet = { members: new Set(), children: new Map() };

export function isEmpty({ members, children }: PathSet): boolean {
  return members.size === 0 && children.size === 0;
}

function made(members: Iterable<string>, children: Iterable<readonly [string, PathSet]>): PathSet {
  const kept = [...children].filter(([, each]) => !isEmpty(each));
  return { members: new Set(members), children: new Map(kept) };
}

export function setOf(
  members: Iterable<string>,
  children: Iterable<readonly [string, PathSet]> = [],
): PathSet {
  return made(members, children);
}

export function union(a: PathSet, b: PathSet): PathSet {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  const children = new Map(a.children);
  for (const [step, each] of b.children) children.set(step, union(children.get(step) ?? nothing, each));
  return made([...a.members, ...b.members], children);
}

export function intersection(a: PathSet, b: PathSet): PathSet {
  const children = [...a.children].map(
    ([step, each]) => [step, intersection(each, b.children.get(step) ?? nothing)] as const,
  );
  return made(
    [...a.members].filter((step) => b.members.has(step)),
    children,
  );
}

/** What `a` has and `b` has not; what is below a field that `b` has stays. */
export function difference(a: PathSet, b: PathSet): PathSet {
  if (isEmpty(b)) return a;
  const children = [...a.children].map(([step, each]) => {
    const other = b.children.get(step);
    return [step, other === undefined ? each : difference(each, other)] as const;
  });
  return made(
    [...a.members].filter((step) => !b.members.has(step)),
    children,
  );
}

/** All its paths, in order. */
export function pathsOf(set: PathSet): readonly (readonly string[])[] {
  const steps = [...new Set([...set.members, ...set.children.keys()])].sort(compareSteps);
  return steps.flatMap((step) => {
    const own = set.members.has(step) ? [[step]] : [];
    const below = set.children.get(step);
    return below === undefined ? own : [...own, ...pathsOf(below).map((path) => [step, ...path])];
  });
}

const ranks = ['f', 'k', 'v', 'i'];

function compareSteps(a: string, b: string): number {
  const rank = ranks.indexOf(a[0]!) - ranks.indexOf(b[0]!);
  if (rank !== 0) return rank;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `.spec.template.spec.containers[name="web"].image`. */
export function writePath(path: readonly string[]): string {
  return path.map(writeStep).join('');
}

export function writeStep(step: string): string {
  const rest = step.slice(2);
  if (step.startsWith('f:')) return `.${rest}`;
  if (step.startsWith('v:')) return `[=${rest}]`;
  if (step.startsWith('i:')) return `[${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as Readonly<Record<string, unknown>>);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}

/** As `fieldsV1` has it. */
export function encodeSet(set: PathSet): Json {
  return encodeWithin(set, false);
}

function encodeWithin({ members, children }: PathSet, self: boolean): Json {
  const result: Record<string, Json> = self && members.size + children.size > 0 ? { '.': {} } : {};
  for (const step of [...new Set([...members, ...children.keys()])].sort(compareSteps)) {
    const below = children.get(step);
    result[step] = below === undefined ? {} : encodeWithin(below, members.has(step));
  }
  return result;
}

export function decodeSet(fields: Json): PathSet {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return nothing;
  const members: string[] = [];
  const children: [string, PathSet][] = [];
  for (const [step, below] of Object.entries(fields as { readonly [key: string]: Json })) {
    if (step === '.') continue;
    const inner = decodeSet(below);
    const self = typeof below === 'object' && below !== null && '.' in below;
    if (self || isEmpty(inner)) members.push(step);
    if (!isEmpty(inner)) children.push([step, inner]);
  }
  return made(members, children);
}
