import { validateNetworkPolicyText } from '../../../manifest/index.ts';
import type { ApiObject, Resource } from '../../store/index.ts';
import { refuse } from './refusals.ts';

/** Refuses a NetworkPolicy in the API server's words; its warnings come back. */
export function checkNetworkPolicy(resource: Resource, object: ApiObject): readonly string[] {
  const { causes, warnings } = validateNetworkPolicyText(JSON.stringify(object));
  const refusals = causes.map(({ type, field, text }) => ({ reason: type, field, message: text }));
  refuse(resource, object.metadata.name, refusals);
  return warnings;
}
