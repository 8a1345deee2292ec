import { formatSelector, type LabelSelector } from '../../model/index.ts';

/** `namespace shop`, `namespaces with team=blue`, `all namespaces`. */
export function namespaceWords(selector: LabelSelector): string {
  const words = formatSelector(selector);
  if (words === '') return 'all namespaces';
  const name = nameWanted(selector);
  return name === undefined ? `namespaces with ${words}` : `namespace ${name}`;
}

/** The same behind `no pod in`: `any namespace`. */
export function anyNamespaceWords(selector: LabelSelector): string {
  return formatSelector(selector) === '' ? 'any namespace' : namespaceWords(selector);
}

/** That there is no namespace for the selector: `there is no namespace shop here`, `no namespace here has team=blue`. */
export function noNamespaceWords(selector: LabelSelector): string {
  const name = nameWanted(selector);
  return name === undefined
    ? `no namespace here has ${formatSelector(selector)}`
    : `there is no namespace ${name} here`;
}

/** The only namespace that a selector asks for by name. */
export function nameWanted({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string | undefined {
  const byName = 'kubernetes.io/metadata.name';
  const [first, ...others] = Object.entries(matchLabels);
  if (matchExpressions.length === 0) {
    return others.length === 0 && first?.[0] === byName ? first[1] : undefined;
  }
  const [expression, ...more] = matchExpressions;
  if (first !== undefined || more.length > 0 || expression?.key !== byName) return undefined;
  return expression.operator === 'In' && expression.values?.length === 1 ? expression.values[0] : undefined;
}
