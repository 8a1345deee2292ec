import type { Passage } from '../reach/index.ts';
import { inChunks } from './chunks.ts';
import { type MapView, pairsOf } from './map-view.ts';
import { formatRange } from './port-words.ts';
import { describeRequestSet } from './request-words.ts';

/** Names of the fields of a passage. */
export const passageHead: readonly string[] = ['protocol', 'ports', 'bytes', 'http', 'passing', 'unknown'];

/**
 * A map as CSV (RFC 4180) with a head, in pieces: a line for each pair and passage. `ports` are numbers and ranges with blanks between; `passing` and
 * `unknown` tell the requests where `http` is `depends`.
 */
export function formatMapCsv(view: MapView): Iterable<string> {
  return inChunks(lines(view));
}

function* lines(view: MapView): Generator<string> {
  yield formatRecord(['source', 'destination', ...passageHead]);
  const texts = new WeakMap<Passage, string>();
  for (const { source, destination, passages } of pairsOf(view)) {
    const front = `${quote(source.label)},${quote(destination.label)}`;
    for (const passage of passages) {
      const text = texts.get(passage) ?? formatRecord(passageFields(passage));
      texts.set(passage, text);
      yield `${front},${text}`;
    }
  }
}

/** The fields of a passage, as `passageHead` names them. */
export function passageFields({ protocol, ports, bytes, http }: Passage): readonly string[] {
  const sets = http?.outcome === 'depends' ? [http.passing, http.unknown] : [[], []];
  return [
    protocol,
    ports.map(formatRange).join(' '),
    bytes,
    http?.outcome ?? '',
    ...sets.map((set) => (set.length === 0 ? '' : describeRequestSet(set))),
  ];
}

/** A line of CSV; RFC 4180 ends it with CR LF. */
export function formatRecord(fields: readonly string[]): string {
  return `${fields.map(quote).join(',')}\r\n`;
}

function quote(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
