import { fieldOf, type Reader, type Reading, record, refuseField, report, text } from '../manifest/index.ts';
import { type FieldPath, parseRange, type Span } from '../model/index.ts';
import type { YamlNode } from '../yaml/index.ts';
import { labelSelector, oneOrMore, spanOf } from './field-readers.ts';
import type { SetWords } from './types.ts';

const inWords =
  'a set: a pod or workload, a range of addresses, outside, anything, a mapping with namespace, namespaceSelector, podSelector, ipBlock or not, or a list of these';

/**
 * A set of pods and addresses. A text is a pod or workload, an address or range outside, `outside` or `anything`; the fields of a mapping must all hold, and
 * one entry of a list.
 */
export const setWords: Reader<SetWords> = (node, path, reading) => {
  const span = spanOf(node, reading);
  if (node.kind === 'sequence') {
    if (node.items.length === 0) return refuseField(node, path, reading, 'a set that is not empty');
    const sets = node.items.flatMap((item, i) => setWords(item, [...path, i], reading) ?? []);
    return { kind: 'union', sets, span };
  }
  if (node.kind === 'mapping') return mappingSet(node, path, reading, span);
  if (typeof node.value !== 'string' || node.value === '') {
    return refuseField(node, path, reading, inWords);
  }
  return textSet(node.value, span);
};

function textSet(value: string, span: Span): SetWords {
  if (value === 'outside' || value === 'anything') return { kind: value, span };
  return rangeSet(value, span) ?? { kind: 'named', text: value, span };
}

/** undefined where the text is no range: a bare address may be a pod's. */
function rangeSet(text: string, span: Span): SetWords | undefined {
  const range = text.includes('/') ? parseRange(text) : undefined;
  return range === undefined ? undefined : { kind: 'addresses', text, range, span };
}

const rangeText: Reader<SetWords> = (node, path, reading) => {
  const wanted = 'a range of addresses such as 10.0.0.0/8';
  const value = text(wanted)(node, path, reading);
  if (value === undefined) return undefined;
  return rangeSet(value, spanOf(node, reading)) ?? refuseField(node, path, reading, wanted);
};

const ipBlockFields = record({ cidr: rangeText, except: oneOrMore(rangeText) }, ['cidr']);

const ipBlock: Reader<SetWords> = (node, path, reading) => {
  const { cidr, except } = ipBlockFields(node, path, reading) ?? {};
  if (cidr === undefined || except === undefined) return cidr;
  const span = spanOf(node, reading);
  const left: SetWords = { kind: 'complement', set: { kind: 'union', sets: except, span }, span };
  return { kind: 'intersection', sets: [cidr, left], span };
};

const namespaceName: Reader<SetWords> = (node, path, reading) => {
  const name = text('the name of a namespace', /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)(node, path, reading);
  return name === undefined ? undefined : { kind: 'namespace', name, span: spanOf(node, reading) };
};

const selectorSet =
  (kind: 'namespace labels' | 'pod labels'): Reader<SetWords> =>
  (node, path, reading) => {
    const selector = labelSelector(node, path, reading);
    return selector === undefined ? undefined : { kind, selector, span: spanOf(node, reading) };
  };

const fields = record({
  namespace: oneOrMore(namespaceName),
  namespaceSelector: selectorSet('namespace labels'),
  podSelector: selectorSet('pod labels'),
  ipBlock,
  not: setWords,
});

function mappingSet(node: YamlNode, path: FieldPath, reading: Reading, span: Span): SetWords | undefined {
  if (node.kind !== 'mapping') return undefined;
  if (node.entries.length === 0) return refuseField(node, path, reading, 'a set that is not empty');
  const values = fields(node, path, reading);
  if (values === undefined) return undefined;
  const { namespace, namespaceSelector, podSelector, ipBlock: addresses, not } = values;
  if (
    fieldOf(node, 'ipBlock') !== undefined &&
    (namespace ?? namespaceSelector ?? podSelector) !== undefined
  ) {
    const message = 'ipBlock is about addresses outside the cluster, where no namespaces and pods are';
    report(reading, node.start, node.end, message, 'make it two entries of a list');
  }
  const sets: SetWords[] = [
    ...(namespace === undefined ? [] : [{ kind: 'union', sets: namespace, span } as const]),
    ...[namespaceSelector, podSelector, addresses].filter((set) => set !== undefined),
    ...(not === undefined ? [] : [{ kind: 'complement', set: not, span } as const]),
  ];
  return { kind: 'intersection', sets, span };
}
