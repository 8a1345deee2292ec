import type { ExposureItem, ExposurePeer, WorkloadEnd } from '../reach/index.ts';
import { inChunks } from './chunks.ts';
import type { ExposureView } from './exposure-view.ts';
import { describePeer } from './exposure-words.ts';
import { type JsonValue, reportVersion } from './json-value.ts';
import { endToJson, listItems, passageToJson } from './map-json.ts';

/** An exposure as the document `Exposure` that docs/json.md describes, in pieces; a line for each workload. */
export function formatExposureJson(view: ExposureView): Iterable<string> {
  return inChunks(lines(view));
}

function* lines({ exposure, receivers, senders }: ExposureView): Generator<string> {
  const accepting = new Set(receivers);
  const sending = new Set(senders);
  const told = exposure.workloads.filter((end) => accepting.has(end) || sending.has(end));
  yield `{\n  "apiVersion": ${JSON.stringify(reportVersion)},\n  "kind": "Exposure",\n  "layer": ${JSON.stringify(exposure.layer)},\n  "workloads": [`;
  yield* listItems(told, (end: WorkloadEnd) =>
    JSON.stringify({
      ...(endToJson(end) as object),
      accepts: accepting.has(end) ? exposure.accepts(end).map(itemToJson) : undefined,
      reaches: sending.has(end) ? exposure.reaches(end).map(itemToJson) : undefined,
    }),
  );
  yield ']\n}\n';
}

function itemToJson({ peer, passages }: ExposureItem): JsonValue {
  return { peer: peerToJson(peer), passages: passages.map(passageToJson) };
}

function peerToJson(peer: ExposurePeer): JsonValue {
  const text = describePeer(peer);
  if (peer.kind === 'outside') return { text, ...(endToJson(peer.end) as object) };
  const { where, pods, account } = peer.shape;
  return {
    kind: 'pods',
    text,
    namespaces: where as unknown as JsonValue,
    pods: pods as unknown as JsonValue,
    serviceAccount: account,
    mesh: peer.mesh,
  };
}
