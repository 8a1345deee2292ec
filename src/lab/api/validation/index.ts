import type { ApiObject, Resource, Service, WriteCheck } from '../../store/index.ts';
import { checkImmutable } from '../defaults/index.ts';
import type { Call } from '../http/call.ts';
import type { Target } from '../path.ts';
import { checkCustom } from './custom.ts';
import { checkData } from './data.ts';
import { checkSecurityObject } from './istio.ts';
import { checkMetadata } from './metadata.ts';
import { checkNetworkPolicy } from './network-policy.ts';
import { checkPodSpec } from './pods.ts';
import { type Refusal, refuse } from './refusals.ts';
import { checkService } from './services.ts';
import { checkWorkload } from './workloads.ts';

const none: readonly string[] = [];

/** What a request's object is held against on its way into the store. Refuses as the API server does (422, 400 of a webhook); warnings go to the call. */
export function validator(call: Call, { resource, subresource }: Target): WriteCheck {
  return (object, previous) => {
    if (subresource !== undefined) return;
    if (previous !== undefined) checkImmutable(resource, object, previous);
    for (const warning of validate(resource, object)) call.warnings.add(warning);
  };
}

/** Gives warnings; throws a StatusError to refuse. */
function validate(resource: Resource, object: ApiObject): readonly string[] {
  // The whole of a NetworkPolicy, its metadata too, is judged in one go.
  if (resource.name === 'networkpolicies') return checkNetworkPolicy(resource, object);
  const refusals = [...checkMetadata(resource, object), ...checkSpec(resource, object)];
  refuse(resource, object.metadata.name, refusals);
  if (resource.group === 'security.istio.io') return checkSecurityObject(resource, object);
  if (resource.custom) checkCustom(resource, object);
  return none;
}

function checkSpec({ name }: Resource, object: ApiObject): readonly Refusal[] {
  switch (name) {
    case 'pods':
      return checkPodSpec(object.spec as never, 'spec');
    case 'services':
      return checkService(object as Service);
    case 'configmaps':
    case 'secrets':
      return checkData(object as never);
    case 'deployments':
    case 'replicasets':
    case 'statefulsets':
    case 'daemonsets':
    case 'jobs':
    case 'cronjobs':
      return checkWorkload(object);
    default:
      return [];
  }
}
