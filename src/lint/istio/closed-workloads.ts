import { type AuthorizationPolicy, describeObject, listNames, podEndpoint } from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Witness } from '../types.ts';
import { clientsOf } from './clients.ts';
import { authorizationPolicies } from './policies.ts';
import { type Site, sitesOf, sitesWith } from './sites.ts';
import { bytesTo, findWitness, httpTo, isRefusedByIstio, outsideClient } from './witnesses.ts';

/** An ALLOW policy without rules closes every workload that no other policy opens: those that a Service leads to are probably meant to be reached. */
export const closedWorkloads: LintRule = {
  codes: ['PC3206'],
  *check(context) {
    const { cluster } = context;
    const closed = new Set(sitesOf(cluster).filter(isClosed));
    for (const policy of authorizationPolicies(cluster)) {
      if (policy.spec.action !== 'ALLOW' || policy.spec.rules.length > 0) continue;
      const sites = sitesWith(cluster, policy).filter((site) => closed.has(site));
      const finding = sites.length === 0 ? undefined : describe(context, policy, sites);
      if (finding !== undefined) yield finding;
    }
  },
};

/** Every ALLOW policy there is without rules, and somebody is meant to come: a Service leads there. */
function isClosed({ kind, policies, ports }: Site): boolean {
  if (kind === 'none' || kind === 'unsure') return false;
  const allowing = policies.filter(({ spec }) => spec.action === 'ALLOW');
  return (
    allowing.every(({ spec }) => spec.rules.length === 0) &&
    ports.some(({ service }) => service !== undefined)
  );
}

function describe(
  context: LintContext,
  policy: AuthorizationPolicy,
  sites: readonly Site[],
): Finding | undefined {
  const witness = witnessAt(context, sites[0]!);
  if (witness === undefined) return undefined;
  const meshWide = policy.metadata.namespace === context.cluster.mesh.rootNamespace;
  const names = listNames(sites.map(({ label }) => label));
  return {
    code: 'PC3206',
    severity: meshWide ? 'warning' : 'info',
    message: `${describeObject(policy)}: nobody can reach ${names}, for no policy allows anything there`,
    object: policy,
    path: ['spec'],
    help: 'Write an ALLOW policy for what may come in there; where nothing may, this finding can be ignored.',
    proof: { kind: 'witness', witnesses: [witness] },
  };
}

function witnessAt(context: LintContext, site: Site): Witness | undefined {
  const port = site.ports.find(({ service }) => service !== undefined)!;
  const neighbours = [...clientsOf(context.cluster).inMesh.values()].filter(
    ({ key }) => key !== site.pod.key,
  );
  const clients = [...neighbours.slice(0, 10).map(podEndpoint), outsideClient];
  const send = port.protocol === 'tcp' ? bytesTo : httpTo;
  return findWitness(
    context,
    clients.map((source) => send(site, port, source)),
    isRefusedByIstio,
    'nothing allows it',
  );
}
