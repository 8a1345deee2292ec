/** How conditions of one kind (permissions, principals) are put together. */
export interface Algebra<T> {
  readonly any: T;
  and(list: readonly T[]): T;
  or(list: readonly T[]): T;
  not(one: T): T;
}

/** What the values of a field mean beyond their text. */
export interface Scope {
  /** Of the policy. */
  readonly namespace: string;
  /** The mesh's trust domain and its aliases. */
  readonly trustDomains: readonly string[];
}

/** How a field or `when` key becomes conditions: value by value, or all values as one. `undefined` = of no use to Envoy. */
export interface Field<T> {
  /** Means nothing on a TCP chain. */
  readonly httpOnly?: true;
  /** The values that are meant by those written. */
  expand?(values: readonly string[], scope: Scope): readonly string[];
  readonly read:
    | { readonly each: (value: string, scope: Scope) => T | undefined }
    | { readonly together: (values: readonly string[]) => T | undefined };
}

/** A field with what a rule lists for it and for its negative form. */
export interface Listed<T> {
  readonly field: Field<T>;
  readonly values: readonly string[] | undefined;
  readonly notValues: readonly string[] | undefined;
  /** How often Istio expands the values: what `when` lists, once for each `from` entry, and each time what the time before made. */
  readonly expansions: number;
}

/** What a rule is built for. */
export interface Target {
  readonly scope: Scope;
  readonly chain: 'HTTP' | 'TCP';
  /** An ALLOW rule goes as a whole where a part of it is of no use; of any other rule only that part goes. */
  readonly strict: boolean;
}

/**
 * All conditions of one entry of a rule, or undefined where the rule goes with them.
 * Source: istio pilot/pkg/security/authz/model/model.go.
 */
export function allConditions<T>(
  listed: readonly Listed<T>[],
  algebra: Algebra<T>,
  target: Target,
): T | undefined {
  const conditions: T[] = [];
  for (const one of listed) {
    const wanted = oneOf(one, one.values, algebra, target);
    const unwanted = oneOf(one, one.notValues, algebra, target);
    if (wanted === 'useless' || unwanted === 'useless') return undefined;
    if (wanted !== undefined) conditions.push(wanted);
    if (unwanted !== undefined) conditions.push(algebra.not(unwanted));
  }
  return algebra.and(conditions.length === 0 ? [algebra.any] : conditions);
}

function oneOf<T>(
  { field, expansions }: Listed<T>,
  written: readonly string[] | undefined,
  algebra: Algebra<T>,
  { scope, chain, strict }: Target,
): T | 'useless' | undefined {
  if (written === undefined || written.length === 0) return undefined;
  const useless = strict ? 'useless' : undefined;
  if (field.httpOnly === true && chain === 'TCP') return useless;
  let values = written;
  for (let time = 0; time < expansions; time++) values = field.expand?.(values, scope) ?? values;
  const { read } = field;
  if ('together' in read) return read.together(values) ?? useless;
  const conditions = values.map((value) => read.each(value, scope));
  const used = conditions.filter((condition) => condition !== undefined);
  if (strict && used.length < conditions.length) return 'useless';
  return used.length === 0 ? undefined : algebra.or(used);
}
