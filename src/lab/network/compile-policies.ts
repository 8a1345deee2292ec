import type { Direction } from '../../model/index.ts';
import { pluginDecides } from '../../verdict/index.ts';
import { adminRulesOf, compileTier } from './compile-admin-tiers.ts';
import { compileIsolation, networkPoliciesOf } from './compile-network-policies.ts';
import type { DropReasons } from './drop-reasons.ts';
import { type RulesetWriter, shortHash } from './ruleset.ts';
import type { Scene, ScenePod } from './scene.ts';

/** What compiling policies takes and writes to. */
export interface CompileContext {
  readonly scene: Scene;
  readonly writer: RulesetWriter;
  readonly reasons: DropReasons;
}

/** Every node-side device of a pod is named so. */
export const devicePrefix = 'veth';

/**
 * Writes the policies of a scene as rules on addresses and ports. What a pod sends passes `egress` (or `egress-to-node`), what it receives `ingress`: two base chains, because both have to accept. Traffic of
 * the node to its own pods is never asked, and what belongs to an established connection passes. A device of a pod that the scene does not have is closed.
 */
export function compilePolicies(context: CompileContext): void {
  const { writer } = context;
  const egress = dispatch(context, 'egress');
  const ingress = dispatch(context, 'ingress');
  const established = 'ct state established,related accept';
  const exempt = exemptHairpin(context);
  writer.chain('egress', [
    'type filter hook forward priority filter; policy accept;',
    established,
    ...exempt,
    ...egress,
  ]);
  writer.chain('egress-to-node', [
    'type filter hook input priority filter; policy accept;',
    established,
    ...egress,
  ]);
  writer.chain('ingress', [
    'type filter hook forward priority filter + 1; policy accept;',
    established,
    ...exempt,
    ...ingress,
  ]);
}

/** Sends each pod's packets to its chain. Pods that the same policies govern share one. */
function dispatch(context: CompileContext, direction: Direction): readonly string[] {
  const device = direction === 'egress' ? 'iifname' : 'oifname';
  const ways = context.scene.pods.map((pod) => `"${pod.device}" : ${wayOf(context, direction, pod)}`);
  const known = ways.length === 0 ? [] : [`${device} vmap { ${ways.join(', ')} }`];
  return [...known, `${device} "${devicePrefix}*" drop`];
}

/** Where a pod's packets go: `accept` where no policy says anything, else the chain of its tiers. */
function wayOf(context: CompileContext, direction: Direction, pod: ScenePod): string {
  const admin = adminRulesOf(context, 'Admin', direction, pod);
  const behind = behindAdmin(context, direction, pod);
  const lines = compileTier(context, direction, admin, behind);
  return lines.length === 0 ? behind : chainFor(context, direction, [...lines, behind]);
}

/** What is asked behind the Admin tier: NetworkPolicies where some isolate the pod, then they decide alone; else the Baseline tier. */
function behindAdmin(context: CompileContext, direction: Direction, pod: ScenePod): string {
  const policies = networkPoliciesOf(context, direction, pod);
  if (policies.length > 0) {
    return chainFor(context, direction, compileIsolation(context, direction, policies));
  }
  if (skipsBaseline(context, direction, pod)) return 'accept';
  const baseline = adminRulesOf(context, 'Baseline', direction, pod);
  const lines = compileTier(context, direction, baseline, 'accept');
  return lines.length === 0 ? 'accept' : chainFor(context, direction, [...lines, 'accept']);
}

/** Some plugins do not ask the Baseline tier for a pod that NetworkPolicies of the other direction select; here it is asked unless the setting `cni` says so. */
function skipsBaseline(context: CompileContext, direction: Direction, pod: ScenePod): boolean {
  if (pluginDecides(context.scene.cluster.settings.cni, 'baseline skip') !== 'skips Baseline') return false;
  const other: Direction = direction === 'egress' ? 'ingress' : 'egress';
  return networkPoliciesOf(context, other, pod).length > 0;
}

/** A chain of these lines; one for all pods that have the same. */
function chainFor({ writer }: CompileContext, direction: Direction, lines: readonly string[]): string {
  return `goto ${writer.chain(`${direction}/${shortHash(lines.join('\n'))}`, lines)}`;
}

/** A pod that reaches itself through a Service is subject to policy, as ClusterNetworkPolicy has it, unless the setting `cni` exempts it. */
function exemptHairpin({ scene, writer }: CompileContext): readonly string[] {
  if (pluginDecides(scene.cluster.settings.cni, 'hairpin') !== 'exempt') return [];
  return [`ip saddr . ip daddr ${hairpins(writer, scene.pods)} accept`];
}

/** Every pod's address with itself. */
function hairpins(writer: RulesetWriter, pods: readonly { readonly address: string }[]): string {
  return writer.set(
    'hairpin',
    'ipv4_addr . ipv4_addr',
    pods.map(({ address }) => `${address} . ${address}`),
  );
}
