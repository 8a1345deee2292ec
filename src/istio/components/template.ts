import { type GoMap, type GoValue, printed, typeName } from './go-values.ts';

/**
 * A template stopped, as Go's templates and Helm's functions do. `message` has Helm's own words, without the line and column, which differ from
 * release to release.
 */
export class TemplateFailure extends Error {
  readonly template: string;
  /** The value that it stopped at, where it is one. */
  readonly path: readonly (string | number)[];
  /** The last part of the message: what went wrong, without where. */
  readonly words: string;

  constructor(
    template: string,
    message: string,
    { path, words }: { path: readonly (string | number)[]; words: string },
  ) {
    super(message);
    this.template = template;
    this.path = path;
    this.words = words;
  }
}

/** Where in a chart something is executed: `istiod/templates/networkpolicy.yaml`. */
export interface Place {
  readonly template: string;
}

/**
 * Stops the template at an expression.
 * @throws TemplateFailure always
 */
export function stop(
  { template }: Place,
  expression: string,
  cause: string,
  path: readonly (string | number)[],
): never {
  throw new TemplateFailure(
    template,
    `template: ${template}: executing "${template}" at <${expression}>: ${cause}`,
    { path, words: cause },
  );
}

/**
 * Helm's `fail`: the chart's own words.
 * @throws TemplateFailure always
 */
export function fail({ template }: Place, cause: string, path: readonly (string | number)[]): never {
  throw new TemplateFailure(template, `execution error at (${template}): ${cause}`, { path, words: cause });
}

/**
 * `.Values.a.b.c`: a step into null or into what is no map stops the template, a key that is missing gives null. `skip` steps are not part of `path`,
 * where the expression begins at a variable.
 * @throws TemplateFailure
 */
export function field(
  place: Place,
  root: GoValue,
  path: readonly string[],
  { expression = `.Values.${path.join('.')}`, at = [] }: FieldOptions = {},
): GoValue {
  let value = root;
  for (const [i, name] of path.entries()) {
    if (value === null)
      stop(place, expression, `nil pointer evaluating interface {}.${name}`, [...at, ...path.slice(0, i)]);
    if (!(value instanceof Map)) {
      stop(place, expression, `can't evaluate field ${name} in type interface {}`, [
        ...at,
        ...path.slice(0, i),
      ]);
    }
    value = value.get(name) ?? null;
  }
  return value;
}

export interface FieldOptions {
  /** How the template writes it, for the failure. */
  readonly expression?: string;
  /** Where `root` itself stands in the values. */
  readonly at?: readonly (string | number)[];
}

/**
 * `(EXPRESSION).name`, and `$variable.name`: of null it is null; into what is no map it stops the template.
 * @throws TemplateFailure
 */
export function softField(
  place: Place,
  value: GoValue,
  name: string,
  { expression, at }: { readonly expression: string; readonly at: readonly string[] },
): GoValue {
  if (value === null) return null;
  if (value instanceof Map) return value.get(name) ?? null;
  return stop(place, expression, `can't evaluate field ${name} in type ${typeName(value)}`, at);
}

/**
 * `eq VALUE "text"`: null equals no text; another type than text stops the template.
 * @throws TemplateFailure
 */
export function equalsText(
  place: Place,
  value: GoValue,
  text: string,
  { expression, at }: { readonly expression: string; readonly at: readonly string[] },
): boolean {
  if (value === null) return false;
  if (typeof value !== 'string')
    return stop(
      place,
      expression,
      `error calling eq: incompatible types for comparison: ${typeName(value)} and string`,
      at,
    );
  return value === text;
}

/**
 * `index MAP "a" "b"`: a key that is missing gives null, of which nothing can be taken.
 * @throws TemplateFailure
 */
export function indexed(place: Place, root: GoMap, keys: readonly string[]): GoValue {
  const expression = `index .Values ${keys.map((key) => JSON.stringify(key)).join(' ')}`;
  let value: GoValue = root;
  for (const [i, key] of keys.entries()) {
    const wrong = indexFault(value);
    if (wrong !== undefined) stop(place, expression, `error calling index: ${wrong}`, keys.slice(0, i));
    value = (value as GoMap).get(key) ?? null;
  }
  return value;
}

function indexFault(value: GoValue): string | undefined {
  if (value instanceof Map) return undefined;
  if (value === null) return 'index of nil pointer';
  if (typeof value === 'string' || Array.isArray(value)) return 'cannot index slice/array with type string';
  return `can't index item of type ${typeName(value)}`;
}

/** `{{ VALUE }}`: what a template prints. Of null nothing is left: Helm takes Go's words for it out of the text. */
export function shown(value: GoValue): string {
  return value === null ? '<no value>' : printed(value);
}

/**
 * A map where a function takes only maps; null stands for an empty one that is not kept.
 * @throws TemplateFailure
 */
export function asMap(
  place: Place,
  value: GoValue,
  { expression, at }: { readonly expression: string; readonly at: readonly string[] },
): GoMap | null {
  if (value === null || value instanceof Map) return value;
  return stop(
    place,
    expression,
    `wrong type for value; expected map[string]interface {}; got ${typeName(value)}`,
    at,
  );
}
