import type { ClusterPod } from '../../cluster/index.ts';
import {
  describeObject,
  type KindedObject,
  listNames,
  type PeerAuthentication,
  podEndpoint,
  type Verdict,
} from '../../model/index.ts';
import { effectiveMode } from '../../policy/peer-authentication/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Witness } from '../types.ts';
import { clientsOf } from './clients.ts';
import { labelOfPod } from './pod-groups.ts';
import { type Site, type SitePort, sitesOf } from './sites.ts';
import { bytesTo, findWitness, outsideClient } from './witnesses.ts';

/** STRICT where clients come without mutual TLS: workloads outside the mesh (PC3264), and Services that are open to the outside (PC3265). */
export const strictClients: LintRule = {
  codes: ['PC3264', 'PC3265'],
  *check(context) {
    for (const [policy, places] of strictPlaces(context)) {
      yield* outsiders(context, policy, places);
      yield* openServices(context, policy, places);
    }
  },
};

interface StrictPlace {
  readonly site: Site;
  readonly port: SitePort;
}

/** Ports at which a policy asks for mutual TLS. Gateways have no mode. */
function strictPlaces({ cluster }: LintContext): ReadonlyMap<PeerAuthentication, readonly StrictPlace[]> {
  const places = new Map<PeerAuthentication, StrictPlace[]>();
  if (cluster.policies.peerAuthentication.size === 0) return places;
  for (const site of sitesOf(cluster)) {
    if (site.kind !== 'sidecar' && site.kind !== 'ztunnel') continue;
    for (const port of site.ports) {
      const { mode, decidedBy } = effectiveMode(cluster, site.pod, port.number);
      if (mode !== 'STRICT' || decidedBy === undefined) continue;
      const policy = decidedBy.policy as PeerAuthentication;
      const list = places.get(policy) ?? [];
      list.push({ site, port });
      places.set(policy, list);
    }
  }
  return places;
}

const mostClients = 200;
const mostPlaces = 12;

function* outsiders(
  context: LintContext,
  policy: PeerAuthentication,
  places: readonly StrictPlace[],
): Iterable<Finding> {
  const clients = clientsOf(context.cluster).outside.slice(0, mostClients);
  const turnedAway: ClusterPod[] = [];
  let witness: Witness | undefined;
  for (const pod of clients) {
    const found = witnessOf(context, policy, pod, places);
    if (found === undefined) continue;
    witness ??= found;
    turnedAway.push(pod);
  }
  if (witness === undefined) return;
  yield {
    code: 'PC3264',
    severity: 'info',
    message: `${describeObject(policy)}: STRICT turns away ${listNames(turnedAway.map(labelOfPod))}, outside the mesh`,
    object: policy,
    path: modePath(policy),
    help: 'If one of them has to call, put it into the mesh, or set PERMISSIVE for the port that it calls (portLevelMtls).',
    proof: { kind: 'witness', witnesses: [witness] },
  };
}

/** Neighbours in its own namespace are asked first: a client calls those sooner than others. */
function witnessOf(
  context: LintContext,
  policy: PeerAuthentication,
  pod: ClusterPod,
  places: readonly StrictPlace[],
): Witness | undefined {
  const near = places.filter(({ site }) => site.pod.namespace === pod.namespace);
  const tried = [...near, ...places].slice(0, mostPlaces);
  return findWitness(
    context,
    tried.map(({ site, port }) => bytesTo(site, port, podEndpoint(pod))),
    (verdict) => isTurnedAwayBy(policy, verdict),
    'without mutual TLS',
  );
}

function* openServices(
  context: LintContext,
  policy: PeerAuthentication,
  places: readonly StrictPlace[],
): Iterable<Finding> {
  for (const { port } of places) {
    const { service, servicePort } = port;
    if (service === undefined || servicePort === undefined) continue;
    const { type } = service.spec;
    if (type !== 'LoadBalancer' && type !== 'NodePort') continue;
    const { namespace, name } = service.metadata;
    const request = {
      source: outsideClient,
      destination: { kind: 'service', namespace, name },
      port: servicePort.port,
      protocol: 'TCP',
      complete: true,
    } as const;
    const witness = findWitness(
      context,
      [request],
      (verdict) => isTurnedAwayBy(policy, verdict),
      'from outside the cluster',
    );
    if (witness === undefined) continue;
    yield {
      code: 'PC3265',
      severity: 'warning',
      message: `Service ${namespace}/${name}: open to the outside on port ${servicePort.port} (type ${type}), but ${describeObject(policy)} takes only mutual TLS of the mesh there`,
      object: service,
      path: ['spec', 'ports', service.spec.ports.indexOf(servicePort)],
      related: [{ message: 'asks for mutual TLS', object: policy, path: modePath(policy) }],
      help: 'Let clients from outside come in by an ingress gateway, or set PERMISSIVE for this port (portLevelMtls).',
      proof: { kind: 'witness', witnesses: [witness] },
    };
  }
}

/** At ztunnel STRICT is a DENY policy that was made of the PeerAuthentication. */
function isTurnedAwayBy(policy: KindedObject, { outcome, decidedBy: { layer, because } }: Verdict): boolean {
  if (outcome !== 'deny') return false;
  if (because.kind === 'tls') return layer === 'mutual TLS' && because.decidedBy?.policy === policy;
  return because.kind === 'matched rule' && because.rule.policy === policy;
}

function modePath({ spec }: PeerAuthentication): readonly string[] {
  return spec.mode === 'STRICT' ? ['spec', 'mtls', 'mode'] : ['spec', 'portLevelMtls'];
}
