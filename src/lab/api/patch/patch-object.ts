import { applyPatch } from 'rfc6902';
import { jsonStrictErrors } from '../../../manifest/index.ts';
import { readRequestBody, toPlainValue } from '../../../yaml/index.ts';
import {
  type ApiObject,
  badRequest,
  type Json,
  type NewObject,
  type Resource,
  StatusError,
} from '../../store/index.ts';
import {
  type DecodedValue,
  decodeValue,
  definition,
  definitionName,
  type FieldValidation,
  groupVersion,
  type ReadBody,
  ValueError,
} from '../openapi/index.ts';
import { converterWords } from './converter-words.ts';
import { goFormat } from './go-format.ts';
import { rejected } from './patch-error.ts';
import { type Fields, isFields } from './patch-schema.ts';
import { strategicMerge } from './strategic-merge.ts';

export interface PatchRequest {
  /** Media type of the body, without parameters: it says what kind of patch it is. */
  readonly contentType: string;
  readonly text: string;
  readonly current: ApiObject;
  readonly resource: Resource;
  /** Of the request's path; the current object is patched in that version. */
  readonly version: string;
  readonly fieldValidation: FieldValidation;
}

interface Patched {
  readonly value: Fields;
  /** What a refusal shows of the patch or its result. */
  readonly shown: string;
  readonly decode: (value: Fields) => DecodedValue;
}

/** At most so many operations of a JSON patch. */
const mostOperations = 10_000;

/** Patches that are read, as a 415 lists them. */
export function acceptedPatches({ custom }: Pick<Resource, 'custom'>): readonly string[] {
  const common = ['application/json-patch+json', 'application/merge-patch+json'];
  const strategic = custom ? [] : ['application/strategic-merge-patch+json'];
  return [...common, ...strategic, 'application/apply-patch+yaml'];
}

/**
 * Applies a JSON, merge or strategic merge patch and reads the result as a body is read. Throws a StatusError: 400 for a patch that cannot be read, 422 for one that cannot be
 * carried out or whose result is refused, 415 for a kind of patch that is not served here.
 */
export function patchObject(request: PatchRequest): ReadBody {
  const { contentType, current, resource, version, fieldValidation } = request;
  const original = { ...current, apiVersion: groupVersion(resource, version) } as unknown as Fields;
  const { patch, repeated } = readPatch(request);
  const { value, shown, decode } = applyAs(contentType, original, patch, request);
  const { apiVersion, kind } = original;
  const decoded = decodeOrRefuse(() => decode({ ...value, apiVersion: apiVersion!, kind: kind! }), shown);
  const strictErrors = [...repeated, ...decoded.strictErrors];
  if (strictErrors.length > 0 && fieldValidation === 'Strict') {
    throw invalidPatch(shown, `strict decoding error: ${strictErrors.join(', ')}`);
  }
  return {
    object: { ...decoded.object, apiVersion, kind } as unknown as NewObject,
    warnings: fieldValidation === 'Warn' ? strictErrors : [],
  };
}

function applyAs(contentType: string, original: Fields, patch: Json, request: PatchRequest): Patched {
  const { resource, version } = request;
  const decode = (value: Fields) => decodeValue(value, resource, version);
  if (contentType === 'application/json-patch+json') {
    const value = jsonPatch(original, patch);
    return { value, shown: JSON.stringify(sortKeys(value)), decode };
  }
  if (!isFields(patch)) throw badRequest('Invalid JSON Patch');
  if (contentType === 'application/merge-patch+json') {
    const value = mergePatch(original, patch) as Fields;
    return { value, shown: JSON.stringify(sortKeys(value)), decode };
  }
  const name = definitionName(resource.group, version, resource.kind);
  if (contentType !== 'application/strategic-merge-patch+json' || resource.custom || name === undefined) {
    throw unsupported(resource);
  }
  return {
    value: strategicMerge(original, patch, definition(name)),
    shown: goFormat(patch),
    decode: (value) => decodeValue(value, resource, version, converterWords),
  };
}

function unsupported(resource: Resource): StatusError {
  const accepted = acceptedPatches(resource).join(', ');
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
  return new StatusError(415, 'UnsupportedMediaType', message);
}

interface ReadPatch {
  readonly patch: Json;
  /** Keys that it sets twice, in the words of strict reading. */
  readonly repeated: readonly string[];
}

function readPatch({ text, contentType, resource }: PatchRequest): ReadPatch {
  if (!acceptedPatches(resource).includes(contentType)) throw unsupported(resource);
  try {
    const patch = JSON.parse(text) as Json;
    const [document] = readRequestBody(text);
    const root = document?.root;
    if (document === undefined || root === undefined) return { patch, repeated: [] };
    return { patch: toPlainValue(root) as Json, repeated: jsonStrictErrors(document, root, []) };
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`);
  }
}

function jsonPatch(original: Fields, operations: Json): Fields {
  if (!Array.isArray(operations)) {
    throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  }
  if (operations.length > mostOperations) {
    const message = `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${operations.length}`;
    throw new StatusError(413, 'RequestEntityTooLarge', message);
  }
  const value = structuredClone(original) as Record<string, Json>;
  try {
    const failures = applyPatch(value, operations as never);
    if (failures.some((failure) => failure !== null)) throw rejected();
  } catch {
    throw rejected();
  }
  return value;
}

/** RFC 7386. */
function mergePatch(original: Json | undefined, patch: Json): Json {
  if (!isFields(patch)) return patch;
  const result: Record<string, Json> = isFields(original) ? { ...original } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

function decodeOrRefuse(decode: () => DecodedValue, shown: string): DecodedValue {
  try {
    return decode();
  } catch (error) {
    if (error instanceof ValueError) throw invalidPatch(shown, error.message);
    throw error;
  }
}

function invalidPatch(shown: string, why: string): StatusError {
  const message = `Invalid value: ${JSON.stringify(shown)}: ${why}`;
  return new StatusError(422, 'Invalid', ` "" is invalid: patch: ${message}`, {
    causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }],
  });
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isFields(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key]!)]));
}
