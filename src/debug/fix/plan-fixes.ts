import type { Cluster } from '../../cluster/index.ts';
import { fateOf } from './denial.ts';
import { editsBetween } from './file-edits.ts';
import { findFixes } from './find-fixes.ts';
import { withoutProxyPolicies } from './packets.ts';
import type { Fix, FixInput, FixPlan, FixSearch, FixSource, PlannedFix, WantedRequest } from './types.ts';

/** Several requests that should be allowed. */
export interface PlanInput extends Omit<FixInput, 'request'> {
  readonly requests: readonly WantedRequest[];
  /** Which of the fixes of each request is taken, from 1; the best where left out. */
  readonly choice?: number;
  /** Take no fix that nobody's file can be given. */
  readonly toWrite?: boolean;
}

/**
 * Finds a fix for each request, one after the other: each is looked for in texts that the fixes before it have edited, so that all of them together are one change. In the end all
 * requests are asked again.
 */
export function planFixes(input: PlanInput): FixPlan {
  const { read, requests, choice = 1, toWrite = false } = input;
  let { sources } = input;
  const drafts: Omit<PlannedFix, 'allowed'>[] = [];
  for (const request of requests) {
    const found = wanted(request, findFixes({ ...input, sources, request, read: readerFor(request, read) }));
    const builtOn = drafts.filter(({ taken }) => taken !== undefined).length;
    const search = builtOn === 0 ? found : { ...found, builtOn };
    const taken = search.kind === 'fixes' ? search.fixes[choice - 1] : undefined;
    if (search.kind === 'no fix' || taken === undefined || (toWrite && !taken.editable)) {
      drafts.push({ request, search });
      continue;
    }
    drafts.push({ request, search: { ...search, taken }, taken });
    sources = withEdits(sources, taken);
  }
  const { cluster } = read(sources);
  const fixes = drafts.map((draft) => ({
    ...draft,
    allowed: fateOf(clusterFor(draft.request, cluster), draft.request).kind === 'allowed',
  }));
  return { fixes, edits: editsBetween(input.sources, sources) };
}

/** Of packets alone the network policies are asked. */
function clusterFor({ packets }: WantedRequest, cluster: Cluster): Cluster {
  return packets === true ? withoutProxyPolicies(cluster) : cluster;
}

/** Who wants packets let through wants them whatever is in them. */
function wanted({ packets }: WantedRequest, search: FixSearch): FixSearch {
  if (packets !== true || search.kind === 'no fix') return search;
  const fixes = search.fixes.map((fix) => ({ ...fix, widening: { ...fix.widening, http: 0 } }));
  return { ...search, fixes };
}

function readerFor(request: WantedRequest, read: FixInput['read']): FixInput['read'] {
  return (sources) => {
    const { manifests, cluster } = read(sources);
    return { manifests, cluster: clusterFor(request, cluster) };
  };
}

function withEdits(sources: readonly FixSource[], { edits }: Fix): readonly FixSource[] {
  const changed = sources.map((source) => {
    const edit = edits.find((each) => each.source === source.name);
    return edit === undefined ? source : { ...source, text: edit.after };
  });
  const added = edits
    .filter(({ before }) => before === undefined)
    .map(({ source, after, editable }) => ({ name: source, text: after, editable }));
  return [...changed, ...added];
}
