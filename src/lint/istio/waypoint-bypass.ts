import { type AuthorizationPolicy, describeObject, podEndpoint, type Request } from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { clientsOf, identityOf } from './clients.ts';
import { authorizationPolicies } from './policies.ts';
import { requestsFor } from './rule-requests.ts';
import { podsBehind, type Site, type SitePort, sitesWith, targetOf } from './sites.ts';
import { httpTo } from './witnesses.ts';

/** Policies at a waypoint that a client escapes by asking a pod for itself, for nothing at the pod insists on the waypoint. */
export const waypointBypass: LintRule = {
  codes: ['PC3249'],
  *check(context) {
    if (context.cluster.waypointPods.size === 0) return;
    for (const policy of authorizationPolicies(context.cluster)) {
      if (policy.spec.targetRefs.length === 0) continue;
      for (const site of sitesWith(context.cluster, policy)) {
        const finding = site.kind === 'waypoint' ? checkSite(context, policy, site) : undefined;
        if (finding === undefined) continue;
        yield finding;
        break;
      }
    }
  },
};

function checkSite(context: LintContext, policy: AuthorizationPolicy, site: Site): Finding | undefined {
  const { cluster } = context;
  const [server] = podsBehind(cluster, site);
  if (server === undefined) return undefined;
  for (const port of site.ports) {
    const target = targetOf(server, port.servicePort!);
    if (target === undefined) continue;
    for (const request of requestsDenied(context, policy, site, port)) {
      const verdict = context.decide(request);
      const { at } = verdict.decidedBy;
      if (verdict.outcome !== 'deny' || at.kind !== 'waypoint') continue;
      const around: Request = { ...request, destination: podEndpoint(server), port: target, direct: true };
      if (context.decide(around).outcome !== 'allow') continue;
      const waypoint = identityOf(cluster, site.pod);
      return {
        code: 'PC3249',
        severity: 'warning',
        message: `${describeObject(policy)}: what it denies at waypoint ${site.pod.key} passes when a client asks a pod of ${site.label} for itself`,
        object: policy,
        path: ['spec', 'targetRefs'],
        help: `Let the pods take connections from the waypoint alone: an ALLOW policy by selector with principals: [${JSON.stringify(waypoint)}].`,
        proof: {
          kind: 'witness',
          witnesses: [
            context.witness(request, 'to the Service, through the waypoint'),
            context.witness(around, 'to the pod itself'),
          ],
        },
      };
    }
  }
  return undefined;
}

/** Requests that a DENY rule names, or that an ALLOW policy leaves out; from clients that would go through the waypoint. */
function* requestsDenied(
  { cluster }: LintContext,
  policy: AuthorizationPolicy,
  site: Site,
  port: SitePort,
): Iterable<Request> {
  if (policy.spec.action === 'DENY') {
    for (const index of policy.spec.rules.keys()) yield* requestsFor(cluster, site, port, policy, index);
    return;
  }
  const clients = [...clientsOf(cluster).inMesh.values()].filter(
    ({ membership }) => membership.kind === 'ambient',
  );
  for (const pod of clients.slice(0, 5)) {
    for (const method of ['GET', 'POST']) {
      yield httpTo(site, port, podEndpoint(pod), { method, path: '/any-other' });
    }
  }
}
