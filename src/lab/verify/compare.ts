import type { Cluster } from '../../cluster/index.ts';
import { type KindedObject, qualifiedName, type Reason, type Verdict } from '../../model/index.ts';
import { formatText, plainStyle } from '../../report/index.ts';
import type { Cell, Observation, VerifiedCell } from './types.ts';

/** Puts a verdict beside what the packets did. */
export function compare(cluster: Cluster, cell: Cell, verdict: Verdict, packets: Observation): VerifiedCell {
  const agrees = agreement(cluster, verdict, packets);
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

function agreement(cluster: Cluster, verdict: Verdict, packets: Observation): VerifiedCell['agrees'] {
  if (packets.outcome === 'untried' || verdict.outcome === 'unknown') return 'not comparable';
  if (verdict.outcome !== packets.outcome) return 'no';
  return verdict.outcome === 'allow' || isSameDenial(cluster, verdict, packets) ? 'yes' : 'no';
}

/**
 * Is what the client saw what the verdict said it would see? Of a dropped packet the kernel has told who dropped it, and the probe has not waited for what a sidecar makes of it
 * later.
 */
function isSameDenial(
  cluster: Cluster,
  { decidedBy, symptom: said }: Verdict,
  { droppedBy, symptom: seen }: Observation,
): boolean {
  if (droppedBy !== undefined) {
    if (!networkLayers.has(decidedBy.layer)) return false;
    return isAmong(decidedBy.because, droppedBy) || droppedBy.some((name) => tiedNames(cluster).has(name));
  }
  if (said === undefined || seen === undefined) return true;
  if (said.kind !== 'http' || seen.kind !== 'http') return said.kind === seen.kind;
  return said.status === seen.status && (said.body === undefined || said.body === seen.body);
}

/** Policies of a tier that share their priority: which of them comes first, and so which one denies, is nobody's to say. */
function tiedNames({ policies }: Cluster): ReadonlySet<string> {
  const groups = Map.groupBy(policies.admin, ({ spec }) => {
    const tier = 'tier' in spec ? spec.tier : 'Admin';
    return 'priority' in spec ? `${tier} ${spec.priority}` : 'alone';
  });
  return new Set(
    [...groups.values()]
      .filter(({ length }) => length > 1)
      .flat()
      .map(nameOf),
  );
}

const networkLayers: ReadonlySet<string> = new Set(['egress policy', 'ingress policy']);

function isAmong(because: Reason, names: readonly string[]): boolean {
  if (because.kind === 'isolated, nothing matched')
    return because.policies.some((policy) => names.includes(nameOf(policy)));
  return because.kind !== 'matched rule' || names.includes(nameOf(because.rule.policy));
}

function nameOf(policy: KindedObject): string {
  return `${policy.kind} ${qualifiedName(policy)}`;
}

/** What a cell is worth when nobody can try it. */
export function untried(cluster: Cluster, cell: Cell, verdict: Verdict, why: string): VerifiedCell {
  return compare(cluster, cell, verdict, { outcome: 'untried', seen: why, milliseconds: 0 });
}
