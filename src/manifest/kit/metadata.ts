import type { ObjectMeta, OwnerReference } from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import { booleanAt, fieldOf, itemsAt, labelsAt, textAt } from './read-node.ts';

/** Reads `metadata`. `namespace` is that of an object that names none; cluster-scoped kinds pass undefined and have ''. */
export function readMetadata(root: YamlNode, namespace: string | undefined): ObjectMeta {
  const metadata = fieldOf(root, 'metadata');
  const creationTimestamp = textAt(metadata, 'creationTimestamp');
  const owners = itemsAt(metadata, 'ownerReferences');
  return {
    name: textAt(metadata, 'name') ?? '',
    namespace: namespace === undefined ? '' : textAt(metadata, 'namespace') || namespace,
    labels: labelsAt(metadata, 'labels'),
    annotations: labelsAt(metadata, 'annotations'),
    ...(creationTimestamp !== undefined && { creationTimestamp }),
    ...(owners !== undefined && owners.length > 0 && { ownerReferences: owners.map(readOwner) }),
  };
}

function readOwner(node: YamlNode): OwnerReference {
  return {
    kind: textAt(node, 'kind') ?? '',
    name: textAt(node, 'name') ?? '',
    controller: booleanAt(node, 'controller') ?? false,
  };
}
