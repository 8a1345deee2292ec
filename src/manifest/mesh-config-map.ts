import type { KindedObject } from '../model/index.ts';
import type { YamlNode } from '../yaml/index.ts';
import type { Collection } from './collection.ts';
import { readMeshConfigMap } from './istio/index.ts';
import type { Problem } from './kit/index.ts';
import { toDiagnostic } from './read-object.ts';

/**
 * Takes the MeshConfig out of the ConfigMap `istio`. False: it is another object, and none of it is taken. One that cannot be read is
 * rejected for the whole cluster: it could say something about any workload of the mesh.
 */
export function takeMeshConfig(root: YamlNode, head: KindedObject, collection: Collection): boolean {
  if (head.apiVersion !== 'v1' || !isMeshConfigMap(head.kind, head.metadata.name)) return false;
  const problems: Problem[] = [];
  const settings = readMeshConfigMap(root, problems);
  for (const problem of problems) collection.diagnostics.push(toDiagnostic(problem, root, head));
  const refusal = problems.find(({ severity }) => severity === 'error');
  if (refusal !== undefined) {
    const { kind, metadata } = head;
    const why = refusal.message;
    collection.rejected.push({ kind, namespace: '', name: metadata.name, object: head, why });
  }
  // istiod's own namespace is the root namespace unless the configuration names another.
  if (settings !== undefined) collection.mesh = { rootNamespace: head.metadata.namespace, ...settings };
  return true;
}

/** True for the name of the ConfigMap that holds istiod's MeshConfig; what cannot be read of it counts for the whole cluster. */
export function isMeshConfigMap(kind: string, name: string): boolean {
  return kind === 'ConfigMap' && name === 'istio';
}
