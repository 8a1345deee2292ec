import {
  type Connection,
  describeObject,
  notSaid,
  type PeerAuthentication,
  podEndpoint,
} from '../../model/index.ts';
import { policyMatches } from '../../policy/authorization/index.ts';
import { effectiveMode, workloadPoliciesInForce } from '../../policy/peer-authentication/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { clientsOf } from './clients.ts';
import { type Site, type SitePort, sitesOf } from './sites.ts';
import { bytesTo, findWitness, outsideClient } from './witnesses.ts';

/** Ports of ambient pods that take plain text though their PeerAuthentications come to STRICT, or the other way round: istiod converts them so. */
export const ztunnelModes: LintRule = {
  codes: ['PC3271'],
  *check(context) {
    const { cluster } = context;
    if (cluster.policies.peerAuthentication.size === 0) return;
    const told = new Set<string>();
    for (const site of sitesOf(cluster)) {
      if (site.kind !== 'ztunnel') continue;
      for (const port of site.ports) {
        const finding = checkPort(context, site, port);
        if (finding === undefined || told.has(finding.message)) continue;
        told.add(finding.message);
        yield finding;
      }
    }
  },
};

function checkPort(context: LintContext, site: Site, port: SitePort): Finding | undefined {
  const { cluster } = context;
  const { mode, decidedBy } = effectiveMode(cluster, site.pod, port.number);
  if (decidedBy === undefined) return undefined;
  const inForce = workloadPoliciesInForce(cluster, site.pod);
  const refusesPlain = inForce.some((policy) => policyMatches(policy, plainTo(port)) === true);
  if (refusesPlain === (mode === 'STRICT')) return undefined;
  const clients = clientsOf(cluster);
  const sources = [...clients.outside.slice(0, 5).map(podEndpoint), outsideClient];
  const witness = findWitness(
    context,
    sources.map((source) => bytesTo(site, port, source)),
    ({ outcome }) => outcome === (refusesPlain ? 'deny' : 'allow'),
    'plain text, no identity',
  );
  if (witness === undefined) return undefined;
  const policy = decidedBy.policy as PeerAuthentication;
  return {
    code: 'PC3271',
    severity: refusesPlain ? 'warning' : 'error',
    message: refusesPlain
      ? `${describeObject(policy)}: ztunnel asks for mutual TLS on port ${port.number} of ${site.label}, though its mode there is ${mode}`
      : `${describeObject(policy)}: ztunnel takes plain text on port ${port.number} of ${site.label}, though its mode there is STRICT`,
    object: policy,
    path: decidedBy.path,
    help: refusesPlain
      ? 'Write PERMISSIVE instead of DISABLE for the port: to ztunnel they are the same, but for this case.'
      : 'Write mode: STRICT outright in the policy with the selector, or in the one of the namespace: ztunnel gets nothing of a mode that is left to be inherited here.',
    proof: { kind: 'witness', witnesses: [witness] },
  };
}

function plainTo({ number }: SitePort): Connection {
  return {
    identity: undefined,
    sourceAddress: notSaid,
    destinationAddress: notSaid,
    destinationPort: number,
    sni: undefined,
  };
}
