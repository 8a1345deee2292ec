import type {
  Diagnostic,
  FieldPath,
  KindedObject,
  NearMiss,
  PolicyReference,
  Reason,
  Request,
  Span,
  Step,
  Verdict,
} from '../model/index.ts';

/** A question, its answer, and what else belongs to it: everything that a report of a verdict shows. */
export interface Answer {
  readonly request: Request;
  readonly verdict: Verdict;
  /** How the question was read where it left something open (a port, a pod of several). */
  readonly notes: readonly string[];
  /** What was found wrong with the manifests. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A field of an object that a reason rests on. */
export interface FieldReference {
  readonly object: KindedObject;
  readonly path: FieldPath;
}

/** Where the field is written. */
export function locateField({ object, path }: FieldReference): Span {
  return object.origin.locate(path);
}

/** Where a policy has the rules that did not match. */
const rulesField: Partial<Record<Step['layer'], string>> = {
  'egress policy': 'egress',
  'ingress policy': 'ingress',
};

/** The fields that a step rests on, the most telling first; none where no object speaks. */
export function fieldsOf({
  because: reason,
  layer,
}: Pick<Step, 'because' | 'layer'>): readonly FieldReference[] {
  switch (reason.kind) {
    case 'matched rule':
    case 'authorizer':
    case 'bad authorizer':
      return [fieldOf(reason.rule)];
    case 'isolated, nothing matched':
      return reason.policies.map((object) => ({ object, path: ['spec', rulesField[layer] ?? 'rules'] }));
    case 'no endpoint':
      return [{ object: reason.service, path: reason.path ?? ['spec', 'selector'] }];
    case 'no such port':
      return [{ object: reason.service, path: ['spec', 'ports'] }];
    case 'external name':
      return [{ object: reason.service, path: ['spec', 'externalName'] }];
    case 'tls':
      return [reason.decidedBy, reason.client].filter((rule) => rule !== undefined).map(fieldOf);
    case 'not in mesh':
      return (reason.policies ?? []).map(nameOf);
    case 'token':
      return reason.rule === undefined ? [] : [fieldOf(reason.rule)];
    default:
      return [];
  }
}

/** The rules that came closest, of the reasons that know of some. */
export function nearMissesOf(reason: Reason): readonly NearMiss[] {
  return 'nearMisses' in reason ? (reason.nearMisses ?? []) : [];
}

/** True for the step that settled the verdict. */
export function decides(step: Step, verdict: Verdict): boolean {
  return step === verdict.decidedBy;
}

function fieldOf(rule: PolicyReference): FieldReference {
  return { object: rule.policy, path: rule.path };
}

function nameOf(object: KindedObject): FieldReference {
  return { object, path: ['metadata', 'name'] };
}
