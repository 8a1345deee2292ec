import { type ClusterPod, waypointFor } from '../../cluster/index.ts';
import {
  type AuthorizationPolicy,
  describeObject,
  podEndpoint,
  type Request,
  type Service,
  type Verdict,
} from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Witness } from '../types.ts';
import { identityOf } from './clients.ts';
import { authorizationPolicies } from './policies.ts';
import { clientsFor } from './rule-clients.ts';
import { asksIdentity, fieldsOf } from './rule-fields.ts';
import { alternativesOf, ruleOf } from './rule-requests.ts';
import { type Site, type SitePort, sitesWith } from './sites.ts';
import { httpTo } from './witnesses.ts';

/** Policies at the ztunnel of pods behind a waypoint that name clients: what comes through the waypoint has the waypoint's identity. */
export const waypointIdentity: LintRule = {
  codes: ['PC3248'],
  *check(context) {
    if (context.cluster.waypointPods.size === 0) return;
    for (const policy of authorizationPolicies(context.cluster)) {
      const field = fieldsOf(policy).find(asksIdentity);
      if (field === undefined) continue;
      for (const site of sitesWith(context.cluster, policy)) {
        const finding = site.kind === 'ztunnel' ? checkSite(context, policy, site) : undefined;
        if (finding === undefined) continue;
        yield { ...finding, path: field.path };
        break;
      }
    }
  },
};

function checkSite(context: LintContext, policy: AuthorizationPolicy, site: Site): Finding | undefined {
  for (const port of site.ports) {
    const { service, servicePort } = port;
    const waypoint = service && waypointFor(context.cluster, site.pod, service).pod;
    if (waypoint === undefined || servicePort === undefined) continue;
    const found = differingRequests(context, policy, site, port, service!, servicePort.port);
    if (found === undefined) continue;
    const { through, around } = found;
    const { namespace, name } = service!.metadata;
    const identity = identityOf(context.cluster, waypoint);
    const denied = through.outcome === 'deny';
    return {
      code: 'PC3248',
      severity: 'error',
      message: denied
        ? `${describeObject(policy)}: turns away the clients that it names when they come through waypoint ${waypoint.key}, whose identity it does not allow`
        : `${describeObject(policy)}: does not deny the clients that it names when they come through waypoint ${waypoint.key}, for they come with its identity`,
      object: policy,
      path: ['spec'],
      help: denied
        ? `Allow ${identity} here, and say who may call by a policy with targetRefs to Service ${namespace}/${name}.`
        : `Deny them at the waypoint: a policy with targetRefs to Service ${namespace}/${name}.`,
      proof: { kind: 'witness', witnesses: [through, around] },
    };
  }
  return undefined;
}

interface Differing {
  readonly through: Witness;
  readonly around: Witness;
}

/** A client that a rule names, by way of the Service and to the pod itself, where only the one way is judged as written. */
function differingRequests(
  context: LintContext,
  policy: AuthorizationPolicy,
  site: Site,
  port: SitePort,
  { metadata: { namespace, name } }: Service,
  servicePort: number,
): Differing | undefined {
  const { action } = policy.spec;
  for (const index of policy.spec.rules.keys()) {
    for (const client of clientPods(context, policy, index, port)) {
      if (client.key === site.pod.key) continue;
      const direct: Request = { ...httpTo(site, port, podEndpoint(client)), direct: true };
      const destination = { kind: 'service', namespace, name } as const;
      const { direct: _, ...asked } = direct;
      const through: Request = { ...asked, destination, port: servicePort };
      const [first, second] = [context.decide(through), context.decide(direct)];
      const isDenial = action === 'ALLOW' && missed(policy, first) && second.outcome === 'allow';
      const isBypass = action === 'DENY' && first.outcome === 'allow' && hit(policy, second);
      if (!isDenial && !isBypass) continue;
      return {
        through: context.witness(through, 'through the waypoint'),
        around: context.witness(direct, 'to the pod itself'),
      };
    }
  }
  return undefined;
}

function clientPods(
  { cluster }: LintContext,
  policy: AuthorizationPolicy,
  index: number,
  port: SitePort,
): readonly ClusterPod[] {
  const rule = ruleOf(cluster, policy, index);
  if (rule === undefined) return [];
  return alternativesOf(rule).flatMap(({ connection }) =>
    clientsFor(cluster, port, policy, index, connection).flatMap(({ source }) => {
      const pod = source.kind === 'pod' ? cluster.pods.get(`${source.namespace}/${source.name}`) : undefined;
      return pod?.membership.kind === 'ambient' ? [pod] : [];
    }),
  );
}

function missed(policy: AuthorizationPolicy, { outcome, decidedBy: { at, because } }: Verdict): boolean {
  return (
    outcome === 'deny' &&
    at.kind === 'ztunnel' &&
    because.kind === 'isolated, nothing matched' &&
    because.policies.includes(policy)
  );
}

function hit(policy: AuthorizationPolicy, { outcome, decidedBy: { at, because } }: Verdict): boolean {
  return (
    outcome === 'deny' &&
    at.kind === 'ztunnel' &&
    because.kind === 'matched rule' &&
    because.rule.policy === policy
  );
}
