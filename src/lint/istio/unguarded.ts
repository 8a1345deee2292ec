import type { Cluster } from '../../cluster/index.ts';
import { type AuthorizationPolicy, describeObject, listNames, podEndpoint } from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Proof } from '../types.ts';
import { podGroups } from './pod-groups.ts';
import { authorizationPolicies } from './policies.ts';
import { type Site, sitesOf, sitesWith } from './sites.ts';
import { bytesTo, findWitness, outsideClient } from './witnesses.ts';

/** Policies for pods outside the mesh: nobody enforces them there. */
export const unguarded: LintRule = {
  codes: ['PC3204'],
  *check(context) {
    const { cluster } = context;
    for (const policy of authorizationPolicies(cluster)) {
      const finding = checkPolicy(context, policy);
      if (finding !== undefined) yield finding;
    }
  },
};

function checkPolicy(context: LintContext, policy: AuthorizationPolicy): Finding | undefined {
  const { cluster } = context;
  const sites = sitesWith(cluster, policy);
  const open = sites.filter(({ kind }) => kind === 'none');
  if (open.length === 0 || sites.some(({ kind }) => kind === 'unsure')) return undefined;
  const everywhere = open.length === sites.length;
  const chosen = policy.spec.selector !== undefined;
  // A policy for everything is also for what is not in the mesh (system pods, jobs): that is no mistake.
  if (!everywhere && !chosen && policy.metadata.namespace === cluster.mesh.rootNamespace) return undefined;
  const names = listNames(open.map(({ label }) => label));
  return {
    code: 'PC3204',
    severity: !everywhere && !chosen ? 'info' : hasMesh(cluster) ? 'error' : 'info',
    message: everywhere
      ? `${describeObject(policy)}: nothing enforces it, for the pods that it selects are outside the mesh (${names})`
      : `${describeObject(policy)}: nothing enforces it for ${names}, outside the mesh`,
    object: policy,
    path: chosen ? ['spec', 'selector'] : ['metadata', 'name'],
    help: hasMesh(cluster)
      ? 'Put the pods into the mesh, or guard them by a NetworkPolicy.'
      : 'No pod that was given is in the mesh. Label its namespace as your cluster has it (istio-injection: enabled or istio.io/dataplane-mode: ambient), or say so in the project file (mesh: {injectByDefault: true}).',
    proof: proofOf(context, open),
  };
}

function proofOf(context: LintContext, [site]: readonly Site[]): Proof {
  const { pod, ports } = site!;
  const neighbours = podGroups(context.cluster).slice(0, 5);
  const clients = [outsideClient, ...neighbours.map((group) => podEndpoint(group.pod))];
  const port = ports[0] ?? { number: 80, protocol: 'undeclared', service: undefined, servicePort: undefined };
  const requests = clients.map((source) => bytesTo(site!, port, source));
  const witness = findWitness(context, requests, ({ outcome }) => outcome === 'allow', 'no proxy judges it');
  if (witness !== undefined) return { kind: 'witness', witnesses: [witness] };
  return { kind: 'never decides', reason: `${pod.key} has no proxy: ${pod.membership.why}` };
}

function hasMesh(cluster: Cluster): boolean {
  return sitesOf(cluster).some(({ kind }) => kind !== 'none');
}
