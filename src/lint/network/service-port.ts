import { type Cluster, type ClusterPod, replacePolicy } from '../../cluster/index.ts';
import {
  type Direction,
  describeObject,
  type FieldPath,
  formatPath,
  type NetworkPolicy,
  type Protocol,
  podEndpoint,
  type Request,
  type Service,
  type ServicePort,
} from '../../model/index.ts';
import type { Port, Rule } from '../../policy/network/index.ts';
import { decide } from '../../verdict/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import { plainRequest } from '../requests.ts';
import type { Finding, Fix } from '../types.ts';
import { withRule } from './change-policy.ts';
import { oneOfEach, podsOfPeer, podsOfPolicy } from './pods.ts';
import { othersOf } from './rule-requests.ts';
import { directionOf, isDeniedBy, policyRules } from './rules.ts';

/**
 * PC3009: `ports` names the port of a Service, where policies see the port that the container listens on. Shown by a request to the Service that is denied, and passes this
 * layer with the target port in its place.
 */
export const servicePortNamed: LintRule = {
  codes: ['PC3009'],
  *check(context: LintContext): Iterable<Finding> {
    for (const rule of policyRules(context.cluster)) yield* checkRule(context, rule, directionOf(rule));
  },
};

function* checkRule(context: LintContext, rule: Rule, direction: Direction): Iterable<Finding> {
  for (const [index, port] of (rule.ports ?? []).entries()) {
    const { numbers, protocol } = port;
    if (numbers === 'any' || 'name' in numbers || numbers.first !== numbers.last) continue;
    const servers = serversOf(context.cluster, rule, direction);
    if (servers.length === 0 || servers.some((pod) => declares(pod, numbers.first, protocol))) continue;
    const finding = checkPort(context, { rule, direction, index, number: numbers.first, port }, servers);
    if (finding !== undefined) yield finding;
  }
}

/** The pods at the receiving end, as far as the rule says which. */
function serversOf(cluster: Cluster, rule: Rule, direction: Direction): readonly ClusterPod[] {
  if (direction === 'ingress') return oneOfEach(podsOfPolicy(cluster, rule.policy));
  const { namespace } = rule.policy.metadata;
  return oneOfEach((rule.peers ?? []).flatMap((peer) => podsOfPeer(cluster, peer, namespace).pods));
}

function declares(pod: ClusterPod, number: number, protocol: Protocol): boolean {
  return pod.ports.some((port) => port.containerPort === number && port.protocol === protocol);
}

interface NamedPort {
  readonly rule: Rule;
  readonly direction: Direction;
  readonly index: number;
  readonly number: number;
  readonly port: Port;
}

function checkPort(
  context: LintContext,
  named: NamedPort,
  servers: readonly ClusterPod[],
): Finding | undefined {
  const { rule, direction, index, number, port } = named;
  for (const server of servers) {
    const found = targetOf(server, number, port.protocol);
    if (found === undefined) continue;
    const { service, target } = found;
    const changed = withPort(rule, index, target);
    const repaired = replacePolicy(context.cluster, rule.policy, changed);
    const request = requestsTo(context, named, server, service).find((each) => {
      if (!isDeniedBy(context.decide(each), direction)) return false;
      return !isDeniedBy(decide(repaired, each), direction);
    });
    if (request === undefined) continue;
    const path: FieldPath = [...rule.path, 'ports', index, 'port'];
    const { namespace, name } = service.metadata;
    const { outcome } = decide(repaired, request);
    return {
      code: 'PC3009',
      severity: 'error',
      message: `${describeObject(rule.policy)}: ${formatPath(path)} is ${number}, the port of Service ${namespace}/${name}; its pods listen on ${target}`,
      object: rule.policy,
      path,
      related: [
        {
          message: `port ${number} leads to ${target}`,
          object: service,
          path: ['spec', 'ports', found.index],
        },
      ],
      help: `Policies see a packet when the Service has been resolved: write ${target}.`,
      proof: {
        kind: 'witness',
        witnesses: [
          context.witness(request),
          ...(outcome === 'deny' ? [] : [{ request, outcome, under: `with port ${target}` }]),
        ],
      },
      ...fixOf(rule.policy, path, target),
    };
  }
  return undefined;
}

/** The Service whose port this is and whose target port in the pod is another. */
function targetOf(
  pod: ClusterPod,
  number: number,
  protocol: Protocol,
): { readonly service: Service; readonly index: number; readonly target: number } | undefined {
  for (const service of pod.services) {
    const index = service.spec.ports.findIndex((port) => port.port === number && port.protocol === protocol);
    if (index < 0 || service.spec.clusterIPs.includes('None')) continue;
    const target = targetPort(pod, service.spec.ports[index]!);
    if (target !== undefined && target !== number) return { service, index, target };
  }
  return undefined;
}

function targetPort(pod: ClusterPod, port: ServicePort): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return target;
  return pod.ports.find(({ name, protocol }) => name === target && protocol === port.protocol)?.containerPort;
}

function requestsTo(
  { cluster }: LintContext,
  { rule, direction, number, port }: NamedPort,
  server: ClusterPod,
  service: Service,
): readonly Request[] {
  const { namespace, name } = service.metadata;
  const to = { kind: 'service', namespace, name } as const;
  const clients =
    direction === 'ingress'
      ? othersOf(cluster, rule, 3)
      : oneOfEach(podsOfPolicy(cluster, rule.policy)).slice(0, 3).map(podEndpoint);
  return clients
    .filter((client) => client.kind !== 'pod' || `${client.namespace}/${client.name}` !== server.key)
    .map((client) => plainRequest(cluster, client, to, number, port.protocol));
}

/** The policy with another number in one entry of `ports`. */
function withPort(rule: Rule, index: number, target: number): NetworkPolicy {
  return withRule(rule, (written) => ({
    ...written,
    ports: (written.ports ?? []).map((entry, i) => (i === index ? { ...entry, port: target } : entry)),
  }));
}

/** Nothing where the number stands in a way that cannot be replaced by itself. */
function fixOf(policy: NetworkPolicy, path: FieldPath, target: number): { readonly fix?: Fix } {
  const span = policy.origin.locate(path);
  const text = span.source.text.slice(span.start, span.end);
  const value = /^("?port"?\s*:\s*)\d+$/.exec(text);
  if (value === null) return {};
  const edit = { span: { ...span, start: span.start + value[1]!.length }, text: String(target) };
  return { fix: { description: `Write ${target}, the port that the pods listen on.`, edits: [edit] } };
}
