import type { Symptom, Verdict } from '../../model/index.ts';
import { formatText, plainStyle } from '../../report/index.ts';
import type { Cell, Observation, VerifiedCell } from './types.ts';

/** Puts a verdict beside what the packets did. */
export function compare(cell: Cell, verdict: Verdict, packets: Observation): VerifiedCell {
  const agrees = agreement(verdict, packets);
  const { from, to, target, request, port } = cell;
  return {
    from,
    to,
    target,
    protocol: request.protocol,
    port,
    verdict: verdict.outcome,
    packets,
    agrees,
    ...(agrees === 'no'
      ? { proof: formatText({ request, verdict, notes: [], diagnostics: [] }, plainStyle).trimEnd() }
      : {}),
  };
}

function agreement(verdict: Verdict, packets: Observation): VerifiedCell['agrees'] {
  if (packets.outcome === 'untried' || verdict.outcome === 'unknown') return 'not comparable';
  if (verdict.outcome !== packets.outcome) return 'no';
  return verdict.outcome === 'allow' || isSame(verdict.symptom, packets.symptom) ? 'yes' : 'no';
}

/**
 * Is what the client saw what the verdict said it would see? Where a sidecar waits for a dropped packet on behalf of its client, the probe does not wait with it: to the client
 * nothing has come yet.
 */
function isSame(said: Symptom | undefined, seen: Symptom | undefined): boolean {
  if (said === undefined || seen === undefined) return true;
  if (said.kind === 'http' && said.after !== undefined && seen.kind === 'connect timeout') return true;
  if (said.kind !== 'http' || seen.kind !== 'http') return said.kind === seen.kind;
  return said.status === seen.status && (said.body === undefined || said.body === seen.body);
}

/** What a cell is worth when nobody can try it. */
export function untried(cell: Cell, verdict: Verdict, why: string): VerifiedCell {
  return compare(cell, verdict, { outcome: 'untried', seen: why, milliseconds: 0 });
}
