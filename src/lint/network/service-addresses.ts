import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import {
  describeObject,
  formatPath,
  listNames,
  parseAddress,
  podEndpoint,
  type Request,
  rangeHolds,
  type Service,
} from '../../model/index.ts';
import type { Peer, Rule } from '../../policy/network/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import { plainRequest } from '../requests.ts';
import type { Finding } from '../types.ts';
import { isEverything } from './ip-blocks.ts';
import { oneOfEach, podsOfPolicy } from './pods.ts';
import { addressIn } from './rule-requests.ts';
import { directionOf, policyRules } from './rules.ts';

type Block = Extract<Peer, { readonly kind: 'block' }>;

/**
 * PC3022: an egress block that is there for the address of a Service, which policies never see; PC3023: an ingress block for clients that come in by a node, whose address
 * policies may see in place of theirs.
 */
export const serviceAddresses: LintRule = {
  codes: ['PC3022', 'PC3023'],
  *check(context: LintContext): Iterable<Finding> {
    for (const rule of policyRules(context.cluster)) {
      for (const [index, peer] of (rule.peers ?? []).entries()) {
        if (peer.kind !== 'block' || isEverything(peer.block.range)) continue;
        const path = [...rule.path, rule.peersField, index, 'ipBlock', 'cidr'];
        if (directionOf(rule) === 'egress') yield* checkServices(context, rule, peer, path);
        else yield* checkClients(context, rule, peer, path);
      }
    }
  },
};

/** Services whose own address lies in the block and to which the policy's pods are denied all the same. */
function* checkServices(
  context: LintContext,
  rule: Rule,
  { block }: Block,
  path: Finding['path'],
): Iterable<Finding> {
  const { cluster } = context;
  const [subject] = podsOfPolicy(cluster, rule.policy);
  if (subject === undefined) return;
  const held = [...cluster.services.values()].filter(({ spec }) =>
    spec.clusterIPs.some((text) => {
      const address = parseAddress(text);
      return address !== undefined && rangeHolds(block.range, address);
    }),
  );
  const denied = held.flatMap((service) => requestTo(context, subject, service) ?? []);
  const [request] = denied;
  if (request === undefined || denied.length < held.length) return;
  const names = listNames(held.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  yield {
    code: 'PC3022',
    severity: 'warning',
    message: `${describeObject(rule.policy)}: ${formatPath(path)} holds the address of Service ${names}, which no policy sees`,
    object: rule.policy,
    path,
    related: held
      .slice(0, 3)
      .map((object) => ({ message: 'its address', object, path: ['spec', 'clusterIP'] })),
    help: "A Service's address is replaced by that of a pod behind it before policies look. Name the pods by their labels.",
    proof: { kind: 'witness', witnesses: [context.witness(request)] },
  };
}

/** A request of the pod to the Service that its egress policies deny. */
function requestTo(context: LintContext, subject: ClusterPod, service: Service): Request | undefined {
  const { namespace, name } = service.metadata;
  const [port] = service.spec.ports;
  if (port === undefined) return undefined;
  const to = { kind: 'service', namespace, name } as const;
  const request = plainRequest(context.cluster, podEndpoint(subject), to, port.port, port.protocol);
  const { outcome, steps } = context.decide(request);
  const isOfPolicy = steps.some((step) => step.layer === 'egress policy' && step.outcome === 'deny');
  return outcome === 'deny' && isOfPolicy ? request : undefined;
}

/** Clients of the block that come in by a Service of type LoadBalancer or NodePort, and may appear with a node's address. */
function* checkClients(
  context: LintContext,
  rule: Rule,
  peer: Block,
  path: Finding['path'],
): Iterable<Finding> {
  const { cluster } = context;
  const address = addressIn(peer);
  if (address === undefined) return;
  const service = entrances(cluster, rule).find((each) => {
    const { outcome, missing } = context.decide(requestFrom(cluster, address, each));
    return (
      outcome === 'unknown' &&
      missing.every((fact) => fact.kind === 'implementation' && fact.topic === 'source NAT')
    );
  });
  if (service === undefined) return;
  const { namespace, name } = service.metadata;
  yield {
    code: 'PC3023',
    severity: 'info',
    message: `${describeObject(rule.policy)}: ${formatPath(path)} may not see its clients: by Service ${namespace}/${name} they can come with the address of a node`,
    object: rule.policy,
    path,
    related: [
      {
        message:
          'with externalTrafficPolicy Cluster a node may put its own address in place of that of the client',
        object: service,
        path: ['spec', 'externalTrafficPolicy'],
      },
    ],
    help: 'Set externalTrafficPolicy: Local, which keeps the address of the client. If the network plugin or the load balancer keeps it anyway, say so with --cni.',
    proof: { kind: 'witness', witnesses: [context.witness(requestFrom(cluster, address, service))] },
  };
}

/** Services by which clients outside come to the pods of the rule's policy. */
function entrances(cluster: Cluster, { policy }: Rule): readonly Service[] {
  const services = oneOfEach(podsOfPolicy(cluster, policy)).flatMap((pod) => pod.services);
  return [...new Set(services)].filter(
    ({ spec }) => spec.type === 'LoadBalancer' || spec.type === 'NodePort',
  );
}

function requestFrom(cluster: Cluster, address: string, service: Service): Request {
  const { namespace, name } = service.metadata;
  const [port] = service.spec.ports;
  return plainRequest(
    cluster,
    { kind: 'address', address },
    { kind: 'service', namespace, name },
    port?.port ?? 80,
    port?.protocol ?? 'TCP',
  );
}
