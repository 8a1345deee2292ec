import type { KindedObject } from '../model/index.ts';
import type { YamlNode } from '../yaml/index.ts';
import type { Collection } from './collection.ts';
import { readMeshConfigMap } from './istio/index.ts';
import type { Problem } from './kit/index.ts';
import { toDiagnostic } from './read-object.ts';

/** Takes the MeshConfig out of the ConfigMap `istio`. False: it is another object, and none of it is taken. */
export function takeMeshConfig(root: YamlNode, head: KindedObject, collection: Collection): boolean {
  if (head.apiVersion !== 'v1' || head.kind !== 'ConfigMap' || head.metadata.name !== 'istio') return false;
  const problems: Problem[] = [];
  const settings = readMeshConfigMap(root, problems);
  for (const problem of problems) collection.diagnostics.push(toDiagnostic(problem, root, head));
  // istiod's own namespace is the root namespace unless the configuration names another.
  if (settings !== undefined) collection.mesh = { rootNamespace: head.metadata.namespace, ...settings };
  return true;
}
