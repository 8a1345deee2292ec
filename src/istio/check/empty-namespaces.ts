import { type Cluster, selectsLabels } from '../../cluster/index.ts';
import { readManifests } from '../../manifest/index.ts';
import { type Labels, labelOf, type ModelObject } from '../../model/index.ts';
import { labelsOf, standInSource } from './peer-stand-ins.ts';

/** A made-up pod in a namespace of the mesh that has policies and no pods yet. */
export interface ComingPods {
  readonly namespaces: readonly string[];
  readonly objects: readonly ModelObject[];
}

/**
 * Pods for the namespaces of the mesh that have NetworkPolicies and no pods: one for each selector of the policies, with the labels that it asks for, so that what waits for the pods to come is seen.
 */
export function standInsForEmpty({ namespaces, pods, policies }: Cluster): ComingPods {
  const busy = new Set([...pods.values()].map(({ namespace }) => namespace));
  const found: string[] = [];
  const objects: ModelObject[] = [];
  for (const { name, labels } of namespaces.values()) {
    const network = policies.network.get(name) ?? [];
    if (busy.has(name) || network.length === 0 || !isMesh(labels.labels)) continue;
    const shapes = new Map<string, Labels>();
    for (const { spec } of network) {
      const wanted = labelsOf(spec.podSelector);
      if (selectsLabels(spec.podSelector, wanted)) shapes.set(JSON.stringify(wanted), wanted);
    }
    if (shapes.size === 0) continue;
    found.push(name);
    for (const [i, own] of [...shapes.values()].entries()) {
      const text = JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: name, name: `stand-in-${i}`, labels: own },
        spec: { containers: [{ name: 'main', image: 'auto' }] },
      });
      objects.push(...readManifests([{ name: `${standInSource}pods of namespace ${name}`, text }]).objects);
    }
  }
  return { namespaces: found.sort(), objects };
}

/** Would pods be in the mesh by the labels of their namespace? Source: Istio, injection: the webhooks' selectors; ambient: istio.io/dataplane-mode. */
function isMesh(labels: Labels): boolean {
  if (labelOf(labels, 'istio.io/dataplane-mode') === 'ambient') return true;
  const injection = labelOf(labels, 'istio-injection');
  return (
    injection === 'enabled' || (injection === undefined && labelOf(labels, 'istio.io/rev') !== undefined)
  );
}
