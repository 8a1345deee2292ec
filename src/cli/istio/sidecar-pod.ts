import {
  type Cluster,
  type ClusterPod,
  ownerOfAddress,
  requestAuthenticationsFor,
} from '../../cluster/index.ts';
import { qualifiedName } from '../../model/index.ts';
import { readEndpoint } from '../endpoint-text.ts';
import { inputError, usageError } from '../exit.ts';
import { resolveSource } from '../resolve-endpoint.ts';

/** The pod of the manifests whose sidecar is meant, written as for check. Throws a Refusal with what is nearest. */
export function findSidecarPod(
  text: string,
  cluster: Cluster,
  namespace: string,
): { readonly pod: ClusterPod; readonly notes: readonly string[] } {
  const written = readEndpoint(text);
  if ('port' in written && written.port !== undefined) {
    throw usageError(`WORKLOAD takes no port: ${text}`, ['the listener is that of all ports']);
  }
  const { end, notes } = resolveSource(cluster, written, namespace);
  if (end.kind === 'pod') return { pod: cluster.pods.get(`${end.namespace}/${end.name}`)!, notes };
  if (end.kind !== 'address') throw usageError(`WORKLOAD is a pod or a workload; ${text} is neither`);
  const owner = ownerOfAddress(cluster, end.address);
  if (owner.kind === 'pod') return { pod: owner.pod, notes };
  throw inputError(`no pod of the manifests has the address ${end.address}`);
}

/** What the listener does not show, or shows though it is not there. */
export function sidecarNotes(cluster: Cluster, pod: ClusterPod): readonly string[] {
  const notes: string[] = [];
  const { kind, why } = pod.membership;
  if (kind !== 'sidecar') {
    notes.push(`${pod.key} has no sidecar (${kind}: ${why}); this is what one would have`);
  }
  const patches = cluster.foreign.filter((object) => object.kind === 'EnvoyFilter');
  if (patches.length > 0) {
    notes.push(`EnvoyFilters are not applied: ${patches.map(qualifiedName).join(', ')}`);
  }
  const rules = requestAuthenticationsFor(cluster, pod.policyTarget).flatMap(({ spec }) => spec.jwtRules);
  if (rules.some(({ jwks, jwksUri }) => !jwks && jwksUri)) {
    notes.push(
      'keys that istiod fetches from a jwksUri are in no manifest: a key that nobody has stands for them',
    );
  }
  return notes;
}
