import type { KindedObject } from '../model/index.ts';
import { readDocuments, toPlainValue, type YamlNode } from '../yaml/index.ts';
import type { Collection } from './collection.ts';
import { readMeshConfig } from './istio/index.ts';
import { entriesAt, textOf } from './kit/index.ts';
import { locateIn } from './locate.ts';

/** Takes the MeshConfig out of the ConfigMap `istio`. False: it is another ConfigMap, which has no part in traffic. */
export function readMeshConfigMap(root: YamlNode, head: KindedObject, collection: Collection): boolean {
  if (head.apiVersion !== 'v1' || head.kind !== 'ConfigMap' || head.metadata.name !== 'istio') return false;
  const entry = entriesAt(root, 'data')?.find(({ key }) => key === 'mesh');
  const text = textOf(entry?.value);
  if (text === undefined) return false;
  const read = parseMesh(text);
  if ('settings' in read) {
    collection.mesh = { rootNamespace: head.metadata.namespace, ...read.settings };
    return true;
  }
  collection.diagnostics.push({
    code: 'PC2012',
    severity: 'error',
    message: `ConfigMap ${head.metadata.namespace}/istio: mesh: ${read.error}`,
    span: { source: head.origin.source, ...locateIn(root, ['data', 'mesh']) },
    help: 'istiod could not read it either, and keeps what it had; the settings of a plain installation are taken here.',
  });
  return true;
}

function parseMesh(text: string): ReturnType<typeof readMeshConfig> {
  for (const { root, problems } of readDocuments(text)) {
    const refusal = problems.find((problem) => problem.severity === 'error');
    if (refusal !== undefined) return { error: refusal.message };
    if (root !== undefined) return readMeshConfig(toPlainValue(root));
  }
  return { settings: {} };
}
