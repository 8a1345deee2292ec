/** Label or annotation keys and values. Read with `labelOf`: a key may be called `constructor`. */
export type Labels = Readonly<Record<string, string>>;

/** The value of `key`, or undefined where the key is absent. */
export function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** Labels of which some may not be known: `complete` says that a key not listed is absent. */
export interface KnownLabels {
  readonly labels: Labels;
  readonly complete: boolean;
  /** Keys known to be absent although the set is not complete. */
  readonly absent?: ReadonlySet<string>;
}

/** metav1.LabelSelector. */
export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

/** True when every key and value of `wanted` is in `labels` (Istio's and Service's equality selectors). */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  for (const key of Object.keys(wanted)) {
    if (labelOf(labels, key) !== wanted[key]) return false;
  }
  return true;
}

/** A selector in kubectl's words: `app=web,tier in (a, b),!legacy`; empty for one that selects everything. */
export function formatSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    if (values.length < 2) return `${key}${operator === 'In' ? '=' : '!='}${values.join()}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(', ')})`;
  });
  return [...labels, ...expressions].join(',');
}
