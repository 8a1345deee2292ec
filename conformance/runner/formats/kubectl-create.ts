import { goTypeError } from '../../../src/manifest/go-type-error.ts';
import { checkShape, objectStruct } from '../../../src/manifest/kit/index.ts';
import { type ListProblem, objectsOf } from '../../../src/manifest/lists.ts';
import { readDocuments, toJson, type YamlDocument, type YamlNode } from '../../../src/yaml/index.ts';

/** What `kubectl create --dry-run=client --validate=false -o json` makes of a text: the JSON of each object, and its complaint. */
export interface Created {
  readonly objects: readonly string[];
  readonly error: string | undefined;
}

/** Errors of the reader of YAML or JSON are told by this prefix only; its words are not compared. */
export const readersError = 'error parsing STDIN: ';

/** The kinds that the server behind the recording knows, and whether they have a namespace. */
const kinds: readonly (readonly [version: string, kind: string, namespaced: boolean])[] = [
  ['v1', 'ConfigMap', true],
  ['v1', 'Namespace', false],
  ['networking.k8s.io/v1', 'NetworkPolicy', true],
  ['example.com/v1', 'Widget', true],
];

/** kubectl finds a kind also in lower case, its list, and a `List` in every version. */
function isNamespaced(apiVersion: string, kind: string): boolean | undefined {
  const version = apiVersion || 'v1';
  const found = kinds.find(
    ([of, name]) => of === version && [name, name.toLowerCase(), `${name}List`].includes(kind),
  );
  return found?.[2] ?? (kind === 'List' && kinds.some(([of]) => of === version) ? false : undefined);
}

const metadataOnly = objectStruct('metadataOnlyObject', {});

/** Plays kubectl: reads documents, takes lists apart, checks the metadata's types, puts objects into their namespace. */
export function create(text: string): Created {
  const objects: string[] = [];
  const errors: string[] = [];
  let fromList = false;
  for (const document of readDocuments(text)) {
    const fault = document.problems.find(({ severity }) => severity === 'error');
    if (fault !== undefined && document.format === 'json' && fault.code === 'invalid-value') {
      const literal = text.slice(fault.start, fault.end);
      errors.push(
        `unable to decode "STDIN": json: cannot unmarshal number ${literal} into Go value of type float64`,
      );
      continue;
    }
    if (fault !== undefined) {
      errors.push(`${readersError}the reader's own words`);
      break;
    }
    const { objects: listed, problems } = objectsOf(document);
    const refusal = problems.find(({ path }) => path.length <= 1) ?? wholeList(problems);
    const unknownList = unknownListKind(document.root);
    const mistyped = refusal === undefined ? mistypedMetadata(document) : undefined;
    if (refusal !== undefined) errors.push(wholeRefusal(refusal, document, text));
    else if (mistyped !== undefined) errors.push(`unable to decode "STDIN": ${mistyped}`);
    else if (unknownList !== undefined) errors.push(unknownList);
    else {
      for (const problem of problems) errors.push(itemRefusal(problem));
      fromList ||= problems.length > 0;
      for (const { node, path, apiVersion, kind } of listed) {
        const namespaced = isNamespaced(apiVersion, kind);
        if (namespaced === undefined) {
          fromList ||= path.length > 0;
          errors.push(unknownKind(node, path.length > 0, apiVersion, kind));
        } else objects.push(printed(node, apiVersion, kind, namespaced));
      }
    }
  }
  if (objects.length === 0 && errors.length === 0) errors.push('no objects passed to create');
  const alone = errors.length === 1 && !fromList;
  return {
    objects,
    error: errors.length === 0 ? undefined : alone ? `error: ${errors[0]}` : errors.join('\n'),
  };
}

function wholeList(problems: readonly ListProblem[]): ListProblem | undefined {
  return problems.find(({ code }) => code === 'item' || code === 'list in a list');
}

/** kubectl's words for a document, or a whole list, that is none. */
function wholeRefusal({ code, node }: ListProblem, document: YamlDocument, text: string): string {
  const found = jsonType(node);
  switch (code) {
    case 'no object':
      return `unable to decode "STDIN": json: cannot unmarshal ${found} into Go value of type unstructured.detector`;
    case 'no kind':
      return `unable to decode "STDIN": Object 'Kind' is missing in '${jsonOf(document, text)}'`;
    case 'apiVersion':
      return `unable to decode "STDIN": json: cannot unmarshal ${found} into Go struct field metadataOnlyObject.apiVersion of type string`;
    case 'items':
      return `unable to decode "STDIN": json: cannot unmarshal ${found} into Go struct field decodeList.items of type []json.RawMessage`;
    case 'item':
      return `unable to decode "STDIN": json: cannot unmarshal ${found} into Go value of type map[string]interface {}`;
    case 'list in a list':
      return '*unstructured.Unstructured is not a list: no Items field in this object';
  }
}

