import type { Cluster } from '../cluster/index.ts';
import type { Placing } from './find-end.ts';
import { type Judged, judgeDenial } from './judge-denial.ts';
import type { Evidence, Said } from './types.ts';

/** What was judged before, by evidence and pods: where a line does not say who its ends are, the same pods are tried for every address. */
export type Memory = Map<string, Judged | undefined>;

const mostRemembered = 100_000;

/** So many pairs of ends are tried where a line does not say who they are. */
export const mostPairs = 400;

/** Judges a denial between all that its ends may be, as far as they are not too many; none where nobody can say for which port. */
export function judgePairs(
  cluster: Cluster,
  evidence: Evidence,
  source: Placing,
  destination: Placing,
  said: Said,
  memory: Memory,
): readonly Judged[] {
  const judged: Judged[] = [];
  const isOpen = source.candidates.length * destination.candidates.length > 1;
  const prefix = isOpen ? withoutAddresses(evidence) : '';
  // Where there are too many, each server is tried with some clients.
  const each = Math.max(4, Math.floor(mostPairs / Math.max(1, destination.candidates.length)));
  let tried = 0;
  for (const to of destination.candidates) {
    for (const from of source.candidates.slice(0, each)) {
      if (tried >= mostPairs) return judged;
      const isSelf = from.pod !== undefined && from.pod === to.pod;
      if (isSelf && source.candidates.length > 1) continue;
      tried += 1;
      const key = from.pod && to.pod && isOpen ? `${prefix} ${from.pod.key} ${to.pod.key}` : undefined;
      const isKnown = key !== undefined && memory.has(key);
      const found = isKnown ? memory.get(key) : judgeDenial(cluster, evidence, from, to, said);
      if (key !== undefined && !isKnown && !leansOnAddress(found)) remember(memory, key, found);
      if (found !== undefined) judged.push(found);
    }
  }
  return judged;
}

function withoutAddresses(evidence: Evidence): string {
  const { source, destination } = evidence;
  const bare = { ip: undefined, port: undefined };
  return JSON.stringify({
    ...evidence,
    source: { ...source, ...bare },
    destination: { ...destination, ...bare },
  });
}

/** The address that the line states may have told what the manifests do not. */
function leansOnAddress(judged: Judged | undefined): boolean {
  if (judged === undefined) return false;
  return (
    judged.verdict.missing.some(({ kind }) => kind === 'pod address') ||
    judged.assumed.some(({ kind }) => kind === 'address')
  );
}

function remember(memory: Memory, key: string, judged: Judged | undefined): void {
  if (memory.size >= mostRemembered) memory.clear();
  memory.set(key, judged);
}
