import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { type Direction, describeObject, type FieldPath, formatPath, listNames } from '../../model/index.ts';
import type { Rule } from '../../policy/network/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { oneOfEach, podsOfPeer, podsOfPolicy } from './pods.ts';
import { directionOf, policyRules } from './rules.ts';
import { isSlip } from './slip.ts';

/** PC3010: a port name that none of the pods declares for which it would be looked up. */
export const namedPort: LintRule = {
  codes: ['PC3010'],
  *check({ cluster }: LintContext): Iterable<Finding> {
    for (const rule of policyRules(cluster)) yield* checkRule(cluster, rule, directionOf(rule));
  },
};

function* checkRule(cluster: Cluster, rule: Rule, direction: Direction): Iterable<Finding> {
  for (const [index, { numbers, protocol }] of (rule.ports ?? []).entries()) {
    if (numbers === 'any' || !('name' in numbers)) continue;
    const { pods, open } = serversOf(cluster, rule, direction);
    const { name } = numbers;
    if (open || pods.length === 0 || podsOfPolicy(cluster, rule.policy).length === 0) continue;
    const declared = pods.flatMap(({ ports }) => ports);
    if (declared.some((port) => port.name === name && port.protocol === protocol)) continue;
    const path: FieldPath = [...rule.path, 'ports', index, 'port'];
    const whose = direction === 'ingress' ? 'that the policy selects' : 'of the peers';
    const known = [...new Set(declared.flatMap((port) => nameOf(port) ?? []))];
    yield {
      code: 'PC3010',
      severity: 'warning',
      message: `${describeObject(rule.policy)}: no pod ${whose} declares a ${protocol} port named ${name}`,
      object: rule.policy,
      path,
      ...helpFor(name, protocol, pods),
      proof: {
        kind: 'never matches',
        reason: `${formatPath(path)} is looked up in the destination pod${
          known.length === 0 ? ', and none of them names a port' : `, and they declare ${listNames(known, 5)}`
        }`,
      },
    };
  }
}

function nameOf({ name, containerPort, protocol }: ClusterPod['ports'][number]): string | undefined {
  return name === undefined ? undefined : `${name} (${protocol} ${containerPort})`;
}

/** The pods at the receiving end; `open` where there may be others. */
function serversOf(
  cluster: Cluster,
  rule: Rule,
  direction: Direction,
): { readonly pods: readonly ClusterPod[]; readonly open: boolean } {
  if (direction === 'ingress') return { pods: oneOfEach(podsOfPolicy(cluster, rule.policy)), open: false };
  if (rule.peers === undefined) return { pods: oneOfEach([...cluster.pods.values()]), open: false };
  const { namespace } = rule.policy.metadata;
  const chosen = rule.peers.map((peer) => podsOfPeer(cluster, peer, namespace));
  return { pods: oneOfEach(chosen.flatMap(({ pods }) => pods)), open: chosen.some(({ open }) => open) };
}

function helpFor(name: string, protocol: string, pods: readonly ClusterPod[]): { readonly help?: string } {
  const declared = pods.flatMap(({ ports }) => ports);
  const otherProtocol = declared.find((port) => port.name === name);
  if (otherProtocol !== undefined) {
    return { help: `${name} is declared for ${otherProtocol.protocol}; the entry is for ${protocol}.` };
  }
  const near = declared.find((port) => port.name !== undefined && isSlip(port.name, name));
  if (near !== undefined) return { help: `Did you mean ${near.name}?` };
  for (const { services } of pods) {
    for (const service of services) {
      const port = service.spec.ports.find((each) => each.name === name);
      if (port === undefined) continue;
      const target = port.targetPort ?? port.port;
      return {
        help: `${name} is what Service ${service.metadata.name} calls its port ${port.port}; the pods' own port is ${target}.`,
      };
    }
  }
  return {};
}
