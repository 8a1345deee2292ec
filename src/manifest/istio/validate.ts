import { readMeta } from './annotations.ts';
import { type CrdVerdict, checkSchema, dotted } from './crd.ts';
import { objectSchemas, servedVersions } from './crd-objects.ts';
import { isObject } from './proto.ts';
import { askWebhook, hasWebhook } from './webhook.ts';

/** What Istio's two judges of an object say, each by itself; messages in no particular order. */
export interface IstioVerdict {
  /** Does the webhook accept it? */
  readonly valid: boolean;
  readonly errors: readonly string[];
  /** Given beside errors too, repeats included. */
  readonly warnings: readonly string[];
  /** Does the CRD accept it, unknown fields counted as errors (strict field validation)? */
  readonly schemaValid: boolean;
  /** `KIND/NAME/NAMESPACE: problem`, or `KIND/NAME/NAMESPACE: [a, b]` for several. */
  readonly schemaError?: string;
  /** Does Envoy take the path templates of a valid AuthorizationPolicy? Absent for other objects. */
  readonly envoyAccepts?: boolean;
}

/**
 * Judges an object of security.istio.io (parsed JSON) as istiod's validation webhook and the CRDs of Istio 1.30 do, with their words.
 * Numbers are all `number` to the CRD, as to a reader of plain JSON.
 */
export function validateIstioObject(value: unknown): IstioVerdict {
  const json = isObject(value) ? value : {};
  const { group, version, kind } = readType(json);
  return { ...webhookSays(group, version, kind, json), ...crdSays(group, version, kind, json) };
}

function webhookSays(
  group: string,
  version: string,
  kind: string,
  json: Readonly<Record<string, unknown>>,
): Pick<IstioVerdict, 'valid' | 'errors' | 'warnings' | 'envoyAccepts'> {
  if (!hasWebhook(group, kind)) {
    const error = `unrecognized type ${group}/${version}, Kind=${kind}`;
    return { valid: false, errors: [error], warnings: [] };
  }
  const verdict = askWebhook(kind, json);
  const valid = verdict.errors.length === 0;
  return {
    valid,
    errors: verdict.errors.map(({ message }) => `${verdict.prefix}${message}`),
    warnings: verdict.warnings.map(({ message }) => message),
    ...(valid && kind === 'AuthorizationPolicy' && { envoyAccepts: verdict.refusedByEnvoy.length === 0 }),
  };
}

function crdSays(
  group: string,
  version: string,
  kind: string,
  json: Readonly<Record<string, unknown>>,
): Pick<IstioVerdict, 'schemaValid' | 'schemaError'> {
  const schema = group === 'security.istio.io' ? objectSchemas.get(kind) : undefined;
  if (schema === undefined || !servedVersions.includes(version)) {
    const type = version === '' ? '/, Kind=' : `${group}/${version}, Kind=${kind}`;
    return { schemaValid: false, schemaError: `failed to validate type ${type}: no validator found` };
  }
  const problem = describe(checkSchema(schema, json));
  if (problem === undefined) return { schemaValid: true };
  const { name, namespace } = readMeta(json.metadata);
  return { schemaValid: false, schemaError: `${kind}/${name}/${namespace}: ${problem}` };
}

function describe({ problems, unknownFields }: CrdVerdict): string | undefined {
  if (unknownFields.length > 0) return `unknown fields [${unknownFields.map(dotted).sort().join(' ')}]`;
  const messages = [...new Set(problems.map(({ message }) => message))];
  return messages.length > 1 ? `[${messages.join(', ')}]` : messages[0];
}

/** An apiVersion with more than one slash has neither group nor version. */
function readType(json: Readonly<Record<string, unknown>>): { group: string; version: string; kind: string } {
  const kind = typeof json.kind === 'string' ? json.kind : '';
  const apiVersion = typeof json.apiVersion === 'string' ? json.apiVersion : '';
  const parts = apiVersion.split('/');
  if (parts.length > 2) return { group: '', version: '', kind };
  return { group: parts.length === 2 ? parts[0]! : '', version: parts.at(-1)!, kind };
}
