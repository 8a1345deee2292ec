import { validateIstioObject } from '../../../manifest/index.ts';
import { type ApiObject, type Resource, StatusError } from '../../store/index.ts';
import { type Refusal, refuse } from './refusals.ts';

/** Of istiod's default validator: the one that judges objects without a revision label. */
const webhook = 'validation.istio.io';

/**
 * Asks Istio's two judges about an object of security.istio.io, in the order of the API server: what the CRD refuses is a 422, what the webhook refuses is told in its name. Its
 * warnings come back.
 */
export function checkSecurityObject(resource: Resource, object: ApiObject): readonly string[] {
  const verdict = validateIstioObject(object);
  if (verdict.schemaError !== undefined) {
    refuse(resource, object.metadata.name, readSchemaError(verdict.schemaError));
  }
  if (!verdict.valid) throw deniedByWebhook(verdict.errors);
  return verdict.warnings;
}

/** A refusal as the API server passes it on. */
export function deniedByWebhook(errors: readonly string[]): StatusError {
  const text = joinErrors(errors);
  const why = text.startsWith('error decoding configuration') ? text : `configuration is invalid: ${text}`;
  return new StatusError(400, '', `admission webhook "${webhook}" denied the request: ${why}`);
}

/** Several errors as hashicorp's multierror prints them. */
function joinErrors(errors: readonly string[]): string {
  if (errors.length === 1) return errors[0]!;
  return `${errors.length} errors occurred:\n\t${errors.map((error) => `* ${error}`).join('\n\t')}\n\n`;
}

/** `KIND/NAME/NAMESPACE: problem`, or `…: [a, b]` for several; a problem begins with its field. */
function readSchemaError(text: string): readonly Refusal[] {
  const several = /^[^:]+: \[(.*)\]$/s.exec(text);
  const problems =
    several === null
      ? [text.slice(text.indexOf(': ') + 2)]
      : several[1]!.split(/, (?=(?:spec|status|metadata)[\w.[\]/*-]*: )/);
  return problems.map((problem) => {
    const colon = problem.indexOf(': ');
    const message = problem.slice(colon + 2);
    return { reason: reasonOf(message), field: problem.slice(0, colon), message };
  });
}

function reasonOf(message: string): string {
  if (message.startsWith('Required')) return 'FieldValueRequired';
  if (message.startsWith('Unsupported')) return 'FieldValueNotSupported';
  if (message.startsWith('Too long')) return 'FieldValueTooLong';
  return message.startsWith('Too many') ? 'FieldValueTooMany' : 'FieldValueInvalid';
}
