import { formatIpRange } from '../model/index.ts';
import { describeSet, type HttpPassage, type MapEnd, type Passage, type RequestSet } from '../reach/index.ts';
import { inChunks } from './chunks.ts';
import { verdictToJson } from './json.ts';
import { type JsonValue, reportVersion } from './json-value.ts';
import type { PairDetail } from './map-detail.ts';
import { type MapView, pairsOf } from './map-view.ts';
import { describeRequestSet } from './request-words.ts';

/** A map as the document `Map` that docs/json.md describes, in pieces; a line for each end and each pair. */
export function formatMapJson(view: MapView, details: readonly PairDetail[] | undefined): Iterable<string> {
  return inChunks(lines(view, details));
}

function* lines(view: MapView, details: readonly PairDetail[] | undefined): Generator<string> {
  const { map } = view;
  const asked = new Set([...view.sources, ...view.destinations]);
  const ends = map.ends.filter((end) => asked.has(end));
  const head = { apiVersion: reportVersion, kind: 'Map', layer: map.layer, classes: map.classes };
  yield `{\n${Object.entries(head)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`)
    .join('')}  "ends": [`;
  yield* listItems(ends, (end) => JSON.stringify(endToJson(end)));
  yield '],\n  "pairs": [';
  const texts = new WeakMap<readonly Passage[], string>();
  yield* listItems(pairsOf(view), ({ source, destination, passages }) => {
    const text = texts.get(passages) ?? JSON.stringify(passages.map(passageToJson));
    texts.set(passages, text);
    return `{"source":${JSON.stringify(source.label)},"destination":${JSON.stringify(destination.label)},"passages":${text}}`;
  });
  yield ']';
  if (details !== undefined) {
    yield ',\n  "details": [';
    yield* listItems(details, (detail) => JSON.stringify(detailToJson(detail)));
    yield ']';
  }
  yield '\n}\n';
}

function detailToJson({ source, destination, decisions }: PairDetail): JsonValue {
  return {
    source: source.label,
    destination: destination.label,
    decisions: decisions.map(({ title, request, verdict }) => ({
      text: title,
      verdict: verdictToJson({ request, verdict, notes: [], diagnostics: [] }),
    })),
  };
}

/** The items of a list, each on a line of its own. */
export function* listItems<T>(items: Iterable<T>, format: (item: T) => string): Generator<string> {
  let separator = '\n    ';
  for (const item of items) {
    yield `${separator}${format(item)}`;
    separator = ',\n    ';
  }
  if (separator !== '\n    ') yield '\n  ';
}

/** An end as the object `MapEnd` that docs/json.md describes. */
export function endToJson(end: MapEnd): JsonValue {
  if (end.kind === 'outside') {
    return { kind: 'outside', label: end.label, ranges: end.ranges.map(formatIpRange), address: end.address };
  }
  const { kind, name } = end.workload;
  return {
    kind: 'workload',
    label: end.label,
    namespace: end.namespace,
    workload: { kind, name },
    pods: end.pods.map((pod) => pod.key),
  };
}

/** A passage as the object `Passage` that docs/json.md describes. */
export function passageToJson({ protocol, ports, bytes, http }: Passage): JsonValue {
  return {
    protocol,
    ports: ports.map(({ first, last }) => [first, last]),
    bytes,
    http: http === undefined ? undefined : httpToJson(http),
  };
}

function httpToJson(http: HttpPassage): JsonValue {
  if (http.outcome !== 'depends') return { outcome: http.outcome };
  return {
    outcome: 'depends',
    passing: setToJson(http.passing),
    unknown: http.unknown.length === 0 ? undefined : setToJson(http.unknown),
  };
}

/** The set in words and as clauses: a request is in it when it is in one of them. */
function setToJson(set: RequestSet): JsonValue {
  return { text: describeRequestSet(set), clauses: describeSet(set) as unknown as JsonValue };
}
