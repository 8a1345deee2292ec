import {
  and,
  type FailedCondition,
  type FieldPath,
  type KnownLabels,
  type LabelSelector,
  type Labels,
  labelOf,
  type Truth,
  unknown,
} from '../model/index.ts';

/** One condition of a selector; `matchLabels` entries read as `In` with one value. `path` starts at the selector. */
interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
  readonly path: FieldPath;
}

const none: readonly Requirement[] = [];
const prepared = new WeakMap<LabelSelector, readonly Requirement[]>();

/**
 * Does the selector hold for these labels? An absent or empty selector holds for all. Unknown only where a label that nobody gave decides;
 * `namespace` is whose labels they are, for the fact that is then missing.
 */
export function matchSelector(
  selector: LabelSelector | undefined,
  labels: KnownLabels,
  namespace = '',
): Truth {
  let result: Truth = true;
  for (const requirement of requirementsOf(selector)) {
    result = and(result, holds(requirement, labels, namespace));
    if (result === false) return false;
  }
  return result;
}

/** Does the selector hold for labels that are all known? An absent or empty selector holds for all. */
export function selectsLabels(selector: LabelSelector | undefined, labels: Labels): boolean {
  for (const requirement of requirementsOf(selector)) {
    if (!holdsForValue(requirement, labelOf(labels, requirement.key))) return false;
  }
  return true;
}

/** How many conditions of the selector these labels fail for certain. */
export function countFailedRequirements(selector: LabelSelector | undefined, labels: KnownLabels): number {
  let count = 0;
  for (const requirement of requirementsOf(selector)) {
    if (fails(requirement, labels)) count++;
  }
  return count;
}

/** The conditions of the selector at `path` that these labels fail for certain, each with the label it met. */
export function describeFailedRequirements(
  selector: LabelSelector | undefined,
  labels: KnownLabels,
  path: FieldPath,
): readonly FailedCondition[] {
  return requirementsOf(selector)
    .filter((requirement) => fails(requirement, labels))
    .map((requirement) => ({
      path: [...path, ...requirement.path],
      wanted: describeRequirement(requirement),
      got: describeLabel(requirement.key, labelOf(labels.labels, requirement.key)),
    }));
}

function requirementsOf(selector: LabelSelector | undefined): readonly Requirement[] {
  if (selector === undefined) return none;
  let requirements = prepared.get(selector);
  if (requirements === undefined) {
    requirements = prepare(selector);
    prepared.set(selector, requirements);
  }
  return requirements;
}

function prepare({ matchLabels = {}, matchExpressions = [] }: LabelSelector): readonly Requirement[] {
  return [
    ...Object.entries(matchLabels).map(
      ([key, value]): Requirement => ({ key, operator: 'In', values: [value], path: ['matchLabels', key] }),
    ),
    ...matchExpressions.map(
      ({ key, operator, values = [] }, i): Requirement => ({
        key,
        operator,
        values,
        path: ['matchExpressions', i],
      }),
    ),
  ];
}

function holds(requirement: Requirement, known: KnownLabels, namespace: string): Truth {
  const { key, operator, values } = requirement;
  const value = labelOf(known.labels, key);
  if (value !== undefined || isKnownAbsent(known, key)) return holdsForValue(requirement, value);
  const asksPresence = operator === 'Exists' || operator === 'DoesNotExist';
  return unknown({
    kind: 'namespace label',
    namespace,
    key,
    patterns: asksPresence
      ? [{ form: 'presence', text: '' }]
      : values.map((text) => ({ form: 'exact', text })),
  });
}

function fails(requirement: Requirement, known: KnownLabels): boolean {
  const value = labelOf(known.labels, requirement.key);
  if (value === undefined && !isKnownAbsent(known, requirement.key)) return false;
  return !holdsForValue(requirement, value);
}

function isKnownAbsent(known: KnownLabels, key: string): boolean {
  return known.complete || known.absent?.has(key) === true;
}

function holdsForValue({ operator, values }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

function describeRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'In':
      return values.length === 1 ? describeLabel(key, values[0]) : `${key} in (${values.join(', ')})`;
    case 'NotIn':
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} not in (${values.join(', ')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
  }
}

function describeLabel(key: string, value: string | undefined): string {
  return value === undefined ? `no label ${key}` : `${key}=${value === '' ? '""' : value}`;
}
