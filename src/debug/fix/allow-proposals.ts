import { authorizationPoliciesFor, type ClusterPod } from '../../cluster/index.ts';
import type { AuthorizationPolicy, FailedCondition, KindedObject, NearMiss } from '../../model/index.ts';
import type { Leg } from '../../verdict/index.ts';
import type { Denial } from './denial.ts';
import type { ObjectEdit } from './patch/object-edit.ts';
import { labelsNaming } from './pod-labels.ts';
import { policyName } from './policy-names.ts';
import { oneEdit, type PlainObject, type Proposal } from './proposal.ts';
import { type LookUp, valuesOf } from './request-values.ts';
import type { FixAction, PlainValue } from './types.ts';

const mostPolicies = 3;

/** What may help where no ALLOW rule matches: values for the rule that nearly does, a source or an operation for it, a rule of its own, a policy of its own. */
export function allowProposals(
  denial: Denial,
  leg: Leg,
  policies: readonly KindedObject[],
  nearMisses: readonly NearMiss[],
): readonly Proposal[] {
  const { step } = denial;
  const lookUp = valuesOf(denial);
  const rules = rulesFor(lookUp, isHttp(denial));
  const own = nearMisses.filter(({ policy }) => policy.kind === 'AuthorizationPolicy');
  const found: Proposal[] = own.flatMap((miss) => amend(miss, lookUp, rules[0]));
  const closest = [...new Set([...own.map(({ policy }) => policy), ...policies])].filter(
    (policy): policy is AuthorizationPolicy => policy.kind === 'AuthorizationPolicy',
  );
  for (const policy of closest.slice(0, mostPolicies)) {
    for (const rule of rules) {
      found.push(oneEdit('add rule', policy, { op: 'add', path: ['spec', 'rules'], value: rule }, rule));
    }
  }
  const beside = closest[0];
  if (beside === undefined || leg.to.pod === undefined) return found;
  for (const rule of rules) {
    const value = newPolicy(denial, leg, leg.to.pod, rule, beside);
    if (value !== undefined) found.push({ kind: 'new', value, beside });
  }
  return step.at.kind === 'gateway' ? found.filter(({ kind }) => kind !== 'new') : found;
}

/** Is an HTTP request judged, not only its connection? */
export function isHttp({ step, proxied }: Denial): boolean {
  return step.at.kind !== 'ztunnel' && proxied !== undefined;
}

/** Rules that match the request: as narrow as can be said first, then without method and path. */
function rulesFor(lookUp: LookUp, http: boolean): readonly PlainObject[] {
  const from = sourceOf(lookUp);
  const operation = operationOf(lookUp, http);
  const ports = operationOf(lookUp, false);
  const rules = [operation, ...(http && Object.keys(operation).length > 1 ? [ports] : [])];
  return rules.map((each) => ({
    ...(from === undefined ? {} : { from: [{ source: from }] }),
    to: [{ operation: each }],
  }));
}

/** The caller by its identity; without one by its address, if that is known. */
function sourceOf(lookUp: LookUp): PlainObject | undefined {
  const principal = lookUp('principals');
  if (principal !== undefined) return { principals: [principal] };
  const address = lookUp('ipBlocks');
  return address === undefined ? undefined : { ipBlocks: [address] };
}

function operationOf(lookUp: LookUp, http: boolean): PlainObject {
  const fields = http ? ['methods', 'paths', 'ports'] : ['ports'];
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = lookUp(field);
      return value === undefined ? [] : [[field, [value]]];
    }),
  );
}

