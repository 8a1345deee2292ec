import {
  authorizationPoliciesFor,
  type Cluster,
  type ClusterPod,
  type PolicyTarget,
  podsOf,
  portProtocolOf,
  servicePortFor,
  waypointGatewayFor,
} from '../../cluster/index.ts';
import { type AuthorizationPolicy, labelOf, type Service, type ServicePort } from '../../model/index.ts';
import { ztunnelPoliciesFor } from '../../policy/authorization/index.ts';
import type { Inbound } from '../../verdict/index.ts';
import { type PodGroup, podGroups } from './pod-groups.ts';

/**
 * One proxy, ztunnel or waypoint and what it judges by. `none`: pods that nothing of Istio's guards for certain; `unsure`: pods of which nobody knows. A waypoint
 * is a site for each Service that it stands before.
 */
export interface Site {
  readonly kind: 'sidecar' | 'gateway' | 'ztunnel' | 'waypoint' | 'none' | 'unsure';
  /** `shop/web`; of a waypoint the Service's. */
  readonly label: string;
  /** Of a waypoint: the waypoint's. */
  readonly pod: ClusterPod;
  readonly target: PolicyTarget;
  /** Of a waypoint: the Service that it stands before. */
  readonly service: Service | undefined;
  /** AuthorizationPolicies that are in force there, each action; of `none` and `unsure` those that would be in a sidecar. */
  readonly policies: readonly AuthorizationPolicy[];
  /** TCP ports that are known there, in ascending order: as the proxy sees them. */
  readonly ports: readonly SitePort[];
}

export interface SitePort {
  readonly number: number;
  readonly protocol: Inbound['portProtocol'];
  /** The Service port that leads to it; undefined for one that only a container declares. */
  readonly servicePort: ServicePort | undefined;
  readonly service: Service | undefined;
}

interface SiteIndex {
  readonly sites: readonly Site[];
  readonly byPolicy: ReadonlyMap<AuthorizationPolicy, readonly Site[]>;
}

const known = new WeakMap<Cluster, SiteIndex>();

/** Every site of a cluster; worked out once. */
export function sitesOf(cluster: Cluster): readonly Site[] {
  return indexOf(cluster).sites;
}

/** The sites where a policy is in force (or, of pods outside the mesh, would be). */
export function sitesWith(cluster: Cluster, policy: AuthorizationPolicy): readonly Site[] {
  return indexOf(cluster).byPolicy.get(policy) ?? [];
}

/** True where an Envoy judges: it sees HTTP where the port's protocol lets it. */
export function isProxy({ kind }: Site): boolean {
  return kind === 'sidecar' || kind === 'gateway' || kind === 'waypoint';
}

function indexOf(cluster: Cluster): SiteIndex {
  const found = known.get(cluster) ?? buildIndex(cluster);
  known.set(cluster, found);
  return found;
}

function buildIndex(cluster: Cluster): SiteIndex {
  const sites = [
    ...podGroups(cluster).flatMap((group) => siteOfPods(cluster, group)),
    ...waypointSites(cluster),
  ];
  const byPolicy = new Map<AuthorizationPolicy, Site[]>();
  for (const site of sites) {
    for (const policy of site.policies) {
      const list = byPolicy.get(policy);
      if (list === undefined) byPolicy.set(policy, [site]);
      else list.push(site);
    }
  }
  return { sites, byPolicy };
}

function siteOfPods(cluster: Cluster, { pod, label }: PodGroup): readonly Site[] {
  const kind = kindOf(pod);
  if (kind === undefined) return [];
  const policies =
    kind === 'ztunnel'
      ? ztunnelPoliciesFor(cluster, pod).map(({ object }) => object as AuthorizationPolicy)
      : authorizationPoliciesFor(cluster, pod.policyTarget);
  return [{ kind, label, pod, target: pod.policyTarget, service: undefined, policies, ports: portsOf(pod) }];
}

