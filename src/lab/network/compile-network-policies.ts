import { type Direction, describeObject, listWords, type NetworkPolicy } from '../../model/index.ts';
import { rulesOf, selectNetworkPolicies } from '../../policy/network/index.ts';
import type { CompileContext } from './compile-policies.ts';
import { describeRule, reasonOf } from './drop-reasons.ts';
import { addressesOfRule, matchAddresses } from './match-addresses.ts';
import { matchPorts } from './match-ports.ts';
import { commentOf, nameOf } from './ruleset.ts';
import type { ScenePod } from './scene.ts';

/** The policies that isolate a pod in a direction. */
export function networkPoliciesOf(
  { scene }: CompileContext,
  direction: Direction,
  { pod }: ScenePod,
): readonly NetworkPolicy[] {
  const policies = scene.cluster.policies.network.get(pod.namespace) ?? [];
  return selectNetworkPolicies(policies, pod.view, direction);
}

/** The lines of a pod that these policies isolate: whatever a rule of one of them matches is accepted there, all else is dropped. */
export function compileIsolation(
  context: CompileContext,
  direction: Direction,
  policies: readonly NetworkPolicy[],
): readonly string[] {
  const { writer, reasons } = context;
  const names = listWords(policies.map(describeObject));
  return [
    ...policies.map((policy) => `jump ${chainOf(context, direction, policy)}`),
    [
      writer.count(`isolated/${direction}/${policies.map(qualified).join('+')}`),
      reasons.log(reasonOf(direction, policies)),
      `drop ${commentOf(`isolated by ${names}`)}`,
    ].join(' '),
  ];
}

/** The chain with a policy's rules of a direction. It is the same for every pod that the policy selects: a port name is looked up by the destination's address. */
function chainOf({ writer, scene }: CompileContext, direction: Direction, policy: NetworkPolicy): string {
  const name = nameOf(`np/${qualified(policy)}/${direction}`);
  if (writer.chains.has(name)) return name;
  const side = direction === 'ingress' ? 'saddr' : 'daddr';
  const lines = (rulesOf(policy, direction) ?? []).flatMap((rule, i) => {
    const peers = matchAddresses(writer, side, addressesOfRule(rule, scene));
    if (peers === undefined) return [];
    const action = `${writer.count(`${name}/${i}`)} accept ${commentOf(describeRule(policy, direction, i))}`;
    return matchPorts(writer, scene, rule.ports).map((ports) => join(peers, ports, action));
  });
  return writer.chain(name, lines);
}

function qualified({ metadata: { namespace, name } }: NetworkPolicy): string {
  return `${namespace}/${name}`;
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
