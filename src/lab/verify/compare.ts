import { type KindedObject, qualifiedName, type Reason, type Verdict } from '../../model/index.ts';
import { formatText, plainStyle } from '../../report/index.ts';
import type { Cell, Observation, VerifiedCell } from './types.ts';

/** Puts a verdict beside what the packets did. */
export function compare(cell: Cell, verdict: Verdict, packets: Observation): VerifiedCell {
  const agrees = agreement(verdict, packets);
  const { from, to, target, request, port } = cell;
  const { http, jwt } = request;
  return {
    from,
    to,
    target,
    protocol: request.protocol,
    port,
    ...(isPlain(cell) ? {} : { sent: { ...(http && { http }), ...(jwt && { jwt }) } }),
    verdict: verdict.outcome,
    packets,
    agrees,
    ...(agrees === 'no'
      ? { proof: formatText({ request, verdict, notes: [], diagnostics: [] }, plainStyle).trimEnd() }
      : {}),
  };
}

function isPlain({ request: { http, jwt } }: Cell): boolean {
  const { method, path, headers } = http ?? {};
  return jwt === undefined && headers === undefined && (method ?? 'GET') === 'GET' && (path ?? '/') === '/';
}

function agreement(verdict: Verdict, packets: Observation): VerifiedCell['agrees'] {
  if (packets.outcome === 'untried' || verdict.outcome === 'unknown') return 'not comparable';
  if (verdict.outcome !== packets.outcome) return 'no';
  return verdict.outcome === 'allow' || isSameDenial(verdict, packets) ? 'yes' : 'no';
}

/**
 * Is what the client saw what the verdict said it would see? Of a dropped packet the kernel has told who dropped it, and the probe has not waited for what a sidecar makes of it
 * later.
 */
function isSameDenial(
  { steps, decidedBy, symptom: said }: Verdict,
  { droppedBy, symptom: seen }: Observation,
): boolean {
  if (droppedBy !== undefined)
    return networkLayers.has(decidedBy.layer) && isAmong(decidedBy.because, droppedBy);
  if (said === undefined || seen === undefined) return true;
  // Somebody before may have answered, an authorizer that nobody knows.
  if (steps.slice(0, steps.indexOf(decidedBy)).some(({ outcome }) => outcome === 'unknown')) return true;
  if (said.kind !== 'http' || seen.kind !== 'http') return said.kind === seen.kind;
  return said.status === seen.status && (said.body === undefined || said.body === seen.body);
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
export function untried(cell: Cell, verdict: Verdict, why: string): VerifiedCell {
  return compare(cell, verdict, { outcome: 'untried', seen: why, milliseconds: 0 });
}
