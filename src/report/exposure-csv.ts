import type { ExposureItem, WorkloadEnd } from '../reach/index.ts';
import { inChunks } from './chunks.ts';
import type { ExposureView } from './exposure-view.ts';
import { describePeer } from './exposure-words.ts';
import { formatRecord, passageFields, passageHead } from './map-csv.ts';

/** An exposure as CSV (RFC 4180) with a head, in pieces: a line for each workload, direction, peer and passage; a peer that is an exception has one without ports. */
export function formatExposureCsv(view: ExposureView): Iterable<string> {
  return inChunks(lines(view));
}

function* lines({ exposure, receivers, senders }: ExposureView): Generator<string> {
  yield formatRecord(['workload', 'direction', 'peer', ...passageHead]);
  for (const end of receivers) for (const item of exposure.accepts(end)) yield* records(end, 'accepts', item);
  for (const end of senders) for (const item of exposure.reaches(end)) yield* records(end, 'reaches', item);
}

function* records(end: WorkloadEnd, direction: string, { peer, passages }: ExposureItem): Generator<string> {
  const front = [end.label, direction, describePeer(peer)];
  for (const passage of passages) yield formatRecord([...front, ...passageFields(passage)]);
  if (passages.length === 0) yield formatRecord([...front, ...passageHead.map(() => '')]);
}
