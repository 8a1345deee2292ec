import {
  type Diagnostic,
  describeObject,
  type FieldPath,
  type KindedObject,
  type ModelObject,
} from '../model/index.ts';
import type { YamlNode } from '../yaml/index.ts';
import { checkIstioNames } from './istio-names.ts';
import { fieldErrorProblem } from './kinds/field-error-problem.ts';
import {
  checkShape,
  type Decoder,
  describeShapeProblem,
  type Problem,
  type ShapeProblem,
} from './kit/index.ts';
import { locateIn } from './locate.ts';
import { describeOpenRule } from './open-rule.ts';
import { type FieldError, validateMetadata } from './validation/index.ts';

/** An object decoded, and all that is to be said about it. `refusal`: why the API server would not take it. */
export interface DecodedObject {
  readonly object: KindedObject;
  readonly refusal: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const nothing: readonly Diagnostic[] = [];

/** Decodes one object. Where a value has the wrong type there is nothing to decode: the object is then its head alone. */
export function decodeObject(decoder: Decoder, root: YamlNode, head: KindedObject): DecodedObject {
  const problems: Problem[] = [];
  const mistyped = checkFields(decoder, root, problems);
  let object = head;
  if (!mistyped) {
    if (decoder.kind !== 'NetworkPolicy') checkMetadata(root, problems);
    object = decoder.decode(root, head, problems);
    checkNames(object as ModelObject, problems);
  }
  if (problems.length === 0) return { object, refusal: undefined, diagnostics: nothing };
  return {
    object,
    refusal: problems.find((problem) => problem.severity === 'error')?.message,
    diagnostics: problems.map((problem) => toDiagnostic(problem, root, head)),
  };
}

/** True when a value has the wrong type. Other things that the API would say are then not to be asked. */
function checkFields(decoder: Decoder, root: YamlNode, problems: Problem[]): boolean {
  if (decoder.shape === undefined) return false;
  const found = checkShape(root, decoder.shape, { nullMembers: decoder.custom ? 'refused' : 'empty' });
  for (const problem of found) {
    if (decoder.policy && isOfServer(problem)) continue;
    const open = decoder.kind === 'NetworkPolicy' ? describeOpenRule(problem, root) : undefined;
    problems.push(open ?? describeShapeProblem(problem, decoder.policy));
  }
  return found.some((problem) => problem.kind === 'wrong type');
}

/** Fields that older servers wrote into what they gave out: no policy means anything else for them. */
function isOfServer({ kind, path }: ShapeProblem): boolean {
  const field = path.join('.');
  return kind === 'unknown field' && (field === 'status' || field === 'metadata.clusterName');
}

function checkMetadata(root: YamlNode, problems: Problem[]): void {
  const errors: FieldError[] = [];
  validateMetadata(root, errors);
  for (const error of errors) problems.push(fieldErrorProblem(error, false));
}

function checkNames(object: ModelObject, problems: Problem[]): void {
  checkIstioNames(object.metadata, ['metadata'], problems);
  if (!('template' in object)) return;
  const jobTemplate = object.kind === 'CronJob' ? ['spec', 'jobTemplate'] : [];
  const path: FieldPath = [...jobTemplate, 'spec', 'template', 'metadata'];
  checkIstioNames(object.template.metadata, path, problems);
}

/** A problem of the object at `root` as a diagnostic, at the place of its field. */
export function toDiagnostic(problem: Problem, root: YamlNode, head: KindedObject): Diagnostic {
  return {
    code: problem.code,
    severity: problem.severity,
    message: `${describeObject(head)}: ${problem.message}`,
    span: { source: head.origin.source, ...locateIn(root, problem.path) },
    ...(problem.help !== undefined && { help: problem.help }),
  };
}
