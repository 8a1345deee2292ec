import {
  list,
  map,
  oneOf,
  type Reader,
  type Reading,
  record,
  refuseField,
  report,
  text,
} from '../manifest/index.ts';
import { type FieldPath, formatPath, type LabelSelector, type Span } from '../model/index.ts';
import type { YamlNode } from '../yaml/index.ts';

// Readers for fields that several parts of a test file have.

/** Where a node stands. */
export function spanOf(node: YamlNode, { source }: Reading): Span {
  return { source, start: node.start, end: node.end };
}

/** A value with its place. */
export interface Located<T> {
  readonly value: T;
  readonly span: Span;
}

/** What `reader` gives, with its place. */
export function located<T>(reader: Reader<T>): Reader<Located<T>> {
  return (node, path, reading) => {
    const value = reader(node, path, reading);
    return value === undefined ? undefined : { value, span: spanOf(node, reading) };
  };
}

/** One value, or a list of them that is not empty; always gives a list. */
export function oneOrMore<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (node, path, reading) => {
    if (node.kind !== 'sequence') {
      const value = reader(node, path, reading);
      return value === undefined ? undefined : [value];
    }
    if (node.items.length === 0) return refuseField(node, path, reading, 'one value or several');
    return list(reader)(node, path, reading);
  };
}

/** A port's number or name. */
export const port: Reader<number | string> = (node: YamlNode, path: FieldPath, reading: Reading) => {
  const wanted = "a port: a number from 1 to 65535 or a port's name";
  const value = node.kind === 'scalar' ? node.value : undefined;
  if (typeof value === 'string' && isPortName(value)) return value;
  const number = typeof value === 'object' && value !== null ? Number(value.number) : 0;
  return Number.isInteger(number) && number >= 1 && number <= 65535
    ? number
    : refuseField(node, path, reading, wanted);
};

/** IANA's form: at most 15 of a-z, 0-9 and -, with a letter. */
function isPortName(text: string): boolean {
  return /^(?=.*[a-z])[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/.test(text);
}

const labelTexts = map(/^[\w./-]+$/, 'a label', text('the text of a label', /^[\w.-]*$/s));

const requirement = record(
  {
    key: text(),
    operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist'),
    values: list(text('a string', /^/)),
  },
  ['key', 'operator'],
);

const selectorFields = record({ matchLabels: labelTexts, matchExpressions: list(requirement) });

/** A label selector as Kubernetes writes it; one that is empty selects everything. */
export const labelSelector: Reader<LabelSelector> = (node, path, reading) => {
  const fields = selectorFields(node, path, reading);
  if (fields === undefined) return undefined;
  const { matchLabels, matchExpressions = [] } = fields;
  const expressions = matchExpressions.flatMap(({ key, operator, values }, i) => {
    if (key === undefined || operator === undefined) return [];
    const wantsValues = operator === 'In' || operator === 'NotIn';
    if (wantsValues !== (values ?? []).length > 0) {
      const words = wantsValues ? 'needs values' : 'takes no values';
      const where = formatPath([...path, 'matchExpressions', i]);
      report(reading, node.start, node.end, `${where}: operator ${operator} ${words}`);
    }
    return [{ key, operator, ...(values === undefined ? {} : { values }) }];
  });
  return {
    ...(matchLabels === undefined ? {} : { matchLabels: Object.fromEntries(matchLabels) }),
    ...(expressions.length === 0 ? {} : { matchExpressions: expressions }),
  };
};
