import {
  type FieldPath,
  formatPath,
  type KindedObject,
  type NearMiss,
  type PolicyNote,
  type PolicyReference,
  type Reason,
  type Step,
} from '../model/index.ts';
import { type Answer, decides } from './answer.ts';
import { diagnosticToJson } from './diagnostics.ts';
import { adviseFact, describeFact } from './facts.ts';
import { type JsonValue, reportVersion, spanToJson } from './json-value.ts';
import { describeNote, describeReason, describeSymptom } from './vocabulary.ts';

/** An answer as the document `Verdict` that docs/json.md describes. */
export function verdictToJson({ request, verdict, notes, diagnostics }: Answer): JsonValue {
  const steps = verdict.steps.map((step) => stepToJson(step, decides(step, verdict)));
  return {
    apiVersion: reportVersion,
    kind: 'Verdict',
    request: request as unknown as JsonValue,
    outcome: verdict.outcome,
    symptom:
      verdict.symptom === undefined ? null : { ...verdict.symptom, text: describeSymptom(verdict.symptom) },
    decidedBy: stepToJson(verdict.decidedBy, true),
    steps,
    missing: verdict.missing.map((fact) => ({
      ...(convert(fact) as object),
      text: describeFact(fact),
      help: adviseFact(fact),
    })),
    assumed: verdict.assumed,
    notes,
    diagnostics: diagnostics.map(diagnosticToJson),
  };
}

/** A step as the object `Step` that docs/json.md describes. */
export function stepToJson(step: Step, deciding: boolean): JsonValue {
  return {
    layer: step.layer,
    at: { ...step.at },
    outcome: step.outcome,
    decides: deciding,
    filter: step.filter,
    afterDecision: step.afterDecision,
    text: describeReason(step),
    because: reasonToJson(step.because),
    notes: step.notes === undefined ? undefined : step.notes.map(noteToJson),
    shadow: step.shadow === undefined ? undefined : convert(step.shadow),
  };
}

function reasonToJson(reason: Reason): JsonValue {
  const members = convert(reason) as { readonly [key: string]: JsonValue };
  if (reason.kind === 'tls') return { ...members, identity: reason.identity ?? null };
  if (!('path' in reason) || reason.path === undefined) return members;
  return { ...members, ...fieldToJson(reason.service, reason.path) };
}

/** Objects become their name and place, rules their field and place; everything else stays as it is. */
function convert(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== 'object' || value === null) return value as JsonValue;
  if ('origin' in value) return objectToJson(value as KindedObject);
  if ('failed' in value) return nearMissToJson(value as NearMiss);
  if ('policy' in value) return referenceToJson(value as PolicyReference);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, convert(member)]));
}

/** An object as its name and place. */
export function objectToJson(object: KindedObject): JsonValue {
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: object.metadata.namespace,
    name: object.metadata.name,
    template: object.origin.template,
    span: spanToJson(object.origin.locate(['metadata', 'name'])),
  };
}

function noteToJson(note: PolicyNote): JsonValue {
  const { policy, why, attributes, message } = note;
  return {
    text: describeNote(note),
    policy: objectToJson(policy),
    why,
    attributes: [...attributes],
    message,
  };
}

function referenceToJson({ policy, path, ...others }: PolicyReference): JsonValue {
  return { policy: objectToJson(policy), ...fieldToJson(policy, path), ...others };
}

function nearMissToJson({ policy, path, id, failed }: NearMiss): JsonValue {
  return {
    policy: objectToJson(policy),
    ...fieldToJson(policy, path),
    id,
    failed: failed.map((condition) => ({
      ...fieldToJson(policy, condition.path),
      wanted: condition.wanted,
      got: condition.got,
    })),
  };
}

function fieldToJson(
  object: KindedObject,
  path: FieldPath,
): { readonly path: string; readonly span: JsonValue } {
  return { path: formatPath(path), span: spanToJson(object.origin.locate(path)) };
}
