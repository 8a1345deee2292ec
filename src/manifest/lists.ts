import type { FieldPath } from '../model/index.ts';
import type { YamlDocument, YamlNode } from '../yaml/index.ts';
import { fieldOf, isNull, textOf } from './kit/index.ts';

/** An object of a document, with the type that it has or takes from its list. */
export interface ListedObject {
  readonly node: YamlNode;
  /** From the document's root: empty, or `['items', 3]`. */
  readonly path: FieldPath;
  readonly apiVersion: string;
  readonly kind: string;
}

/** Something in a document that is no object, in place of one. */
export interface ListProblem {
  readonly node: YamlNode;
  readonly path: FieldPath;
  readonly message: string;
}

export interface ListedObjects {
  readonly objects: readonly ListedObject[];
  readonly problems: readonly ListProblem[];
}

/**
 * The objects of a document as kubectl tells them apart: a kind with `items` is a list of objects, anything else one object. Items without
 * apiVersion and kind have those of a typed list (`NetworkPolicyList`), not of a `List`.
 */
export function objectsOf(document: YamlDocument): ListedObjects {
  const { root } = document;
  const objects: ListedObject[] = [];
  const problems: ListProblem[] = [];
  if (root === undefined) return { objects, problems };
  const items = root.kind === 'mapping' ? root.entries.find(({ key }) => key === 'items')?.value : undefined;
  const type = textOf(fieldOf(root, 'kind'));
  if (items === undefined || type === undefined) addObject(root, [], undefined, objects, problems);
  else if (isNull(items)) return { objects, problems };
  else if (items.kind !== 'sequence') {
    problems.push({ node: items, path: ['items'], message: `items of a ${type} must be a list` });
  } else {
    const version = textOf(fieldOf(root, 'apiVersion')) ?? '';
    const typed = type.endsWith('List') && type !== 'List';
    const inherited = typed ? { apiVersion: version, kind: type.slice(0, -'List'.length) } : undefined;
    for (const [i, item] of items.items.entries())
      addObject(item, ['items', i], inherited, objects, problems);
  }
  return { objects, problems };
}

function addObject(
  node: YamlNode,
  path: FieldPath,
  inherited: { readonly apiVersion: string; readonly kind: string } | undefined,
  objects: ListedObject[],
  problems: ListProblem[],
): void {
  if (node.kind !== 'mapping') {
    problems.push({ node, path, message: `an object is expected here, not ${describe(node)}` });
    return;
  }
  const ownKind = fieldOf(node, 'kind');
  const ownVersion = fieldOf(node, 'apiVersion');
  const untyped = ownKind === undefined && ownVersion === undefined ? inherited : undefined;
  const kind = untyped?.kind ?? textOf(ownKind);
  const apiVersion = untyped?.apiVersion ?? textOf(ownVersion) ?? '';
  if (kind === undefined || kind === '') {
    problems.push({
      node,
      path,
      message: ownKind === undefined ? 'an object without kind' : 'kind must be a string',
    });
  } else if (path.length > 0 && kind === 'List') {
    problems.push({ node, path, message: 'a List inside a List' });
  } else objects.push({ node, path, apiVersion, kind });
}

function describe(node: YamlNode): string {
  if (node.kind === 'sequence') return 'a list';
  return isNull(node) ? 'null' : 'a single value';
}
