import type { LabelSelector, NetworkPolicy } from '../../model/index.ts';
import { implies } from './selector-logic.ts';

/**
 * Gives, for a policy among those of one namespace, the policies that are for all of its pods, itself among them. Policies are looked up by one label that they ask for:
 * a namespace may have thousands.
 */
export function widerPolicies(
  policies: readonly NetworkPolicy[],
): (policy: NetworkPolicy) => readonly NetworkPolicy[] {
  const byLabel = Map.groupBy(policies, ({ spec }) => firstLabel(spec.podSelector) ?? '');
  return (policy) => {
    const own = labelsAsked(policy.spec.podSelector);
    const candidates = ['', ...own].flatMap((label) => byLabel.get(label) ?? []);
    return candidates.filter((other) => implies(policy.spec.podSelector, other.spec.podSelector));
  };
}

/** Only what matchLabels ask: a condition in another form is found among those without a label. */
function firstLabel({ matchLabels = {} }: LabelSelector): string | undefined {
  const [first] = Object.entries(matchLabels);
  return first === undefined ? undefined : first.join('=');
}

function labelsAsked({ matchLabels = {}, matchExpressions = [] }: LabelSelector): readonly string[] {
  return [
    ...Object.entries(matchLabels).map((pair) => pair.join('=')),
    ...matchExpressions.flatMap(({ key, operator, values = [] }) =>
      operator === 'In' && values.length === 1 ? [`${key}=${values[0]}`] : [],
    ),
  ];
}
