import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import {
  type AuthorizationPolicy,
  describeObject,
  formatAddress,
  type IpRange,
  parseRange,
  podEndpoint,
  type Request,
  type Service,
} from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Witness } from '../types.ts';
import { authorizationPolicies } from './policies.ts';
import { fieldsOf, type RuleField } from './rule-fields.ts';
import { isProxy, type Site, type SitePort, sitesOf, sitesWith, targetOf } from './sites.ts';
import { bytesTo, httpTo, isByRule } from './witnesses.ts';

/** Ranges of client addresses where the client's address does not arrive: a node's or a gateway's stands in its place. */
export const clientAddresses: LintRule = {
  codes: ['PC3287'],
  *check(context) {
    const gateways = sitesOf(context.cluster).filter(({ kind }) => kind === 'gateway');
    for (const policy of authorizationPolicies(context.cluster)) {
      for (const field of fieldsOf(policy)) {
        if (field.field !== 'ipBlocks' && field.field !== 'remoteIpBlocks') continue;
        const range = field.values
          .map((value) => parseRange(value))
          .find((each) => isOutside(context.cluster, each));
        if (range === undefined) continue;
        const finding = checkField(context, policy, field, range, gateways);
        if (finding !== undefined) yield finding;
      }
    }
  },
};

/** True for a range that no pod lies in. */
function isOutside({ settings }: Cluster, range: IpRange | undefined): boolean {
  if (range === undefined) return false;
  return settings.podCIDRs.every((cidr) => {
    const pods = parseRange(cidr);
    return (
      pods === undefined || pods.family !== range.family || pods.last < range.first || range.last < pods.first
    );
  });
}

function checkField(
  context: LintContext,
  policy: AuthorizationPolicy,
  field: RuleField,
  range: IpRange,
  gateways: readonly Site[],
): Finding | undefined {
  const address = formatAddress({ family: range.family, value: range.first });
  for (const site of sitesWith(context.cluster, policy).filter(
    (each) => isProxy(each) || each.kind === 'ztunnel',
  )) {
    if (site.kind === 'waypoint') continue;
    for (const port of site.ports) {
      for (const service of openServices(site.pod, port.number)) {
        const witness = hiddenByNode(context, site, port, service, address);
        if (witness !== undefined) return byNode(policy, field, service, witness);
      }
      if (site.kind === 'gateway' || field.field === 'remoteIpBlocks') continue;
      for (const gateway of gateways.slice(0, 3)) {
        const witnesses = hiddenByGateway(context, policy, field, site, port, gateway, address);
        if (witnesses !== undefined) return byGateway(policy, field, site, gateway, witnesses);
      }
    }
  }
  return undefined;
}

/** Services open to the outside that lead to a port and do not say that clients keep their address. */
function openServices(pod: ClusterPod, port: number): readonly Service[] {
  return pod.services.filter(({ spec }) => {
    const open = spec.type === 'LoadBalancer' || spec.type === 'NodePort' || spec.externalIPs.length > 0;
    const leads = spec.ports.some((each) => each.protocol === 'TCP' && targetOf(pod, each) === port);
    return open && leads && spec.externalTrafficPolicy === 'Cluster';
  });
}

function hiddenByNode(
  context: LintContext,
  site: Site,
  port: SitePort,
  { metadata: { namespace, name }, spec }: Service,
  address: string,
): Witness | undefined {
  const asked = spec.ports.find((each) => targetOf(site.pod, each) === port.number)!.port;
  const source = { kind: 'address', address } as const;
  const request: Request = {
    ...(port.protocol === 'tcp' ? bytesTo : httpTo)(site, port, source),
    destination: { kind: 'service', namespace, name },
    port: asked,
  };
  const { outcome, missing } = context.decide(request);
  const turnsOnNode = missing.some((fact) => fact.kind === 'implementation' && fact.topic === 'source NAT');
  return outcome === 'unknown' && turnsOnNode
    ? context.witness(request, 'its own address or that of a node may arrive')
    : undefined;
}

function byNode(policy: AuthorizationPolicy, field: RuleField, service: Service, witness: Witness): Finding {
  const { namespace, name } = service.metadata;
  return {
    code: 'PC3287',
    severity: 'warning',
    message: `${describeObject(policy)}: ${field.written} may see the address of a node where a client comes by way of Service ${namespace}/${name}`,
    object: policy,
    path: field.path,
    related: [{ message: 'leaves the client address to the plugin', object: service, path: ['spec'] }],
    help: 'Set externalTrafficPolicy: Local on the Service, or have the load balancer hand the address on (PROXY protocol, X-Forwarded-For with numTrustedProxies) and ask for remoteIpBlocks.',
    proof: { kind: 'witness', witnesses: [witness] },
  };
}

/** The client itself, who satisfies the rule, and the gateway that stands in its place, which does not. */
function hiddenByGateway(
  context: LintContext,
  policy: AuthorizationPolicy,
  field: RuleField,
  site: Site,
  port: SitePort,
  gateway: Site,
  address: string,
): readonly [Witness, Witness] | undefined {
  if (field.negated) return undefined;
  const send = port.protocol === 'tcp' ? bytesTo : httpTo;
  const itself = { ...send(site, port, { kind: 'address', address }), direct: true };
  if (!isByRule(policy, field.rule, context.decide(itself))) return undefined;
  const through = send(site, port, podEndpoint(gateway.pod));
  const [first, second] = [context.decide(through), context.decide(itself)];
  if (first.outcome === second.outcome || first.outcome === 'unknown') return undefined;
  return [
    context.witness(through, `as gateway ${gateway.label} sends it on`),
    context.witness(itself, 'with the address of the client'),
  ];
}

function byGateway(
  policy: AuthorizationPolicy,
  field: RuleField,
  site: Site,
  gateway: Site,
  witnesses: readonly [Witness, Witness],
): Finding {
  return {
    code: 'PC3287',
    severity: 'warning',
    message: `${describeObject(policy)}: ${field.written} sees the address of gateway ${gateway.label} where a client from outside reaches ${site.label} through it`,
    object: policy,
    path: field.path,
    help: 'Ask for the address at the gateway, or here by remoteIpBlocks (X-Forwarded-For) and numTrustedProxies.',
    proof: { kind: 'witness', witnesses },
  };
}
