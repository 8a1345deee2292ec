import { type ClusterPod, replacePolicy } from '../../cluster/index.ts';
import { type Direction, describeObject, formatPath, podEndpoint, type Request } from '../../model/index.ts';
import { type Rule, rulesOf, selectNetworkPolicies } from '../../policy/network/index.ts';
import { decide } from '../../verdict/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { withRule } from './change-policy.ts';
import { oneOfEach, podsIn, podsOfPeer, podsOfPolicy } from './pods.ts';
import { requestsOf } from './rule-requests.ts';
import { directionOf, isDeniedBy, opensTcpPort, policyRules } from './rules.ts';

const tunnel = 15008;

/** PC3014: rules for pods of the ambient mesh that open a port, but not 15008, by which it is reached; PC3015: open 15008, by which every port is. */
export const tunnelPort: LintRule = {
  codes: ['PC3014', 'PC3015'],
  *check(context: LintContext): Iterable<Finding> {
    if (!context.cluster.traces.ambient) return;
    for (const rule of policyRules(context.cluster)) yield* checkRule(context, rule, directionOf(rule));
  },
};

function* checkRule(context: LintContext, rule: Rule, direction: Direction): Iterable<Finding> {
  if (rule.ports === undefined) return;
  if (!opensTunnel(rule)) yield* checkClosed(context, rule, direction);
  else if (direction === 'ingress') yield* checkOpen(context, rule);
}

function opensTunnel({ ports }: Rule): boolean {
  return opensTcpPort({ ports }, tunnel);
}

/** A request that the rule lists is denied, and would not be if it listed 15008 too. */
function* checkClosed(context: LintContext, rule: Rule, direction: Direction): Iterable<Finding> {
  const { cluster } = context;
  if (!podsOfPolicy(cluster, rule.policy).some(({ membership }) => membership.kind === 'ambient')) {
    if (direction === 'ingress') return;
  }
  const opened = withRule(rule, (written) => ({
    ...written,
    ports: [...(written.ports ?? []), { protocol: 'TCP', port: tunnel }],
  }));
  const repaired = replacePolicy(cluster, rule.policy, opened);
  for (const request of requestsOf(context, rule)) {
    if (!isDeniedBy(context.decide(request), direction)) continue;
    const after = decide(repaired, request);
    if (isDeniedBy(after, direction)) continue;
    const path = [...rule.path, 'ports'];
    yield {
      code: 'PC3014',
      severity: 'error',
      message: `${describeObject(rule.policy)}: ${formatPath(path)} leaves out 15008, by which the ambient mesh reaches these ports`,
      object: rule.policy,
      path,
      help: 'Between pods of the mesh the packet on the wire goes to port 15008, whatever port is inside. Add port 15008 (TCP) beside the others, and say with an AuthorizationPolicy which ports are meant.',
      proof: {
        kind: 'witness',
        witnesses: [
          context.witness(request),
          ...(after.outcome === 'deny'
            ? []
            : [{ request, outcome: after.outcome, under: 'with 15008 in this rule' }]),
        ],
      },
    };
    return;
  }
}

/** Peers of the rule reach a port of the pod that no rule for them lists, inside the tunnel. */
function* checkOpen(context: LintContext, rule: Rule): Iterable<Finding> {
  const { cluster } = context;
  const policies = cluster.policies.network.get(rule.policy.metadata.namespace) ?? [];
  for (const pod of oneOfEach(podsOfPolicy(cluster, rule.policy))) {
    if (pod.membership.kind !== 'ambient') continue;
    const rules = selectNetworkPolicies(policies, pod.view, 'ingress').flatMap(
      (policy) => rulesOf(policy, 'ingress') ?? [],
    );
    // Where some rule lists no ports, or nothing but the tunnel, ports were not meant to be limited.
    if (rules.some(({ ports }) => ports === undefined) || !rules.some(limitsPorts)) continue;
    const found = findUnlisted(context, rule, pod, rules);
    if (found === undefined) continue;
    const { request, declared } = found;
    const path = [...rule.path, 'ports'];
    yield {
      code: 'PC3015',
      severity: declared ? 'warning' : 'info',
      message: `${describeObject(rule.policy)}: 15008 is open, so that the other ports listed for ${pod.key} limit nobody in the mesh`,
      object: rule.policy,
      path,
      help: 'Every port of the pod is reached inside the tunnel. Name the ports in an AuthorizationPolicy, which sees the port inside, or let fewer peers in.',
      proof: { kind: 'witness', witnesses: [context.witness(request, 'on a port that no rule lists')] },
    };
    return;
  }
}

function limitsPorts({ ports }: Rule): boolean {
  return (ports ?? []).some(
    ({ numbers }) => numbers !== 'any' && !('first' in numbers && numbers.first === tunnel),
  );
}

/** Ports that the pod declares come first: there something listens. */
function findUnlisted(
  context: LintContext,
  rule: Rule,
  pod: ClusterPod,
  rules: readonly Rule[],
): { readonly request: Request; readonly declared: boolean } | undefined {
  const names = new Set(
    rules.flatMap(({ ports = [] }) =>
      ports.flatMap(({ numbers }) =>
        typeof numbers === 'object' && 'name' in numbers ? [numbers.name] : [],
      ),
    ),
  );
  const isListed = (port: number): boolean => rules.some((each) => opensTcpPort(each, port));
  const declared = pod.ports
    .filter(({ protocol, name }) => protocol === 'TCP' && !names.has(name ?? ''))
    .map(({ containerPort }) => containerPort)
    .filter((port) => !isListed(port));
  const made = [9999, 9998, 9997].filter((port) => !isListed(port));
  const clients = clientsOf(context, rule).filter(({ key }) => key !== pod.key);
  for (const port of [...declared, ...made.slice(0, 1)]) {
    for (const client of clients) {
      const request: Request = {
        source: podEndpoint(client),
        destination: podEndpoint(pod),
        port,
        protocol: 'TCP',
        complete: true,
      };
      if (context.decide(request).outcome === 'allow') return { request, declared: declared.includes(port) };
    }
  }
  return undefined;
}

/** Pods of the mesh that the rule lets in: they alone come by the tunnel. */
function clientsOf({ cluster }: LintContext, rule: Rule): readonly ClusterPod[] {
  const { namespace } = rule.policy.metadata;
  const pods =
    rule.peers === undefined
      ? [...podsIn(cluster, namespace), ...cluster.pods.values()]
      : rule.peers.flatMap((peer) => podsOfPeer(cluster, peer, namespace).pods);
  return oneOfEach(pods.filter(({ membership }) => membership.kind === 'ambient')).slice(0, 3);
}
