import { type Cluster, endpointsOf } from '../cluster/index.ts';
import type { Layer, Request, Verdict } from '../model/index.ts';
import { explainingStep, findNamed, isAtPlace } from './agreement.ts';
import type { Doubt } from './doubt-types.ts';
import { ask } from './judge-denial.ts';
import type { Evidence, Finding } from './types.ts';

/** Plugins that enforce kinds of their own beside NetworkPolicy, by the beginning of a dialect. */
const plugins: readonly (readonly [string, string])[] = [
  ['hubble', 'Cilium'],
  ['cilium', 'Cilium'],
  ['calico', 'Calico'],
  ['antrea', 'Antrea'],
  ['ovn', 'OVN-Kubernetes'],
];
/** Kinds that the log may name and that are read. */
const readKinds: ReadonlySet<string> = new Set([
  'NetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'AuthorizationPolicy',
  'PeerAuthentication',
  'RequestAuthentication',
]);

/** Kinds that work on a proxy's requests; all others that are not read work on packets. */
const proxyKinds: ReadonlySet<string> = new Set(['EnvoyFilter', 'WasmPlugin', 'ProxyConfig', 'Telemetry']);

/** Ports that systems give to clients. */
const ephemeral = 32768;

/**
 * Why a log says denied where the manifests say allowed: what the evidence speaks for first. Each is tried where it can
 * be, by asking again with that changed.
 */
export function findDoubts(
  cluster: Cluster,
  evidence: Evidence,
  request: Request,
  verdict: Verdict,
  ends: Pick<Finding, 'source' | 'destination'>,
): readonly Doubt[] {
  const named = namedByLog(cluster, evidence);
  const found = [
    ...plaintext(cluster, evidence, request),
    ...otherEnd(cluster, evidence, request, ends),
    ...servicePort(cluster, evidence, request),
    ...reply(cluster, evidence, request),
  ];
  const tried = found.filter(({ fits }) => fits).map(({ doubt }) => doubt);
  const untried = found.filter(({ fits }) => !fits).map(({ doubt }) => doubt);
  const others = otherPolicies(cluster, evidence, ends);
  const isForeign = evidence.policy?.kind !== undefined && !readKinds.has(evidence.policy.kind);
  const stale = isForeign ? [] : staleManifest(evidence, verdict, named);
  const likely = evidence.policy === undefined ? [] : stale;
  return [
    ...likely,
    ...(isForeign ? others : []),
    ...tried,
    ...(isForeign ? [] : others),
    ...untried,
    ...(likely.length > 0 ? [] : stale),
  ];
}

interface Tried<D extends Doubt = Doubt> {
  readonly doubt: D;
  /** With that changed the verdict is what the log says. */
  readonly fits: boolean;
}

function namedByLog(cluster: Cluster, { policy }: Evidence): ReturnType<typeof findNamed> {
  return policy === undefined ? undefined : findNamed(cluster, policy);
}

function staleManifest(
  evidence: Evidence,
  verdict: Verdict,
  object: ReturnType<typeof findNamed>,
): readonly Doubt[] {
  const { policy, at } = evidence;
  const isBefore = at !== 'network' && verdict.outcome === 'deny' && comesBefore(verdict, evidence);
  const before = isBefore ? verdict.decidedBy : undefined;
  return [
    {
      kind: 'stale manifest',
      ...(policy === undefined ? {} : { policy }),
      ...(object === undefined ? {} : { object }),
      ...(before === undefined ? {} : { before }),
    },
  ];
}

/** As a connection and then its requests meet them. */
const layerOrder: readonly Layer[] = [
  'service',
  'egress policy',
  'ingress policy',
  'mutual TLS',
  'request authentication',
  'authorization',
];

/** Is a request denied before it comes to the log's place? Steps stand in the order in which it meets them: a later filter of the proxy is none. */
function comesBefore({ steps, decidedBy }: Verdict, evidence: Evidence): boolean {
  const place = steps.findIndex((step) => isAtPlace(step, evidence));
  if (place >= 0) return steps.indexOf(decidedBy) < place;
  return evidence.layers.every((layer) => layerOrder.indexOf(decidedBy.layer) < layerOrder.indexOf(layer));
}

