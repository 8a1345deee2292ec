import { type Resource, StatusError } from '../../store/index.ts';

/** What the API server has against one field, as a cause of a Status. */
export interface Refusal {
  readonly reason: string;
  readonly field: string;
  /** Without the field: `Required value`, `Invalid value: "x": must be …`. */
  readonly message: string;
}

export function required(field: string, why = ''): Refusal {
  return { reason: 'FieldValueRequired', field, message: `Required value${because(why)}` };
}

export function invalid(field: string, value: unknown, why: string): Refusal {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${show(value)}${because(why)}` };
}

export function forbidden(field: string, why: string): Refusal {
  return { reason: 'FieldValueForbidden', field, message: `Forbidden${because(why)}` };
}

export function duplicate(field: string, value: unknown): Refusal {
  return { reason: 'FieldValueDuplicate', field, message: `Duplicate value: ${show(value)}` };
}

export function notThere(field: string, value: unknown): Refusal {
  return { reason: 'FieldValueNotFound', field, message: `Not found: ${show(value)}` };
}

export function notSupported(field: string, value: unknown, supported: readonly unknown[]): Refusal {
  const message = `Unsupported value: ${show(value)}: supported values: ${supported.map(show).join(', ')}`;
  return { reason: 'FieldValueNotSupported', field, message };
}

function because(why: string): string {
  return why === '' ? '' : `: ${why}`;
}

function show(value: unknown): string {
  return JSON.stringify(value ?? null);
}

/** Throws a 422 where there are refusals: `Service "web" is invalid: spec.ports: Required value`. */
export function refuse({ group, kind }: Resource, name: string, refusals: readonly Refusal[]): void {
  if (refusals.length === 0) return;
  const texts = [
    ...new Set(refusals.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`))),
  ];
  const what = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const qualified = group === '' ? kind : `${kind}.${group}`;
  throw new StatusError(422, 'Invalid', `${qualified} ${JSON.stringify(name)} is invalid: ${what}`, {
    name,
    ...(group !== '' && { group }),
    kind,
    causes: refusals,
  });
}