function newPolicy(
  { cluster, step, request }: Denial,
  leg: Leg,
  pod: ClusterPod,
  rule: PlainObject,
  beside: AuthorizationPolicy,
): PlainObject | undefined {
  const waypoint = step.at.kind === 'waypoint';
  const service = waypoint && request.destination.kind === 'service' ? request.destination.name : undefined;
  const { namespace } = service === undefined ? pod : (request.destination as { readonly namespace: string });
  const labels = labelsNaming(cluster, pod);
  const gateway = pod.labels['gateway.networking.k8s.io/gateway-name'];
  const target: PlainObject = waypoint
    ? {
        targetRefs: [
          service !== undefined
            ? { kind: 'Service', group: '', name: service }
            : { kind: 'Gateway', group: 'gateway.networking.k8s.io', name: gateway ?? '' },
        ],
      }
    : Object.keys(labels).length === 0
      ? {}
      : { selector: { matchLabels: labels } };
  // A policy where none has been would shut out everybody else.
  if (authorizationPoliciesFor(cluster, pod.policyTarget).length === 0 && !waypoint) return undefined;
  return {
    apiVersion: beside.apiVersion,
    kind: 'AuthorizationPolicy',
    metadata: { name: policyName(cluster, namespace, leg.from, service ?? leg.to, ''), namespace },
    spec: { ...target, action: 'ALLOW', rules: [rule] },
  };
}

/** Edits of a rule that nearly matches: each condition that failed gets the request's value; or the rule gets one more source or operation. */
function amend(
  { policy, path, failed }: NearMiss,
  lookUp: LookUp,
  rule: PlainObject | undefined,
): readonly Proposal[] {
  const parts = failed.map((each) => amendOne(policy as AuthorizationPolicy, each, lookUp));
  const found: Proposal[] = [];
  if (parts.length > 0 && parts.every((part) => part !== undefined)) {
    const edits = parts.map(({ edit }) => edit);
    found.push({ kind: 'edit', object: policy, edits, actions: parts.map(({ action }) => action) });
  }
  for (const [side, list] of [
    ['from', rule?.from],
    ['to', rule?.to],
  ] as const) {
    if (failed.length === 0 || !failed.every((each) => each.path[3] === side)) continue;
    const entry = (list as readonly PlainValue[] | undefined)?.[0];
    if (entry === undefined) continue;
    const edit = { op: 'add', path: [...path, side], value: entry } as const;
    found.push(oneEdit(side === 'from' ? 'add peer' : 'add operation', policy, edit, entry));
  }
  return found;
}

interface Part {
  readonly edit: ObjectEdit;
  readonly action: FixAction;
}

function amendOne(policy: AuthorizationPolicy, { path }: FailedCondition, lookUp: LookUp): Part | undefined {
  const [, , ruleIndex, side, entry] = path;
  const list = path.at(-1);
  if (typeof list !== 'string' || typeof ruleIndex !== 'number' || typeof entry !== 'number')
    return undefined;
  const negated = list === 'notValues' || /^not[A-Z]/.test(list);
  const rule = policy.spec.rules[ruleIndex];
  const key = side === 'when' ? rule?.when[entry]?.key : undefined;
  const field = key ?? (negated ? list[3]!.toLowerCase() + list.slice(4) : list);
  const value = lookUp(field);
  if (value === undefined) return undefined;
  if (!negated) {
    return {
      edit: { op: 'add', path, value },
      action: { kind: 'add value', object: policy, path, value },
    };
  }
  const listed = listAt(policy, path);
  const at = listed?.indexOf(value) ?? -1;
  if (at < 0 || listed!.length < 2) return undefined;
  const gone = [...path, at];
  return {
    edit: { op: 'remove', path: gone },
    action: { kind: 'remove value', object: policy, path: gone, value },
  };
}

/** The list of values that an AuthorizationPolicy has at a path of its text. */
function listAt(
  policy: AuthorizationPolicy,
  path: readonly (string | number)[],
): readonly string[] | undefined {
  const [, , rule, side, entry, ...rest] = path;
  const own = policy.spec.rules[rule as number] as unknown as Record<string, readonly unknown[]> | undefined;
  const item = own?.[side as string]?.[entry as number] as Record<string, readonly string[]> | undefined;
  return item?.[rest.at(-1) as string];
}
