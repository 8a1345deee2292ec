import type { StringMap } from '../../store/index.ts';

interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** A label selector as an object has it. */
export interface ObjectSelector {
  readonly matchLabels?: StringMap;
  readonly matchExpressions?: readonly Expression[];
}

/** `app=web,tier in (a,b),!legacy`, sorted by key; empty where it selects all. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: ObjectSelector): string {
  const parts = [
    ...Object.entries(matchLabels).map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...matchExpressions.map((each) => ({ key: each.key, text: expressionText(each) })),
  ];
  return parts
    .sort((a, b) => compare(a.key, b.key))
    .map(({ text }) => text)
    .join(',');
}

/** The same for a table: `<none>` where it selects all. */
export function selectorCell(selector: ObjectSelector | undefined): string {
  return selectorText(selector ?? {}) || '<none>';
}

/** `a=1,b=2`, sorted; `<none>` where there are none. */
export function labelsCell(labels: StringMap | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.sort(compare).join(',') || '<none>';
}

function expressionText({ key, operator, values = [] }: Expression): string {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort(compare).join(',')})`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
