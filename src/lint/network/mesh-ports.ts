import type { ClusterPod } from '../../cluster/index.ts';
import {
  describeObject,
  labelOf,
  type NetworkPolicy,
  podEndpoint,
  type Request,
  type Verdict,
} from '../../model/index.ts';
import { rulesOf, selectNetworkPolicies } from '../../policy/network/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import { plainRequest } from '../requests.ts';
import type { Finding } from '../types.ts';
import { listWorkloads, namespacesWithPods, oneOfEach, podsIn } from './pods.ts';
import { outsideAddress } from './rule-requests.ts';
import { isDeniedBy, opensTcpPort } from './rules.ts';

/** Where a pod with a sidecar gives out its metrics and the application's, merged. */
const metricsPort = 15020;
const healthPort = 15021;

/** PC3013: ports of a proxy that others have to reach, closed by ingress policies: metrics of pods that ask to be scraped, the health of a gateway. */
export const meshPorts: LintRule = {
  codes: ['PC3013'],
  *check(context: LintContext): Iterable<Finding> {
    const scraper = findScraper(context);
    for (const namespace of namespacesWithPods(context.cluster)) {
      const all = context.cluster.policies.network.get(namespace) ?? [];
      if (all.length === 0) continue;
      yield* checkMetrics(context, namespace, all, scraper);
      yield* checkGateways(context, namespace, all);
    }
  },
};

/** A Prometheus among the pods. */
function findScraper({ cluster }: LintContext): ClusterPod | undefined {
  for (const pod of cluster.pods.values()) {
    const name = labelOf(pod.labels, 'app.kubernetes.io/name') ?? labelOf(pod.labels, 'app');
    if (name === 'prometheus') return pod;
  }
  return undefined;
}

function* checkMetrics(
  context: LintContext,
  namespace: string,
  all: readonly NetworkPolicy[],
  scraper: ClusterPod | undefined,
): Iterable<Finding> {
  const hasAdminPolicies = context.cluster.policies.admin.length > 0;
  const closed = oneOfEach(podsIn(context.cluster, namespace)).flatMap((pod) => {
    if (!isScraped(pod)) return [];
    const policies = selectNetworkPolicies(all, pod.view, 'ingress');
    if (policies.length === 0) return [];
    if (scraper === undefined && (opensFor(policies, metricsPort) || hasAdminPolicies)) return [];
    const source = scraper === undefined ? undefined : podEndpoint(scraper);
    const request = plainRequest(
      context.cluster,
      source ?? { kind: 'address', address: outsideAddress },
      podEndpoint(pod),
      metricsPort,
    );
    return isClosed(context.decide(request)) ? [{ pod, policies, request }] : [];
  });
  const groups = Map.groupBy(closed, ({ policies }) =>
    policies.map(({ metadata }) => metadata.name).join(' '),
  );
  for (const group of groups.values()) {
    const { policies, request } = group[0]!;
    const policy = policies.find(({ spec }) => (spec.ingress ?? []).length > 0) ?? policies[0]!;
    const who = listWorkloads(group.map(({ pod }) => pod));
    yield {
      code: 'PC3013',
      severity: scraper === undefined ? 'info' : 'warning',
      message: `${describeObject(policy)}: the metrics of ${who} cannot be scraped: no ingress rule opens TCP ${metricsPort}${scraper === undefined ? '' : ` to ${scraper.key}`}`,
      object: policy,
      path: ['spec', policy.spec.ingress === undefined ? 'podSelector' : 'ingress'],
      help: `Where a sidecar is injected, Istio moves the scrape of an annotated pod to port ${metricsPort}. Open it to Prometheus (and 15090 if Envoy's own metrics are scraped too).`,
      proof: {
        kind: 'witness',
        witnesses: [
          context.witness(request, scraper === undefined ? 'as from anywhere but its own node' : undefined),
        ],
      },
    };
  }
}

/** It asks to be scraped, and Istio merges its metrics with the proxy's. */
function isScraped({ membership, annotations }: ClusterPod): boolean {
  return (
    membership.kind === 'sidecar' &&
    labelOf(annotations, 'prometheus.io/scrape') === 'true' &&
    labelOf(annotations, 'prometheus.istio.io/merge-metrics') !== 'false'
  );
}

function opensFor(policies: readonly NetworkPolicy[], port: number): boolean {
  return policies.some((policy) =>
    (rulesOf(policy, 'ingress') ?? []).some((rule) => opensTcpPort(rule, port)),
  );
}

function isClosed(verdict: Verdict): boolean {
  return verdict.outcome === 'deny' && isDeniedBy(verdict, 'ingress');
}

/** A load balancer asks a gateway for its health on 15021, where the gateway's Service has that port. */
function* checkGateways(
  context: LintContext,
  namespace: string,
  all: readonly NetworkPolicy[],
): Iterable<Finding> {
  for (const pod of oneOfEach(podsIn(context.cluster, namespace))) {
    const service = pod.services.find(
      ({ spec }) => spec.type === 'LoadBalancer' && spec.ports.some(({ port }) => port === healthPort),
    );
    const policies = selectNetworkPolicies(all, pod.view, 'ingress');
    if (service === undefined || policies.length === 0) continue;
    const request: Request = {
      source: { kind: 'address', address: outsideAddress },
      destination: { kind: 'service', namespace, name: service.metadata.name },
      port: healthPort,
      protocol: 'TCP',
      complete: true,
    };
    if (!isClosed(context.decide(request))) continue;
    const policy = policies[0]!;
    yield {
      code: 'PC3013',
      severity: 'warning',
      message: `${describeObject(policy)}: a load balancer cannot ask ${pod.key} for its health: no ingress rule opens TCP ${healthPort} to it`,
      object: policy,
      path: ['spec', policy.spec.ingress === undefined ? 'podSelector' : 'ingress'],
      related: [{ message: 'the Service with the port', object: service, path: ['spec', 'ports'] }],
      help: `Open ${healthPort} to the addresses of the load balancer, or to all.`,
      proof: { kind: 'witness', witnesses: [context.witness(request)] },
    };
  }
}
