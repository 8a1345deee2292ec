import type { Condition, Question } from '../../policy/authorization/index.ts';
import { remember } from './remember.ts';
import type { Conjunction, RequestSet } from './types.ts';

/** What a clause asks of one part of a request: that it has one of the values, or (negated) none of them. */
export interface FieldClause {
  readonly field: 'method' | 'path' | 'host' | 'header' | 'claim' | 'request principal' | 'other';
  /** Of a header; of a claim, with dots between nested ones; of another input. */
  readonly name?: string;
  readonly negated: boolean;
  /** As the policies write them, each once, sorted. */
  readonly values: readonly string[];
}

/** Requests for which all of `fields` hold and no exception does. No field = every request. */
export interface RequestClause {
  readonly fields: readonly FieldClause[];
  readonly except: readonly (readonly FieldClause[])[];
}

/**
 * The set as data for reports: a request is in it when it is in one of the clauses. Equal sets of conditions give equal clauses in equal order. Remembered by
 * the set.
 */
export const describeSet: (set: RequestSet) => readonly RequestClause[] = remember(describeAnew);

function describeAnew(set: RequestSet): readonly RequestClause[] {
  const clauses = set.flatMap(({ any, none }) => {
    const except = describeAll(none);
    return describeAll(any).map((fields): RequestClause => ({ fields, except }));
  });
  return sortedByText(clauses);
}

type Fields = readonly FieldClause[];

function describeAll(conjunctions: readonly Conjunction[]): readonly Fields[] {
  const described = sortedByText(conjunctions.map(describeConjunction));
  if (described.length < 2) return described;
  const names = new Set(described.flatMap((fields) => fields.map(nameOf)));
  const paths = JSON.stringify(['path', undefined]);
  return sortedByText([paths, ...[...names].sort()].reduce(mergeBy, described));
}

function nameOf({ field, name }: FieldClause): string {
  return JSON.stringify([field, name]);
}

/** Conjunctions that differ only in the values that they list for the field are one with all the values. */
function mergeBy(list: readonly Fields[], name: string): readonly Fields[] {
  const alike = Map.groupBy(list, (fields) => {
    const at = placeToMerge(fields, name);
    return JSON.stringify(at < 0 ? fields : [at, fields.with(at, { ...fields[at]!, values: [] })]);
  });
  return [...alike.values()].map((group) => {
    const [first] = group as [Fields];
    const at = placeToMerge(first, name);
    if (group.length === 1 || at < 0) return first;
    const values = distinct(group.flatMap((fields) => fields[at]!.values));
    return first.with(at, { ...first[at]!, values });
  });
}

/** Where the field is listed, if it is once. */
function placeToMerge(fields: Fields, name: string): number {
  const places = fields.flatMap((field, i) => (!field.negated && nameOf(field) === name ? [i] : []));
  return places.length === 1 ? places[0]! : -1;
}

function describeConjunction(conjunction: Conjunction): Fields {
  const fields = conjunction.map(describeCondition);
  const positive = fields.filter(({ negated }) => !negated);
  // Neither of these and neither of those = none of all of them.
  const negative = Map.groupBy(
    fields.filter(({ negated }) => negated),
    (field) => JSON.stringify([field.field, field.name]),
  );
  const together = [...negative.values()].map((alike) => ({
    ...alike[0]!,
    values: distinct(alike.flatMap(({ values }) => values)),
  }));
  const texts = new Map([...positive, ...together].map((field) => [sortText(field), field]));
  return [...texts.keys()].sort().map((text) => texts.get(text)!);
}

function describeCondition({ negated, values, question }: Condition): FieldClause {
  return { ...describeInput(question), negated, values: distinct(values) };
}

function describeInput(question: Question): Pick<FieldClause, 'field' | 'name'> {
  if (question.kind === 'request principal') return { field: question.kind };
  if (question.kind !== 'text') return { field: 'other', name: question.kind };
  const { input } = question;
  switch (input.kind) {
    case 'method':
    case 'path':
    case 'host':
      return { field: input.kind };
    case 'header':
      return { field: input.kind, name: input.name };
    case 'claim':
      return { field: input.kind, name: input.path.join('.') };
    case 'metadata':
      return { field: 'other', name: `${input.filter}[${input.key}]` };
    default:
      return { field: 'other', name: input.kind };
  }
}

const order: readonly FieldClause['field'][] = [
  'method',
  'host',
  'path',
  'header',
  'claim',
  'request principal',
  'other',
];

function sortText(field: FieldClause): string {
  return `${order.indexOf(field.field)} ${field.negated ? 1 : 0} ${JSON.stringify(field)}`;
}

function sortedByText<T>(items: readonly T[]): readonly T[] {
  const texts = new Map(items.map((item) => [JSON.stringify(item), item]));
  return [...texts.keys()].sort().map((text) => texts.get(text)!);
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
