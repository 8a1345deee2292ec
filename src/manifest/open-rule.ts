import { type FieldPath, formatPath } from '../model/index.ts';
import type { YamlNode } from '../yaml/index.ts';
import { itemsAt, type Problem, type ShapeProblem, suggestName } from './kit/index.ts';
import { locateNode } from './locate.ts';

const peerFields: Readonly<Record<string, 'from' | 'to'>> = {
  NetworkPolicyIngressRule: 'from',
  NetworkPolicyEgressRule: 'to',
};

/**
 * Looks at an unknown field of a NetworkPolicy's rule (`form:` for `from:`). Where the rule has no peers of its own, a server that drops
 * the field lets everyone through, which is the worst that a misspelling can do. Undefined where that is not so.
 */
export function describeOpenRule(problem: ShapeProblem, root: YamlNode): Problem | undefined {
  const peers = peerFields[problem.struct.name];
  if (problem.kind !== 'unknown field' || peers === undefined) return undefined;
  const rulePath: FieldPath = problem.path.slice(0, -1);
  const rule = locateNode(root, rulePath);
  if ((itemsAt(rule, peers) ?? []).length > 0) return undefined;
  const field = String(problem.path.at(-1));
  const whom = peers === 'from' ? 'traffic from everyone' : 'traffic to everywhere';
  const suggestion = suggestName(field, problem.struct.fields.keys());
  if (suggestion === 'ports') return undefined;
  const swapped = (field === 'to' && peers === 'from') || (field === 'from' && peers === 'to');
  const help = swapped
    ? `${peers === 'from' ? 'An ingress' : 'An egress'} rule has ${peers}, not ${field}.`
    : `Did you mean ${suggestion ?? peers}?`;
  return {
    code: 'PC2004',
    severity: 'error',
    path: problem.path,
    message: `unknown field ${formatPath(problem.path)}: the rule has no ${peers}, and a rule without peers allows ${whom}`,
    help,
  };
}
