import type { Resource } from '../../store/index.ts';
import { badRequest, type StatusError } from '../../store/index.ts';

/** The kind that a body is taken for. */
export interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

/** `apps/v1`, `v1`. */
export function groupVersion({ group }: Pick<Resource, 'group'>, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** A refusal to read a body, as handlers.transformDecodeError words it; without a kind that could be read, with the start of the body. */
export function decodeError(
  wanted: Resource,
  read: TypeMeta | undefined,
  why: string,
  body: string,
): StatusError {
  if (read === undefined) {
    return badRequest(
      `the object provided is unrecognized (must be of type ${wanted.kind}): ${why} (${summarize(body)})`,
    );
  }
  const version = read.apiVersion.slice(read.apiVersion.indexOf('/') + 1);
  return badRequest(
    `${read.kind} in version ${JSON.stringify(version)} cannot be handled as a ${wanted.kind}: ${why}`,
  );
}

/** The first 30 bytes; what is no JSON object as hexadecimal digits. */
function summarize(body: string): string {
  const bytes = Buffer.from(body);
  if (bytes.length === 0) return '<empty>';
  const start = bytes.subarray(0, 30);
  const text = body.startsWith('{') ? start.toString() : start.toString('hex');
  return bytes.length > 30 ? `${text} ...` : text;
}

/**
 * apiVersion and kind of a body, those of the request where it has none. Throws where it is of another kind or version than the request.
 */
export function readTypeMeta(
  value: Readonly<Record<string, unknown>>,
  wanted: Resource,
  version: string,
  resources: readonly Resource[],
  body: string,
): TypeMeta {
  const expected = groupVersion(wanted, version);
  for (const field of ['apiVersion', 'kind'] as const) {
    const given = value[field];
    if (given === undefined || given === null || typeof given === 'string') continue;
    const type = Array.isArray(given) ? 'array' : goKinds[typeof given];
    const why = `couldn't get version/kind; json parse error: json: cannot unmarshal ${type} into Go struct field .${field} of type string`;
    throw decodeError(wanted, undefined, why, body);
  }
  const apiVersion = (value.apiVersion as string | undefined) || expected;
  const kind = (value.kind as string | undefined) || wanted.kind;
  const read = { apiVersion, kind };
  if (apiVersion.split('/').length > 2) {
    throw decodeError(wanted, undefined, `unexpected GroupVersion string: ${apiVersion}`, body);
  }
  if (kind !== wanted.kind) throw decodeError(wanted, read, otherKind(read, wanted, resources), body);
  if (apiVersion !== expected) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  return read;
}

const goKinds: Readonly<Record<string, string>> = { boolean: 'bool', number: 'number', object: 'object' };

function otherKind(read: TypeMeta, wanted: Resource, resources: readonly Resource[]): string {
  const { apiVersion, kind } = read;
  const known = resources.some(
    (each) =>
      each.kind === kind &&
      !each.custom &&
      each.versions.some((one) => groupVersion(each, one) === apiVersion),
  );
  if (!known || wanted.custom) {
    return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`;
  }
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const home = wanted.group === '' ? 'core' : wanted.group.split('.')[0];
  return `converting (${version}.${kind}) to (${home}.${wanted.kind}): unknown conversion`;
}
