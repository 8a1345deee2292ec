import type { FieldPath } from '../model/index.ts';
import type { MappingNode, YamlDocument, YamlNode } from '../yaml/index.ts';
import { fieldOf, isNull, textOf } from './kit/index.ts';

/** The keys that tell what an item of a list is; the rest of it is not looked at here. */
export const itemKeys: readonly string[] = ['apiVersion', 'kind', 'items'];

/** An object of a document, with the type that it has or takes from its list. */
export interface ListedObject {
  /** May be thinned to `itemKeys`. */
  readonly node: YamlNode;
  /** From the document's root: empty, or `['items', 3]`. */
  readonly path: FieldPath;
  readonly apiVersion: string;
  readonly kind: string;
}

/** What makes a document, or an item of its list, no object. */
type ListProblemCode =
  | 'no object'
  | 'no kind'
  | 'apiVersion'
  | 'items' // not a list
  | 'item' // no object and not null
  | 'list in a list';

/** Something in a document that is no object, in place of one. */
export interface ListProblem {
  readonly code: ListProblemCode;
  readonly node: YamlNode;
  readonly path: FieldPath;
  readonly message: string;
}

export interface ListedObjects {
  readonly objects: readonly ListedObject[];
  readonly problems: readonly ListProblem[];
}

const nothing: ListedObjects = { objects: [], problems: [] };

/**
 * The objects of a document as kubectl (1.32) tells them apart: a kind with `items` is a list of objects, anything else one object.
 * Items without apiVersion and kind have those of a typed list (`NetworkPolicyList`), not of a `List`. An item that is a list again,
 * or no object at all, takes its whole list with it; one without a type leaves the others.
 */
export function objectsOf(document: YamlDocument): ListedObjects {
  const { root } = document;
  if (root === undefined || isNull(root)) return nothing;
  if (root.kind !== 'mapping') {
    return refuse('no object', root, [], `an object is expected here, not ${describe(root)}`);
  }
  const kind = typeText(root, 'kind');
  const apiVersion = typeText(root, 'apiVersion');
  if (kind === '') return refuse('no kind', root, [], missingKind(root));
  if (!isGroupVersion(apiVersion)) return refuse('no kind', root, [], badVersion(apiVersion));
  const version = fieldOf(root, 'apiVersion');
  if (version !== undefined && textOf(version) === undefined) {
    return refuse('apiVersion', version, ['apiVersion'], 'apiVersion must be a string');
  }
  const items = root.entries.find(({ key }) => key === 'items')?.value;
  if (items === undefined) return { objects: [{ node: root, path: [], apiVersion, kind }], problems: [] };
  if (isNull(items)) return nothing;
  if (items.kind !== 'sequence') {
    return refuse('items', items, ['items'], `items of a ${kind} must be a list`);
  }
  return objectsIn(items.items, { apiVersion, kind: kind.replace(/List$/, '') });
}

interface ItemType {
  readonly apiVersion: string;
  /** Empty in a plain `List`, whose items bring their own. */
  readonly kind: string;
}

function objectsIn(items: readonly YamlNode[], inherited: ItemType): ListedObjects {
  const objects: ListedObject[] = [];
  const problems: ListProblem[] = [];
  for (const [i, item] of items.entries()) {
    const path = ['items', i];
    if (item.kind !== 'mapping' && !isNull(item)) {
      return refuse('item', item, path, `an object is expected here, not ${describe(item)}`);
    }
    const node: MappingNode = item.kind === 'mapping' ? item : emptyAt(item);
    if (fieldOf(node, 'items')?.kind === 'sequence') {
      return refuse('list in a list', node, path, `a ${typeText(node, 'kind') || 'list'} inside a List`);
    }
    const own = { apiVersion: typeText(node, 'apiVersion'), kind: typeText(node, 'kind') };
    const type = own.apiVersion === '' && own.kind === '' ? inherited : own;
    const problem = typeProblem(item, node, type, path);
    if (problem === undefined) objects.push({ node, path, ...type });
    else problems.push(problem);
  }
  return { objects, problems };
}

function typeProblem(
  item: YamlNode,
  node: MappingNode,
  type: ItemType,
  path: FieldPath,
): ListProblem | undefined {
  if (type.kind === '' && isNull(item)) {
    return { code: 'no kind', node: item, path, message: 'an object is expected here, not null' };
  }
  if (type.kind === '') return { code: 'no kind', node, path, message: missingKind(node) };
  if (!isGroupVersion(type.apiVersion)) {
    return { code: 'no kind', node, path, message: badVersion(type.apiVersion) };
  }
  if (type.apiVersion !== '') return undefined;
  return { code: 'apiVersion', node, path, message: 'an object of a list without apiVersion' };
}

function refuse(code: ListProblemCode, node: YamlNode, path: FieldPath, message: string): ListedObjects {
  return { objects: [], problems: [{ code, node, path, message }] };
}

/** A null item of a typed list is an object with nothing but its type. */
function emptyAt(node: YamlNode): MappingNode {
  return { kind: 'mapping', entries: [], start: node.start, end: node.end };
}

function typeText(node: MappingNode, key: 'apiVersion' | 'kind'): string {
  return textOf(fieldOf(node, key)) ?? '';
}

/** `v1` or `group/v1`; with a version of another form kubectl finds no kind either. */
function isGroupVersion(apiVersion: string): boolean {
  return apiVersion.split('/').length <= 2;
}

function badVersion(apiVersion: string): string {
  return `apiVersion ${apiVersion} has more than one slash`;
}

function missingKind(node: MappingNode): string {
  const kind = fieldOf(node, 'kind');
  if (kind === undefined) return 'an object without kind';
  return textOf(kind) === '' ? 'kind is empty' : 'kind must be a string';
}

function describe(node: YamlNode): string {
  return node.kind === 'sequence' ? 'a list' : 'a single value';
}
