import type { Cluster } from '../../cluster/index.ts';
import {
  describeObject,
  hasLabels,
  type KindedObject,
  listNames,
  podEndpoint,
  type RequestAuthentication,
  type Verdict,
} from '../../model/index.ts';
import { jwtRulesFor } from '../../policy/request-authentication/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { clientsOf } from './clients.ts';
import { requestAuthentications } from './policies.ts';
import { asksToken, fieldsOf } from './rule-fields.ts';
import { isProxy, type Site, sitesOf } from './sites.ts';
import { findWitness, httpTo, outsideClient } from './witnesses.ts';

/** RequestAuthentications that nobody backs up: requests without a token pass (PC3286); and those that only ztunnels would have to enforce (PC3252). */
export const tokenDemand: LintRule = {
  codes: ['PC3252', 'PC3286'],
  *check(context) {
    const { cluster } = context;
    if (cluster.policies.requestAuthentication.size === 0) return;
    const sites = readingSites(cluster);
    for (const policy of requestAuthentications(cluster)) {
      if (policy.spec.jwtRules.length === 0) continue;
      const reading = sites.get(policy) ?? [];
      const finding = reading.length === 0 ? unread(cluster, policy) : undemanded(context, policy, reading);
      if (finding !== undefined) yield finding;
    }
  },
};

/** Proxies that read tokens by a policy. */
function readingSites(cluster: Cluster): ReadonlyMap<KindedObject, readonly Site[]> {
  const found = new Map<KindedObject, Site[]>();
  for (const site of sitesOf(cluster)) {
    if (!isProxy(site)) continue;
    for (const policy of new Set(
      jwtRulesFor(cluster, site.target).map(({ reference }) => reference.policy),
    )) {
      const list = found.get(policy);
      if (list === undefined) found.set(policy, [site]);
      else list.push(site);
    }
  }
  return found;
}

/** One that picks ambient pods only: ztunnel reads no tokens. */
function unread(cluster: Cluster, policy: RequestAuthentication): Finding | undefined {
  const { selector, targetRefs } = policy.spec;
  if (targetRefs.length > 0) return undefined;
  const { namespace } = policy.metadata;
  const picked = sitesOf(cluster).filter(
    ({ pod, kind }) =>
      kind !== 'waypoint' &&
      (namespace === cluster.mesh.rootNamespace || pod.namespace === namespace) &&
      hasLabels(pod.labels, selector?.matchLabels ?? {}),
  );
  const ambient = picked.filter(({ kind }) => kind === 'ztunnel');
  if (ambient.length === 0 || picked.some(({ kind }) => kind === 'unsure')) return undefined;
  return {
    code: 'PC3252',
    severity: 'warning',
    message: `${describeObject(policy)}: nobody reads the tokens of ${listNames(ambient.map(({ label }) => label))}, for ztunnel does not`,
    object: policy,
    path: selector === undefined ? ['metadata', 'name'] : ['spec', 'selector'],
    help: 'Put a waypoint before the pods and name it or its Services by targetRefs instead of a selector.',
    proof: {
      kind: 'never decides',
      reason: 'a RequestAuthentication is enforced by sidecars, gateways and waypoints alone',
    },
  };
}

/** Where no policy asks for a token, a RequestAuthentication only refuses bad ones. */
function undemanded(
  context: LintContext,
  policy: RequestAuthentication,
  sites: readonly Site[],
): Finding | undefined {
  const lax = sites.filter(({ policies }) => !policies.some((each) => fieldsOf(each).some(asksToken)));
  const clients = [...clientsOf(context.cluster).inMesh.values()].slice(0, 4).map(podEndpoint);
  for (const site of lax.slice(0, 6)) {
    const requests = site.ports
      .filter(({ protocol }) => protocol !== 'tcp')
      .flatMap((port) => [...clients, outsideClient].map((source) => httpTo(site, port, source)));
    const passes = ({ outcome }: Verdict): boolean => outcome === 'allow';
    const witness = findWitness(context, requests, passes, 'without a token');
    if (witness === undefined) continue;
    return {
      code: 'PC3286',
      // Where some of its workloads ask for one, it may be meant to be read at the others and no more.
      severity: lax.length < sites.length ? 'info' : 'warning',
      message: `${describeObject(policy)}: requests without a token pass at ${listNames(lax.map(({ label }) => label))}, for no policy asks for one`,
      object: policy,
      path: ['spec', 'jwtRules'],
      help: 'Add an AuthorizationPolicy for the same pods: action DENY with notRequestPrincipals: ["*"], or ALLOW with requestPrincipals.',
      proof: { kind: 'witness', witnesses: [witness] },
    };
  }
  return undefined;
}
