import type { Cluster } from '../cluster/index.ts';
import { mapExposure, type WorkloadEnd } from '../reach/index.ts';
import {
  type ExposureView,
  formatExposureCsv,
  formatExposureJson,
  formatExposureMarkdown,
  formatExposureText,
} from '../report/index.ts';
import { chooseEnds, type EndNames, endsInNamespace } from './choose-ends.ts';
import { usageError } from './exit.ts';
import type { MapFlags } from './map.ts';
import { styleFor, type Terminal } from './terminal.ts';

/** Answers `map --exposure`, in pieces. Throws Refusal. */
export function exposure(cluster: Cluster, flags: MapFlags, terminal: Terminal): Iterable<string> {
  const view = chooseWorkloads(cluster, flags);
  switch (flags.output) {
    case 'json':
      return formatExposureJson(view);
    case 'csv':
      return formatExposureCsv(view);
    case 'markdown':
      return formatExposureMarkdown(view);
    default:
      return [formatExposureText(view, styleFor(terminal, 'print', flags.color))];
  }
}

/** `--from` chooses who sends and says nothing of what is accepted; `--to` the other way round. */
function chooseWorkloads(
  cluster: Cluster,
  { layer, in: inside, from, to, namespace }: MapFlags,
): ExposureView {
  const found = mapExposure(cluster, { layer });
  const names = { cluster, ends: found.workloads, namespace: namespace ?? 'default' };
  if (inside !== undefined) {
    const chosen = pick(
      found.workloads,
      inside.flatMap((name) => endsInNamespace(name, names)),
    );
    return { exposure: found, receivers: chosen, senders: chosen };
  }
  const isAll = from === undefined && to === undefined;
  const choose = (side: 'from' | 'to', texts: readonly string[] = []): readonly WorkloadEnd[] =>
    isAll
      ? found.workloads
      : pick(
          found.workloads,
          texts.flatMap((text) => workloadsOf(text, side, names)),
        );
  return { exposure: found, receivers: choose('to', to), senders: choose('from', from) };
}

function workloadsOf(text: string, side: 'from' | 'to', names: EndNames): ReturnType<typeof chooseEnds> {
  const ends = chooseEnds(text, side, names);
  if (ends.length > 0) return ends;
  throw usageError(`--exposure tells of workloads: --${side} ${text} is none`);
}

function pick(
  workloads: readonly WorkloadEnd[],
  chosen: ReturnType<typeof chooseEnds>,
): readonly WorkloadEnd[] {
  const wanted = new Set(chosen);
  return workloads.filter((end) => wanted.has(end));
}
