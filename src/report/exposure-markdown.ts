import type { ExposureItem, MapEnd, WorkloadEnd } from '../reach/index.ts';
import { inChunks } from './chunks.ts';
import type { ExposureView } from './exposure-view.ts';
import { describePeer } from './exposure-words.ts';
import { markdownCode, markdownHead, markdownRow } from './markdown.ts';
import { describePassages } from './passage-words.ts';

/** An exposure as two Markdown tables, in pieces: what workloads accept, and what they may reach. */
export function formatExposureMarkdown(view: ExposureView): Iterable<string> {
  return inChunks(lines(view));
}

function* lines({ exposure, receivers, senders }: ExposureView): Generator<string> {
  if (receivers.length > 0) yield markdownHead(['Workload', 'Accepts from', 'Ports', 'Requests']);
  for (const end of receivers) yield* rows(end, exposure.accepts(end), () => end);
  if (receivers.length > 0 && senders.length > 0) yield '\n';
  if (senders.length > 0) yield markdownHead(['Workload', 'May reach', 'Ports', 'Requests']);
  for (const end of senders) yield* rows(end, exposure.reaches(end), ({ peer }) => peer.end);
}

function* rows(
  end: WorkloadEnd,
  items: readonly ExposureItem[],
  destinationOf: (item: ExposureItem) => MapEnd,
): Generator<string> {
  const name = markdownCode(end.label);
  if (items.length === 0) yield markdownRow([name, 'nobody', '', '']);
  for (const item of items) {
    const peer = markdownCode(describePeer(item.peer));
    const passages = describePassages(item.passages, destinationOf(item));
    if (passages.length === 0) yield markdownRow([name, peer, 'none', '']);
    for (const { ports, requests } of passages) {
      yield markdownRow([name, peer, ports, requests === '' ? 'all' : markdownCode(requests)]);
    }
  }
}
