import {
  count,
  fieldOf,
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
import { type FieldPath, formatPath } from '../model/index.ts';
import type { MappingNode, YamlNode } from '../yaml/index.ts';
import { type Located, located, oneOrMore, spanOf } from './field-readers.ts';
import { questionWords } from './read-request.ts';
import type { ExpectedPair, ExpectedProof, ExpectedSymptom, PairsEntry } from './types.ts';

const outcome = oneOf('allow', 'deny', 'unknown');
const layer = oneOf(
  'network',
  'authorization',
  'service',
  'egress policy',
  'ingress policy',
  'mutual TLS',
  'request authentication',
);
const symptomKind = oneOf('response', 'connect timeout', 'connection refused', 'connection reset', 'http');
const symptomFields = record({
  kind: symptomKind,
  status: count,
  body: text('a string', /^/),
  details: text(),
  flag: text(),
  after: count,
});

/** One of the kinds as a text, or a mapping of what is to be compared. */
const symptom: Reader<ExpectedSymptom> = (node, path, reading) => {
  if (node.kind !== 'scalar') return symptomFields(node, path, reading);
  const kind = symptomKind(node, path, reading);
  return kind === undefined ? undefined : { kind };
};

const common = {
  name: text(),
  request: questionWords,
  layer,
  policy: located(text()),
  symptom,
};

const caseFields = record({ ...common, from: oneOrMore(text()), to: oneOrMore(text()), expect: outcome }, [
  'from',
  'to',
  'expect',
]);

const cell = located(oneOf('allow', 'deny', 'unknown', 'skip'));
const gridFields = record({ to: list(text()), from: map(/^\S+$/, 'a sender', list(cell)) }, ['to', 'from']);
const tableFields = record({ ...common, table: readGrid }, ['table']);

/** A case: `from`, `to`, both one or several, and `expect`. */
export const caseEntry: Reader<PairsEntry> = (node, path, reading) => {
  const values = caseFields(node, path, reading);
  const { from = [], to = [], expect } = values ?? {};
  if (values === undefined || expect === undefined) return undefined;
  const span = spanOf(node, reading);
  const pairs = from.flatMap((source) => to.map((target) => ({ from: source, to: target, expect, span })));
  const [first] = pairs;
  const single = pairs.length === 1 && first !== undefined ? `${first.from} -> ${first.to}` : undefined;
  const name = values.name ?? single ?? `${from.join(', ')} -> ${to.join(', ')}`;
  return { kind: 'pairs', name, span, pairs, request: values.request ?? {}, expected: proofOf(values) };
};

/** A table: receivers as columns, senders as rows, outcomes as cells. */
export const tableEntry: Reader<PairsEntry> = (node, path, reading) => {
  const values = tableFields(node, path, reading);
  if (values?.table === undefined) return undefined;
  const span = spanOf(node, reading);
  const name = values.name ?? `table at line ${lineOf(node, reading)}`;
  return {
    kind: 'pairs',
    name,
    span,
    pairs: values.table,
    request: values.request ?? {},
    expected: proofOf(values),
  };
};

type ProofFields = { readonly [K in keyof ExpectedProof]?: ExpectedProof[K] | undefined };

function proofOf({ layer, policy, symptom }: ProofFields): ExpectedProof {
  return {
    ...(layer === undefined ? {} : { layer }),
    ...(policy === undefined ? {} : { policy }),
    ...(symptom === undefined ? {} : { symptom }),
  };
}

function lineOf(node: YamlNode, { source }: Reading): number {
  return source.text.slice(0, node.start).split('\n').length;
}

function readGrid(node: YamlNode, path: FieldPath, reading: Reading): readonly ExpectedPair[] | undefined {
  const grid = gridFields(node, path, reading);
  if (grid === undefined || node.kind !== 'mapping') return undefined;
  const { to = [], from = new Map<string, readonly Located<ExpectedPair['expect'] | 'skip'>[]>() } = grid;
  checkWidths(node, to.length, path, reading);
  if (from.size === 0 || to.length === 0)
    return refuseField(node, path, reading, 'a table with rows and columns');
  return [...from].flatMap(([sender, cells]) =>
    cells.flatMap(({ value, span }, i) => {
      const target = to[i];
      return value === 'skip' || target === undefined
        ? []
        : [{ from: sender, to: target, expect: value, span }];
    }),
  );
}

/** Every row has as many cells as there are columns: a cell too few would shift what is meant. */
function checkWidths(node: MappingNode, columns: number, path: FieldPath, reading: Reading): void {
  const rows = fieldOf(node, 'from');
  if (rows?.kind !== 'mapping') return;
  for (const { key, value } of rows.entries) {
    if (value.kind !== 'sequence' || value.items.length === columns) continue;
    const where = formatPath([...path, 'from', key]);
    const cells = `${value.items.length} ${value.items.length === 1 ? 'cell' : 'cells'}`;
    const message = `${where} has ${cells}, and the table has ${columns} ${columns === 1 ? 'column' : 'columns'}`;
    report(reading, value.start, value.end, message);
  }
}