function itemRefusal({ code }: ListProblem): string {
  const missing =
    code === 'apiVersion'
      ? `Object 'apiVersion' is missing in 'object has no apiVersion field'`
      : `Object 'Kind' is missing in 'object has no kind field '`;
  return `unable to get type info from the object "*unstructured.Unstructured": ${missing}`;
}

function unknownKind(node: YamlNode, inList: boolean, apiVersion: string, kind: string): string {
  const noMatch = `no matches for kind "${kind}" in version "${apiVersion}"`;
  if (inList) return `unable to recognize ${noMatch}`;
  const metadata = memberOf(node, 'metadata');
  const name = textAt(metadata, 'name');
  const namespace = textAt(metadata, 'namespace');
  return `resource mapping not found for name: "${name}" namespace: "${namespace}" from "STDIN": ${noMatch}\nensure CRDs are installed first`;
}

/** The metadata of a document's root, not of the items of a list, must have the API's types. */
function mistypedMetadata(document: YamlDocument): string | undefined {
  const { root } = document;
  if (root?.kind !== 'mapping') return undefined;
  const problems = checkShape(root, metadataOnly, { sorted: document.format === 'yaml' });
  const mistyped = problems.find(({ kind }) => kind === 'wrong type');
  return mistyped && goTypeError(mistyped);
}

/** The object's JSON with its type and, where it has metadata or none at all, its namespace. */
function printed(node: YamlNode, apiVersion: string, kind: string, namespaced: boolean): string {
  const fields = new Map<string, string>();
  if (node.kind === 'mapping') for (const { key, value } of node.entries) fields.set(key, toJson(value));
  if (apiVersion !== '') fields.set('apiVersion', JSON.stringify(apiVersion));
  fields.set('kind', JSON.stringify(kind));
  if (namespaced) {
    const metadata = memberOf(node, 'metadata');
    const own = textAt(metadata, 'namespace') !== '';
    if (!own && metadata === undefined) fields.set('metadata', '{"namespace":"default"}');
    else if (!own && metadata?.kind === 'mapping') fields.set('metadata', withNamespace(metadata));
  }
  return writeObject(fields);
}

function withNamespace(metadata: YamlNode): string {
  const fields = new Map<string, string>();
  if (metadata.kind === 'mapping')
    for (const { key, value } of metadata.entries) fields.set(key, toJson(value));
  return writeObject(fields.set('namespace', '"default"'));
}

function writeObject(fields: ReadonlyMap<string, string>): string {
  return `{${[...fields].map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}

function memberOf(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return node?.kind === 'mapping' ? node.entries.find((entry) => entry.key === key)?.value : undefined;
}

function textAt(node: YamlNode | undefined, key: string): string {
  const value = memberOf(node, key);
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : '';
}

function jsonType(node: YamlNode): string {
  if (node.kind === 'sequence') return 'array';
  if (node.kind === 'mapping') return 'object';
  if (typeof node.value === 'boolean') return 'bool';
  return typeof node.value === 'string' ? 'string' : 'number';
}

/** A list is looked up by its own kind before its items are. */
function unknownListKind(root: YamlNode | undefined): string | undefined {
  const items = memberOf(root, 'items');
  if (root === undefined || items?.kind !== 'sequence') return undefined;
  const apiVersion = textAt(root, 'apiVersion');
  const kind = textAt(root, 'kind');
  return isNamespaced(apiVersion, kind) === undefined
    ? unknownKind(root, false, apiVersion, kind)
    : undefined;
}

/** JSON as kubectl quotes it in a message: JSON as it was written, YAML as JSON made of it. */
function jsonOf({ root, format, start, end }: YamlDocument, text: string): string {
  return format === 'json' ? text.slice(start, end) : sortedJson(root!);
}

/** YAML has become JSON with sorted keys and `<`, `>`, `&` escaped. */
function sortedJson(node: YamlNode): string {
  if (node.kind === 'sequence') return `[${node.items.map(sortedJson).join(',')}]`;
  if (node.kind === 'scalar') return escapeSigns(toJson(node));
  const entries = node.entries.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return `{${entries.map(({ key, value }) => `${escapeSigns(JSON.stringify(key))}:${sortedJson(value)}`).join(',')}}`;
}

function escapeSigns(json: string): string {
  return json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}
