import { type FieldPath, formatPath } from '../../model/index.ts';
import { quoteGo } from './quote.ts';

export type FieldErrorKind = 'Required value' | 'Invalid value' | 'Unsupported value' | 'Forbidden';

/** What the API server says against one field, as its own code has it (apimachinery's field.Error). */
export interface FieldError {
  readonly path: FieldPath;
  readonly kind: FieldErrorKind;
  /** The value refused; not printed for Required and Forbidden. */
  readonly value?: string | number | readonly string[];
  /** Empty where the kind says it all. */
  readonly text: string;
  /** Which rule it is, for the diagnostic's code. */
  readonly code: string;
  /** A place more exact than `path`: the API names the whole map for a bad label. */
  readonly at?: FieldPath;
  /** The value is of a type of its own in Go (an operator, a protocol) and prints as JSON, not as a Go string. */
  readonly named?: boolean;
  /** A CIDR form that servers before 1.36 accept with a warning. */
  readonly looseCIDR?: boolean;
}

/** How `causes` of an API status name the kinds. */
export const causeTypes: Readonly<Record<FieldErrorKind, string>> = {
  'Required value': 'FieldValueRequired',
  'Invalid value': 'FieldValueInvalid',
  'Unsupported value': 'FieldValueNotSupported',
  Forbidden: 'FieldValueForbidden',
};

/** The error without its field: `Invalid value: "x": must be …`. */
export function fieldErrorText(error: FieldError): string {
  const value = error.value === undefined ? '' : `: ${showValue(error.value, error.named === true)}`;
  return `${error.kind}${value}${error.text === '' ? '' : `: ${error.text}`}`;
}

/** The whole message: `spec.ports[0]: Invalid value: …`. */
export function describeFieldError(error: FieldError): string {
  return `${formatPath(error.path)}: ${fieldErrorText(error)}`;
}

function showValue(value: string | number | readonly string[], named: boolean): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string' && !named) return quoteGo(value);
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escapeUnit);
}

/** Go's JSON also escapes what could end a script. */
function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
