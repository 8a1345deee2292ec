import type { LabelSelector } from '../../model/index.ts';

/** All that a selector asks of one label. */
interface Constraint {
  /** The values that it may have; undefined = any. */
  readonly values: ReadonlySet<string> | undefined;
  readonly not: ReadonlySet<string>;
  /** May it be absent, may it be there? Both false: no label fits. */
  readonly absent: boolean;
  readonly present: boolean;
}

type Constraints = ReadonlyMap<string, Constraint>;

const free: Constraint = { values: undefined, not: new Set(), absent: true, present: true };
const prepared = new WeakMap<LabelSelector, Constraints>();

function constraintsOf(selector: LabelSelector): Constraints {
  let constraints = prepared.get(selector);
  if (constraints === undefined) {
    constraints = prepare(selector);
    prepared.set(selector, constraints);
  }
  return constraints;
}

function prepare({ matchLabels = {}, matchExpressions = [] }: LabelSelector): Constraints {
  const constraints = new Map<string, Constraint>();
  const narrow = (key: string, change: (known: Constraint) => Constraint): void => {
    constraints.set(key, change(constraints.get(key) ?? free));
  };
  for (const [key, value] of Object.entries(matchLabels)) narrow(key, (known) => among(known, [value]));
  for (const { key, operator, values = [] } of matchExpressions) {
    if (operator === 'In') narrow(key, (known) => among(known, values));
    if (operator === 'NotIn') narrow(key, (known) => except(known, values));
    if (operator === 'Exists') narrow(key, (known) => ({ ...known, absent: false }));
    if (operator === 'DoesNotExist') narrow(key, (known) => ({ ...known, present: false }));
  }
  return constraints;
}

function among(known: Constraint, values: readonly string[]): Constraint {
  const left = values.filter((value) => known.values?.has(value) !== false && !known.not.has(value));
  return { ...known, values: new Set(left), absent: false, present: known.present && left.length > 0 };
}

function except(known: Constraint, values: readonly string[]): Constraint {
  const not = new Set([...known.not, ...values]);
  if (known.values === undefined) return { ...known, not };
  const left = [...known.values].filter((value) => !not.has(value));
  return { ...known, not, values: new Set(left), present: known.present && left.length > 0 };
}

/** The first label of which a selector asks what no label can be; undefined where some labels fit. */
export function findContradiction(selector: LabelSelector | undefined): string | undefined {
  if (selector === undefined) return undefined;
  for (const [key, { absent, present }] of constraintsOf(selector)) {
    if (!absent && !present) return key;
  }
  return undefined;
}

/** True where all labels that `narrow` picks are picked by `wide` as well, whatever labels there are; an absent selector picks all. */
export function implies(narrow: LabelSelector | undefined, wide: LabelSelector | undefined): boolean {
  if (wide === undefined) return true;
  const given = constraintsOf(narrow ?? {});
  for (const [key, wanted] of constraintsOf(wide)) {
    if (!constraintImplies(given.get(key) ?? free, wanted)) return false;
  }
  return true;
}

function constraintImplies(given: Constraint, wanted: Constraint): boolean {
  if (given.absent && !wanted.absent) return false;
  if (!given.present) return true;
  if (!wanted.present) return false;
  if (given.values !== undefined) {
    return [...given.values].every((value) => wanted.values?.has(value) !== false && !wanted.not.has(value));
  }
  return wanted.values === undefined && [...wanted.not].every((value) => given.not.has(value));
}
