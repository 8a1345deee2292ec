/** A label that an object is taken to have, or not to have, although no manifest says so. */
export interface Assumption {
  readonly kind: string;
  /** '' for kinds that are in no namespace. */
  readonly namespace: string;
  readonly name: string;
  /** The label. */
  readonly key: string;
  /** undefined: the object is taken not to have the label. */
  readonly value: string | undefined;
}

const name = '[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?';
const word = '[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?';
const place = `(?:(?:Namespace|Node)/${name}|(?!Namespace/|Node/)[A-Z][A-Za-z0-9]*/${name}/${name})`;

/** What `parseAssumption` reads, as a regular expression that JSON Schema takes too. */
export const assumptionPattern: string = `^${place}:(?:${name}/)?${word}(?:=(?:${word})?|-)$`;

const assumption = new RegExp(assumptionPattern);

/**
 * Reads `Namespace/NAME:LABEL=VALUE`, `Node/NAME:LABEL=VALUE` or `KIND/NAMESPACE/NAME:LABEL=VALUE`. `LABEL-` instead, as `kubectl label`
 * writes it, says that the label is absent. Undefined for anything else.
 */
export function parseAssumption(text: string): Assumption | undefined {
  if (!assumption.test(text)) return undefined;
  const colon = text.indexOf(':');
  const [kind = '', first = '', second] = text.slice(0, colon).split('/');
  const object = second === undefined ? { namespace: '', name: first } : { namespace: first, name: second };
  const label = text.slice(colon + 1);
  const equals = label.indexOf('=');
  if (equals < 0) return { kind, ...object, key: label.slice(0, -1), value: undefined };
  return { kind, ...object, key: label.slice(0, equals), value: label.slice(equals + 1) };
}
