import type {
  WorkloadClause,
  WorkloadCondition,
  WorkloadGroup,
  WorkloadPolicy,
} from '../../cluster/index.ts';
import type { AuthorizationPolicy, AuthorizationRule, FieldPath, Mesh } from '../../model/index.ts';
import { isDryRun } from './dry-run.ts';
import { ruleId } from './prepare.ts';
import { httpAttributes } from './ztunnel-attributes.ts';
import { operationConditions, sourceConditions, whenConditions } from './ztunnel-conditions.ts';

export type ZtunnelMesh = Pick<Mesh, 'rootNamespace' | 'ambientDryRun'>;

/** Why istiod does not send a policy to ztunnel, in the order in which it asks. */
export type NotSent = 'dry run' | 'targetRefs' | 'action';

/** The reason why a policy is not sent to ztunnel; undefined = it is sent. Source: pilot/pkg/serviceregistry/ambient/authorization.go. */
export function notSentToZtunnel(
  mesh: Pick<Mesh, 'ambientDryRun'>,
  policy: AuthorizationPolicy,
): NotSent | undefined {
  if (isDryRun(policy) && !mesh.ambientDryRun) return 'dry run';
  if (policy.spec.targetRefs.length > 0) return 'targetRefs';
  return policy.spec.action === 'ALLOW' || policy.spec.action === 'DENY' ? undefined : 'action';
}

/** The form in which istiod sends a policy to ztunnel; undefined where it is not sent. */
export function convertForZtunnel(
  mesh: ZtunnelMesh,
  policy: AuthorizationPolicy,
): WorkloadPolicy | undefined {
  if (notSentToZtunnel(mesh, policy) !== undefined) return undefined;
  const { namespace, name } = policy.metadata;
  return {
    namespace,
    name,
    scope: scopeOf(mesh, policy),
    action: policy.spec.action === 'DENY' ? 'DENY' : 'ALLOW',
    dryRun: isDryRun(policy),
    groups: policy.spec.rules.flatMap((rule, index) => convertRule(policy, rule, index)),
    object: policy,
  };
}

/** Only the presence of the selector counts, not its labels. */
function scopeOf(mesh: ZtunnelMesh, policy: AuthorizationPolicy): WorkloadPolicy['scope'] {
  if (policy.spec.selector !== undefined) return 'WORKLOAD_SELECTOR';
  return policy.metadata.namespace === mesh.rootNamespace ? 'GLOBAL' : 'NAMESPACE';
}

/** An ALLOW rule that asks for anything of HTTP is left out; a DENY rule loses what ztunnel cannot see, and an emptied entry then matches nothing. */
function convertRule(
  policy: AuthorizationPolicy,
  rule: AuthorizationRule,
  index: number,
): readonly WorkloadGroup[] {
  if (policy.spec.action === 'ALLOW' && httpAttributes(rule).length > 0) return [];
  const { namespace } = policy.metadata;
  const path: FieldPath = ['spec', 'rules', index];
  const clauses = [
    ...anyOf(rule.to, [...path, 'to'], (entry, at) => operationConditions(entry, at)),
    ...anyOf(rule.from, [...path, 'from'], (entry, at) => sourceConditions(entry, namespace, at)),
    ...rule.when.map((condition, place): WorkloadClause => {
      const at = [...path, 'when', place];
      return { matches: [{ conditions: whenConditions(condition, at), path: at }] };
    }),
  ];
  return [{ clauses, source: { policy, path, id: ruleId(policy, index), action: policy.spec.action } }];
}

/** One clause with a match per entry, or none where the list is empty. */
function anyOf<T>(
  entries: readonly T[],
  path: FieldPath,
  convert: (entry: T, at: FieldPath) => readonly WorkloadCondition[],
): readonly WorkloadClause[] {
  if (entries.length === 0) return [];
  const matches = entries.map((entry, place) => {
    const at = [...path, place];
    return { conditions: convert(entry, at), path: at };
  });
  return [{ matches }];
}
