import { formatPath } from '../model/index.ts';
import { readRequestBody, type YamlDocument, type YamlNode, type YamlProblem } from '../yaml/index.ts';
import { findDecodeError } from './go-type-error.ts';
import { mergeRepeats, withRepeats } from './json-repeats.ts';
import { builtIn, checkShape, compareUtf8, isNull, sortEntries, textOf } from './kit/index.ts';
import { storedNetworkPolicy } from './network-policy-stored.ts';
import { jsonStrictErrors, yamlStrictErrors } from './strict-errors.ts';
import {
  causeTypes,
  describeFieldError,
  type FieldError,
  type FieldWarning,
  fieldErrorText,
  networkPolicyWarnings,
  quoteGo,
  validateNetworkPolicy,
} from './validation/index.ts';

/** What the API server answers to a NetworkPolicy that somebody creates. */
export interface ServerAnswer {
  /** Accepted when unknown and duplicate fields are ignored. */
  readonly valid: boolean;
  /** The text could not be decoded at all; nothing else is said then. */
  readonly decodeError?: string;
  /** `field: message`, sorted. */
  readonly errors: readonly string[];
  readonly causes: readonly { readonly type: string; readonly field: string; readonly text: string }[];
  /** What fieldValidation=Strict, kubectl's default, refuses besides. */
  readonly strictErrors: readonly string[];
  /** Sent along with an accepted object. */
  readonly warnings: readonly string[];
  /** The answer of a server before 1.36 (or without the gate StrictIPCIDRValidation), where it differs. */
  readonly looseCIDR?: {
    readonly valid: boolean;
    readonly errors: readonly string[];
    readonly warnings: readonly string[];
  };
  /** The spec that the server keeps, defaults filled in; only of an accepted object. */
  readonly stored?: Readonly<Record<string, unknown>>;
}

const jsonPrefix = "couldn't get version/kind; json parse error: ";

/**
 * Says what the API server (1.36) answers to a text sent to it as a NetworkPolicy. As there, only the first document is read, a text
 * without apiVersion or kind is taken for a NetworkPolicy, and one without a namespace goes to that of the request.
 */
export function validateNetworkPolicyText(text: string): ServerAnswer {
  const { document, refusal } = firstDocument(text);
  if (document !== undefined && refusal !== undefined) {
    return refused(
      document.format === 'json' ? `${jsonPrefix}${refusal.message}` : describeRefusal(refusal, text),
    );
  }
  const isJson = document?.format === 'json';
  const written = document?.root ?? emptyObject;
  const root = isJson ? withRepeats(written, document.repeatedKeys) : written;
  const typeMetaError = findTypeMetaError(root, !isJson);
  if (typeMetaError !== undefined) return refused(typeMetaError);
  const problems = checkShape(root, builtIn('NetworkPolicy'), { sorted: !isJson });
  const decodeError = findDecodeError(problems);
  if (decodeError !== undefined) return refused(decodeError);
  return judge(
    isJson ? mergeRepeats(root, builtIn('NetworkPolicy')) : root,
    isJson ? jsonStrictErrors(document, root, problems) : yamlStrictErrors(document, text, problems),
  );
}

/** Numbers that JSON lacks get as far as the writer of JSON, which has its own words; the reader's are not repeated exactly. */
function describeRefusal({ start, end, message }: YamlProblem, text: string): string {
  const number = /([+-]?)\.(inf|nan)$/i.exec(text.slice(start, end));
  if (number === null) return `yaml: ${message}`;
  const infinite = `${number[1] === '-' ? '-' : '+'}Inf`;
  return `json: unsupported value: ${number[2]!.toLowerCase() === 'nan' ? 'NaN' : infinite}`;
}

interface FirstDocument {
  readonly document: YamlDocument | undefined;
  readonly refusal: YamlProblem | undefined;
}

