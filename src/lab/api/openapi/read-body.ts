import {
  checkShape,
  findDecodeError,
  jsonStrictErrors,
  type ShapeProblem,
  type Struct,
  withRepeats,
  yamlStrictErrors,
} from '../../../manifest/index.ts';
import { readRequestBody, toPlainValue, type YamlDocument, type YamlNode } from '../../../yaml/index.ts';
import type { Json, NewObject, Resource } from '../../store/index.ts';
import { canonical, ValueError } from './canonical.ts';
import { prune } from './custom.ts';
import { definition, definitionName } from './schema-data.ts';
import { goTypesOfShapes, structOf, withEmbedded } from './shapes.ts';
import { decodeError, readTypeMeta, type TypeMeta } from './type-meta.ts';

/** What is done about fields that the kind does not have and about repeated ones. The API server's default is Warn, kubectl's Strict. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface BodyRequest {
  readonly text: string;
  readonly format: 'json' | 'yaml';
  /** What the path of the request names. */
  readonly resource: Resource;
  readonly version: string;
  /** All kinds that are served, for the words about a body of another kind. */
  readonly resources: readonly Resource[];
  readonly fieldValidation: FieldValidation;
}

/** An object as a built-in kind's decoder or a custom resource's schema leaves it, and what strict reading has against the text. */
export interface ReadBody {
  readonly object: NewObject;
  readonly warnings: readonly string[];
}

type Fields = { readonly [key: string]: Json };

const parseError = "couldn't get version/kind; json parse error: ";
const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/**
 * Reads the body of a request (create, update) as the API server does: unknown fields are taken away, empty ones left out. Throws a StatusError (400) in its words for a
 * text, a type or a kind that it cannot read, and with `Strict` for unknown and repeated fields; with `Warn` they come back as warnings.
 */
export function readBody(request: BodyRequest): ReadBody {
  const { text, resource, version, resources, fieldValidation } = request;
  const document = parse(request);
  const value = toPlainValue(document.root!) as Fields;
  const read = readTypeMeta(value, resource, version, resources, text);
  const found = decode(document.root!, document, request, read);
  if (found.strictErrors.length > 0 && fieldValidation === 'Strict') {
    const why = `strict decoding error: ${found.strictErrors.join(', ')}`;
    throw decodeError(resource, read, why, text);
  }
  return {
    object: { ...found.object, ...read } as unknown as NewObject,
    warnings: fieldValidation === 'Warn' ? found.strictErrors : [],
  };
}

export interface DecodedValue {
  readonly object: Fields;
  readonly strictErrors: readonly string[];
}

/** The same of a value that is no text, such as a patched object. Throws a ValueError with `words` where a type is wrong, those of the reader of JSON by default. */
export function decodeValue(
  value: Fields,
  resource: Resource,
  version: string,
  words: Words = jsonErrors,
): DecodedValue {
  const text = JSON.stringify(value);
  const [document] = readRequestBody(text);
  return decodeNode(document!.root!, document!, text, resource, version, words);
}

/** How the first value of a wrong type is told. */
export type Words = (problems: readonly ShapeProblem[]) => string | undefined;

const jsonErrors: Words = (problems) => findDecodeError(problems, goTypesOfShapes);

function parse({ text, format, resource }: BodyRequest): YamlDocument {
  const [document, next] = format === 'json' && text.trim() === '' ? [] : readRequestBody(text);
  const problem = [document, next].flatMap((each) => each?.problems ?? []).find(isError);
  if (problem !== undefined) {
    const why = document?.format === 'json' ? `${parseError}${jsonWords(text)}` : `yaml: ${problem.message}`;
    throw decodeError(resource, undefined, why, text);
  }
  if (document?.root === undefined) {
    throw decodeError(resource, undefined, `${parseError}unexpected end of JSON input`, text);
  }
  if (document.root.kind !== 'mapping') {
    const type = describeNode(document.root);
    const why = `${parseError}json: cannot unmarshal ${type} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;
    throw decodeError(resource, undefined, why, text);
  }
  return document;
}

function isError({ severity }: { readonly severity: string }): boolean {
  return severity === 'error';
}

/** Go's own words for the two mistakes that are not seldom; others keep those of our reader of JSON. */
function jsonWords(text: string): string {
  try {
    JSON.parse(text);
    return 'invalid JSON';
  } catch (error) {
    const message = (error as Error).message;
    if (/end of JSON input/.test(message)) return 'unexpected end of JSON input';
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? Number.NaN);
    if (at >= text.length) return 'unexpected end of JSON input';
    return Number.isNaN(at) ? message : `invalid character '${text[at]}' in JSON text`;
  }
}

function describeNode(node: YamlNode): string {
  if (node.kind === 'sequence') return 'array';
  if (node.kind === 'mapping') return 'object';
  if (typeof node.value === 'boolean') return 'bool';
  return typeof node.value === 'string' ? 'string' : 'number';
}

function decode(
  root: YamlNode,
  document: YamlDocument,
  { text, resource, version }: BodyRequest,
  read: TypeMeta,
): DecodedValue {
  try {
    return decodeNode(root, document, text, resource, version);
  } catch (error) {
    if (error instanceof ValueError) throw decodeError(resource, read, error.message, text);
    throw error;
  }
}

function decodeNode(
  written: YamlNode,
  document: YamlDocument,
  text: string,
  resource: Resource,
  version: string,
  words: Words = jsonErrors,
): DecodedValue {
  const name = definitionName(resource.group, version, resource.kind);
  const json = document.format === 'json';
  const root = json ? withRepeats(written, document.repeatedKeys) : written;
  const value = toPlainValue(written) as Fields;
  const struct = resource.custom || name === undefined ? metadataOnly : structOf(name);
  const problems = checkShape(root, struct, { sorted: !json });
  const mistyped = words(problems.filter(isMistyped).map((problem) => withEmbedded(problem, struct)));
  if (mistyped !== undefined) throw new ValueError(mistyped);
  const own = resource.custom || name === undefined ? problems.filter(isMetadata) : problems;
  const strict = json ? jsonStrictErrors(document, root, own) : yamlStrictErrors(document, text, own);
  if (name === undefined) return { object: value, strictErrors: strict };
  if (!resource.custom) return { object: canonical(name, value), strictErrors: strict };
  const { object, unknown } = prune(definition(name), value);
  const metadata = canonical(objectMeta, (value.metadata ?? {}) as Fields);
  return {
    object: { ...object, metadata },
    strictErrors: [...strict, ...unknown.map((path) => `unknown field ${JSON.stringify(path)}`)],
  };
}

/** Of a custom resource only the metadata has a Go type. */
const metadataOnly: Struct = {
  kind: 'struct',
  name: 'Object',
  get fields() {
    return new Map([['metadata', structOf(objectMeta)] as const]);
  },
};

function isMistyped({ kind }: ShapeProblem): boolean {
  return kind === 'wrong type';
}

function isMetadata({ path }: ShapeProblem): boolean {
  return path[0] === 'metadata';
}