/** undefined for waypoints, which have sites of their own, and for pods on the host network, which Istio never guards. */
function kindOf(pod: ClusterPod): Site['kind'] | undefined {
  if (pod.hostNetwork) return undefined;
  const { kind, facts } = pod.membership;
  if (facts !== undefined && facts.length > 0) return 'unsure';
  if (kind === 'waypoint') return undefined;
  if (kind === 'ambient') return 'ztunnel';
  return isGatewayProxy(pod) ? 'gateway' : kind;
}

/** True for a pod that is nothing but a proxy: an ingress or egress gateway, which no PeerAuthentication governs. */
function isGatewayProxy({ membership, annotations, enrolment }: ClusterPod): boolean {
  if (membership.kind === 'gateway') return true;
  if (membership.kind !== 'sidecar') return false;
  const templates = labelOf(annotations, 'inject.istio.io/templates')?.split(',') ?? [];
  return (
    templates.some((name) => name.trim() === 'gateway') ||
    enrolment.containers.every(({ name }) => name === 'istio-proxy')
  );
}

/** Ports that containers declare or Services lead to, each as `verdict/` takes it. */
function portsOf(pod: ClusterPod): readonly SitePort[] {
  const declared = pod.ports.filter(({ protocol }) => protocol === 'TCP').map((port) => port.containerPort);
  const targets = pod.services.flatMap(({ spec }) =>
    spec.ports.filter(({ protocol }) => protocol === 'TCP').map((port) => targetOf(pod, port)),
  );
  const numbers = new Set([...declared, ...targets].filter((port) => port !== undefined));
  return [...numbers]
    .sort((a, b) => a - b)
    .map((number) => {
      const found = servicePortFor(pod, number, 'TCP');
      const protocol = found === undefined ? 'undeclared' : portProtocolOf(found.port);
      return { number, protocol, servicePort: found?.port, service: found?.service };
    });
}

/** The container port that a Service port leads to in a pod; undefined where the pod declares no port of that name. */
export function targetOf(
  pod: ClusterPod,
  { port, targetPort = port, protocol }: ServicePort,
): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  return pod.ports.find((each) => each.name === targetPort && each.protocol === protocol)?.containerPort;
}

function waypointSites(cluster: Cluster): readonly Site[] {
  if (cluster.waypointPods.size === 0) return [];
  const sites: Site[] = [];
  for (const service of cluster.services.values()) {
    const { namespace, name, labels } = service.metadata;
    const gateway = waypointGatewayFor(cluster, labels, namespace, 'service');
    const key = gateway && cluster.waypointPods.get(`${gateway.metadata.namespace}/${gateway.metadata.name}`);
    const pod = key === undefined ? undefined : cluster.pods.get(key);
    if (pod === undefined || !podsOf(cluster, namespace, name).some(isInAmbient)) continue;
    const target = {
      ...pod.policyTarget,
      services: [{ registry: 'Kubernetes' as const, namespace, name }],
    };
    const policies = authorizationPoliciesFor(cluster, target);
    sites.push({
      kind: 'waypoint',
      label: `${namespace}/${name}`,
      pod,
      target,
      service,
      policies,
      ports: service.spec.ports
        .filter(({ protocol }) => protocol === 'TCP')
        .map((port) => ({ number: port.port, protocol: portProtocolOf(port), servicePort: port, service })),
    });
  }
  return sites;
}

/** A waypoint leads to whatever its Service has, but nobody but ambient clients goes by way of it. */
function isInAmbient({ membership }: ClusterPod): boolean {
  return membership.kind === 'ambient' || membership.kind === 'sidecar';
}

/** The pods that a waypoint's site leads to. */
export function podsBehind(cluster: Cluster, { service }: Site): readonly ClusterPod[] {
  if (service === undefined) return [];
  const { namespace, name } = service.metadata;
  return podsOf(cluster, namespace, name);
}
