import { readManifests } from '../../../manifest/index.ts';
import type { ApiObject, Resource } from '../../store/index.ts';
import { definition, definitionName } from '../openapi/index.ts';
import { deniedByWebhook } from './istio.ts';
import { type Refusal, refuse } from './refusals.ts';
import { checkStructure } from './structural.ts';

/** Refuses a custom resource that its schema does not allow, then one that its rules or its webhook do not. */
export function checkCustom(resource: Resource, object: ApiObject): void {
  const { group, versions, kind } = resource;
  const name = definitionName(group, versions[0]!, kind);
  if (name !== undefined) {
    const { metadata: _, status: __, ...judged } = object;
    refuse(resource, object.metadata.name, checkStructure(definition(name), { ...judged, metadata: {} }, ''));
  }
  const problems = problemsOf(object);
  if (group.endsWith('.istio.io')) {
    if (problems.length > 0) throw deniedByWebhook(problems);
  } else refuse(resource, object.metadata.name, problems.map(toRefusal));
}

/** What the reader of manifests has against it: the rules of its kind that no schema tells. */
function problemsOf(object: ApiObject): readonly string[] {
  const { kind, metadata } = object;
  const { rejected, diagnostics } = readManifests([{ name: '', text: JSON.stringify(object) }]);
  if (rejected.length === 0) return [];
  const id = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ message }) => message.replace(`${kind} ${id}: `, ''));
}

function toRefusal(problem: string): Refusal {
  const [, field = '', message = problem] = /^([\w.[\]/-]+): (.*)$/s.exec(problem) ?? [];
  const known = /^(Required|Invalid|Unsupported|Forbidden|Too many|Too long|Duplicate)/.test(message);
  return { reason: 'FieldValueInvalid', field, message: known ? message : `Invalid value: ${message}` };
}
