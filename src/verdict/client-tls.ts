import type { Cluster, ClusterPod } from '../cluster/index.ts';
import {
  type ClientTlsMode,
  type DestinationRule,
  hasLabels,
  type PolicyReference,
  type Service,
  type ServicePort,
} from '../model/index.ts';
import { effectiveMode, namespaceMode } from '../policy/peer-authentication/index.ts';

/** What the client's proxy speaks to a server's endpoint, and the rule that made it so. */
export interface ClientTls {
  readonly transport: 'mutual TLS' | 'TLS' | 'plaintext';
  readonly decidedBy?: PolicyReference;
}

/** What tells clients' proxies apart here. */
type Client = Pick<ClusterPod, 'namespace' | 'labels'>;

/**
 * The transport that a sidecar chooses for an endpoint of a Service: what a DestinationRule says (port before host level), else automatic mutual
 * TLS wherever the endpoint's own proxy takes it. Traffic to a bare pod address passes as the application sent it. Subsets need routing
 * and are not considered. Source: istio pilot/pkg/networking/core cluster_tls.go, mtls_checker.go.
 */
export function clientTls(
  cluster: Cluster,
  client: Client,
  service: Service | undefined,
  port: ServicePort | undefined,
  server: ClusterPod | undefined,
  targetPort: number,
): ClientTls {
  if (service === undefined || port === undefined) return { transport: 'plaintext' };
  const rule = destinationRuleFor(cluster, client, service);
  const explicit = rule === undefined ? undefined : tlsModeOf(rule, port.port);
  if (explicit !== undefined) return { transport: transportOf(explicit.mode), decidedBy: explicit.reference };
  // The mode of the Service's namespace turns mutual TLS off for all its endpoints, also for one with a mode of its own.
  const automatic =
    cluster.mesh.enableAutoMtls &&
    namespaceMode(cluster, service.metadata.namespace) !== 'DISABLE' &&
    server !== undefined &&
    takesMutualTls(cluster, server, targetPort);
  if (!automatic) return { transport: 'plaintext' };
  const headless = service.spec.clusterIPs.includes('None');
  if (headless && !everyPodHasProxy(cluster, service)) return { transport: 'plaintext' };
  return { transport: 'mutual TLS' };
}

function takesMutualTls(cluster: Cluster, server: ClusterPod, port: number): boolean {
  return server.membership.kind === 'sidecar' && effectiveMode(cluster, server, port).mode !== 'DISABLE';
}

function everyPodHasProxy(cluster: Cluster, service: Service): boolean {
  const { namespace, name } = service.metadata;
  const keys = cluster.podsByService.get(`${namespace}/${name}`) ?? [];
  return keys.every((key) => cluster.pods.get(key)!.membership.kind === 'sidecar');
}

function transportOf(mode: ClientTlsMode): ClientTls['transport'] {
  if (mode === 'DISABLE') return 'plaintext';
  return mode === 'ISTIO_MUTUAL' ? 'mutual TLS' : 'TLS';
}

/** The most specific DestinationRule for a Service that the client's namespace sees: its own first, then the Service's, then the root's. */
function destinationRuleFor(cluster: Cluster, client: Client, service: Service): DestinationRule | undefined {
  const rules = cluster.policies.destinationRules;
  if (rules.length === 0) return undefined;
  const host = `${service.metadata.name}.${service.metadata.namespace}.svc.cluster.local`;
  for (const namespace of new Set([
    client.namespace,
    service.metadata.namespace,
    cluster.mesh.rootNamespace,
  ])) {
    const matching = rules
      .filter((rule) => rule.metadata.namespace === namespace && isSeenBy(rule, client))
      .map((rule) => ({ rule, host: fullHost(rule) }))
      .filter((candidate) => hostMatches(candidate.host, host));
    const best = matching.toSorted((a, b) => specificity(b.host) - specificity(a.host))[0];
    if (best === undefined) continue;
    return mergeRules(matching.filter(({ host: same }) => same === best.host).map(({ rule }) => rule));
  }
  return undefined;
}

/** Of rules for one host, oldest first: one for this workload, else the first with a traffic policy, as istiod merges those for all workloads. */
function mergeRules(rules: readonly DestinationRule[]): DestinationRule | undefined {
  return (
    rules.find(({ spec }) => spec.workloadSelector !== undefined) ??
    rules.find(({ spec }) => spec.trafficPolicy !== undefined) ??
    rules[0]
  );
}

/** A rule with a workloadSelector is for those pods of its own namespace; any other goes where it is exported. */
function isSeenBy(rule: DestinationRule, client: Client): boolean {
  const { exportTo, workloadSelector } = rule.spec;
  const own = rule.metadata.namespace === client.namespace;
  if (workloadSelector !== undefined) return own && hasLabels(client.labels, workloadSelector);
  return own || exportTo.length === 0 || exportTo.includes('*') || exportTo.includes(client.namespace);
}

/** Short names are of the rule's own namespace. */
function fullHost(rule: DestinationRule): string {
  const { host } = rule.spec;
  return host.includes('.') || host.startsWith('*')
    ? host
    : `${host}.${rule.metadata.namespace}.svc.cluster.local`;
}

function hostMatches(pattern: string, host: string): boolean {
  return pattern.startsWith('*') ? host.endsWith(pattern.slice(1)) : pattern === host;
}

function specificity(host: string): number {
  return host.startsWith('*') ? host.length : host.length + 1000;
}

/** The mode of a port's own settings, which inherit nothing from the level above, or of the host. */
function tlsModeOf(
  rule: DestinationRule,
  port: number,
): { readonly mode: ClientTlsMode; readonly reference: PolicyReference } | undefined {
  const policy = rule.spec.trafficPolicy;
  if (policy === undefined) return undefined;
  const ofPort = policy.portLevel.has(port);
  const mode = ofPort ? policy.portLevel.get(port) : policy.mode;
  if (mode === undefined) return undefined;
  const path = ['spec', 'trafficPolicy', ...(ofPort ? ['portLevelSettings'] : ['tls', 'mode'])];
  return { mode, reference: { policy: rule, path, action: mode } };
}