/** A log that states an identity rules plaintext out. */
function plaintext(cluster: Cluster, evidence: Evidence, request: Request): readonly Tried[] {
  const { at, source } = evidence;
  if (at === 'network' || source.principal !== undefined || request.principal !== undefined) return [];
  const verdict = ask(cluster, evidence, { ...request, principal: null });
  const explaining = explainingStep(cluster, verdict, evidence);
  if (explaining === undefined) return [];
  return [{ doubt: { kind: 'plaintext', verdict, step: explaining.step }, fits: true }];
}

/** Asks again for the address that the log shows, where a name or the user says that somebody else sent it. */
function otherEnd(
  cluster: Cluster,
  evidence: Evidence,
  request: Request,
  { source }: Pick<Finding, 'source'>,
): readonly Tried[] {
  const { ip } = evidence.source;
  if (ip === undefined) return [];
  const known = source.pod?.addresses ?? [];
  if (source.by.includes('address') && source.end.kind === 'pod') return [];
  if (source.pod !== undefined && (known.includes(ip) || known.length === 0) && !source.by.includes('said'))
    return [];
  const asked: Request = { ...request, source: { kind: 'address', address: ip } };
  const verdict = ask(cluster, evidence, asked);
  const step = explainingStep(cluster, verdict, evidence)?.step;
  const fits = step !== undefined && source.end.kind === 'pod';
  return [{ doubt: { kind: 'address', address: ip, verdict, ...(step && { step }) }, fits }];
}

/** The port of the line is one of a Service that leads elsewhere. */
function servicePort(cluster: Cluster, evidence: Evidence, request: Request): readonly Tried[] {
  const { destination, port } = request;
  if (destination.kind !== 'pod' || typeof port !== 'number') return [];
  const pod = cluster.pods.get(`${destination.namespace}/${destination.name}`);
  for (const service of pod?.services ?? []) {
    const endpoints = endpointsOf(cluster, service, port, request.protocol);
    if (endpoints.kind !== 'backends' || service.spec.clusterIPs.includes('None')) continue;
    const targetPort = endpoints.backends.find((backend) => backend.pod?.key === pod?.key)?.port;
    if (targetPort === undefined || targetPort === port) continue;
    const verdict = ask(cluster, evidence, { ...request, port: targetPort });
    const step = explainingStep(cluster, verdict, evidence)?.step;
    return [
      {
        doubt: { kind: 'Service port', service, port, targetPort, verdict, ...(step && { step }) },
        fits: step !== undefined,
      },
    ];
  }
  return [];
}

/** An answer goes to a client's port from one that a server listens at. */
function reply(cluster: Cluster, evidence: Evidence, request: Request): readonly Tried[] {
  const { source, destination, port } = request;
  const from = evidence.source.port;
  if (evidence.at !== 'network' || destination.kind === 'service' || from === undefined) return [];
  if (typeof port === 'string' || port < ephemeral || from >= ephemeral) return [];
  const verdict = ask(cluster, evidence, {
    ...request,
    source: destination,
    destination: source,
    port: from,
  });
  const step = verdict.steps.find(({ outcome }) => outcome === 'deny');
  return [{ doubt: { kind: 'reply', verdict, ...(step && { step }) }, fits: true }];
}

function otherPolicies(
  cluster: Cluster,
  { at, dialect, policy, http }: Evidence,
  { source, destination }: Pick<Finding, 'source' | 'destination'>,
): readonly Doubt[] {
  const namespaces = new Set(['', source.pod?.namespace, destination.pod?.namespace]);
  const objects = cluster.foreign.filter(
    ({ kind, metadata }) => proxyKinds.has(kind) === (at !== 'network') && namespaces.has(metadata.namespace),
  );
  const plugin = plugins.find(([start]) => dialect.startsWith(start))?.[1];
  const named = policy?.kind !== undefined && !readKinds.has(policy.kind) ? policy.kind : undefined;
  const isSeen = objects.length > 0 || named !== undefined || (at === 'network' && plugin !== undefined);
  if (!isSeen && http === undefined && at !== 'network') return [];
  if (!isSeen && at !== 'network') return [];
  return [
    {
      kind: 'other policies',
      objects,
      ...(named === undefined ? {} : { named }),
      ...(plugin === undefined ? {} : { plugin }),
    },
  ];
}
