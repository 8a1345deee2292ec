import type { Step } from '../../../model/index.ts';
import { enforcedResult, filtersRun } from '../logs/rbac.ts';
import type { Picture } from './picture.ts';
import type { Stats } from './stats.ts';

/**
 * Counts what each RBAC filter of a chain did, enforced and in the shadow. `prefix` is that of the chain: `http.inbound_0.0.0.0_80;.`, and `tcp.` for all bytes.
 * Source: envoy rbac utility.cc generateStats; the prefixes of shadows are Istio's (authz/model/model.go).
 */
export function countRbac(stats: Stats, prefix: string, picture: Picture, steps: readonly Step[]): void {
  const chain = prefix === 'tcp.' ? 'TCP' : 'HTTP';
  for (const step of filtersRun(picture, steps, chain)) {
    const enforced = enforcedResult(step);
    if (enforced !== undefined) addOne(stats, `${prefix}rbac.`, enforced.result);
    const shadow = shadowOf(step);
    if (shadow !== undefined) addOne(stats, `${prefix}rbac.${shadow.prefix}.shadow_`, shadow.result);
  }
}

type Result = 'allowed' | 'denied';

function addOne(stats: Stats, prefix: string, result: Result): void {
  for (const each of ['allowed', 'denied'] as const) stats.add(prefix + each, each === result ? 1 : 0);
}

function shadowOf({
  filter,
  because,
  outcome,
  shadow,
}: Step): { readonly prefix: string; readonly result: Result } | undefined {
  if (filter === 'CUSTOM') {
    const asked = because.kind === 'authorizer' || outcome === 'unknown';
    return { prefix: 'istio_ext_authz_', result: asked ? 'denied' : 'allowed' };
  }
  if (shadow === undefined) return undefined;
  return { prefix: `istio_dry_run_${filter === 'DENY' ? 'deny' : 'allow'}_`, result: shadow.result };
}