/** Only the first document of YAML counts; nothing may follow a JSON value. */
function firstDocument(text: string): FirstDocument {
  const [document, next] = readRequestBody(text);
  const refusal = [document, next].flatMap((read) => read?.problems ?? []).find(isError);
  if (refusal !== undefined || next === undefined) return { document, refusal };
  return { document, refusal: { ...afterValue, start: next.start, end: next.end } };
}

function isError({ severity }: YamlProblem): boolean {
  return severity === 'error';
}

const afterValue = { code: 'json', severity: 'error', message: 'text after the value' } as const;

const emptyObject: YamlNode = { kind: 'mapping', entries: [], start: 0, end: 0 };

function refused(decodeError: string): ServerAnswer {
  return { valid: false, decodeError, errors: [], causes: [], strictErrors: [], warnings: [] };
}

function judge(root: YamlNode, strictErrors: readonly string[]): ServerAnswer {
  const errors = validateNetworkPolicy(root);
  const valid = errors.length === 0;
  const hard = errors.filter((error) => error.looseCIDR !== true);
  const warnings = hard.length === 0 ? networkPolicyWarnings(root).map(describeWarning) : [];
  return {
    valid,
    errors: describeSorted(errors),
    causes: errors.map((error) => ({
      type: causeTypes[error.kind],
      field: formatPath(error.path),
      text: fieldErrorText(error),
    })),
    strictErrors,
    warnings: valid ? warnings : [],
    ...(hard.length < errors.length && {
      looseCIDR: { valid: hard.length === 0, errors: describeSorted(hard), warnings },
    }),
    ...(valid && { stored: storedNetworkPolicy(root) }),
  };
}

function describeWarning({ path, text }: FieldWarning): string {
  return `${formatPath(path)}: ${text}`;
}

function describeSorted(errors: readonly FieldError[]): string[] {
  return errors.map(describeFieldError).sort(compareUtf8);
}

/**
 * apiVersion and kind are read before anything else, by a reader that takes them in any case; absent and empty ones, and a missing
 * half of the version, are those of NetworkPolicy.
 */
function findTypeMetaError(root: YamlNode, sorted: boolean): string | undefined {
  if (root.kind !== 'mapping') {
    if (root.kind === 'scalar' && root.value === null) return undefined;
    return `${jsonPrefix}json: cannot unmarshal ${jsonTypeName(root)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;
  }
  const read = { apiVersion: '', kind: '' };
  for (const { key, value } of sorted ? sortEntries(root.entries) : root.entries) {
    const field = (['apiVersion', 'kind'] as const).find((name) => foldedNames[name].test(key));
    if (field === undefined || isNull(value)) continue;
    const text = textOf(value);
    if (text === undefined) {
      return `${jsonPrefix}json: cannot unmarshal ${jsonTypeName(value)} into Go struct field .${field} of type string`;
    }
    read[field] = text;
  }
  const { apiVersion } = read;
  const kind = read.kind || 'NetworkPolicy';
  if (apiVersion.split('/').length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  const version = completeVersion(apiVersion);
  if (version === 'networking.k8s.io/v1' && kind === 'NetworkPolicy') return undefined;
  return `no kind ${quoteGo(kind)} is registered for version ${quoteGo(version)}`;
}

/** Go's encoding/json finds a field by its name in any case. */
const foldedNames = { apiVersion: /^apiversion$/iu, kind: /^kind$/iu } as const;

function completeVersion(apiVersion: string): string {
  if (['', '/', 'networking.k8s.io/'].includes(apiVersion)) return 'networking.k8s.io/v1';
  return apiVersion.startsWith('/') ? apiVersion.slice(1) : apiVersion;
}

function jsonTypeName(node: YamlNode): string {
  if (node.kind === 'sequence') return 'array';
  if (node.kind === 'mapping') return 'object';
  if (typeof node.value === 'boolean') return 'bool';
  return typeof node.value === 'string' ? 'string' : 'number';
}
