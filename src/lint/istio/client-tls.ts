import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import {
  type DestinationRule,
  describeObject,
  hasLabels,
  podEndpoint,
  type Request,
  type Service,
} from '../../model/index.ts';
import { decide } from '../../verdict/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import { plainRequest } from '../requests.ts';
import type { Finding, Witness } from '../types.ts';
import { clientsOf } from './clients.ts';
import { serviceHost, serviceHosts } from './service-hosts.ts';
import { isRefusedByIstio } from './witnesses.ts';

/**
 * DestinationRules whose TLS mode breaks a connection: the server does not take what the client sends (PC3268), or the identity is gone that a policy asks
 * for (PC3270). Each is shown by a request that passes without the rule.
 */
export const clientTls: LintRule = {
  codes: ['PC3268', 'PC3270'],
  *check(context) {
    for (const rule of context.cluster.policies.destinationRules) {
      if (setsMode(rule)) yield* checkRule(context, rule);
    }
  },
};

function setsMode({ spec: { trafficPolicy } }: DestinationRule): boolean {
  if (trafficPolicy === undefined) return false;
  return (
    trafficPolicy.mode !== undefined ||
    [...trafficPolicy.portLevel.values()].some((mode) => mode !== undefined)
  );
}

/** Services of a wildcard host, and clients of each, that are asked about at most. */
const mostServices = 100;
const mostClients = 4;

function* checkRule(context: LintContext, rule: DestinationRule): Iterable<Finding> {
  const { cluster } = context;
  const without = withoutRule(cluster, rule);
  const clients = clientsWith(cluster, rule);
  const told = new Set<string>();
  for (const service of servicesOf(cluster, rule).slice(0, mostServices)) {
    for (const request of requestsTo(context, service, clients)) {
      const verdict = context.decide(request);
      if (!isRefusedByIstio(verdict)) continue;
      const code = verdict.decidedBy.because.kind === 'tls' ? 'PC3268' : 'PC3270';
      if (told.has(code) || decide(without, request).outcome !== 'allow') continue;
      told.add(code);
      const witness = context.witness(request, 'with this rule');
      const other: Witness = { request, outcome: 'allow', under: 'without this rule' };
      yield describe(rule, code, service, [witness, other], modeOf(rule, request));
    }
    if (told.size === 2) return;
  }
}

function describe(
  rule: DestinationRule,
  code: 'PC3268' | 'PC3270',
  { metadata }: Service,
  witnesses: readonly [Witness, Witness],
  mode: string,
): Finding {
  const host = `${metadata.namespace}/${metadata.name}`;
  const object = describeObject(rule);
  const common = {
    code,
    object: rule,
    path: ['spec', 'trafficPolicy'],
    proof: { kind: 'witness', witnesses },
  } as const;
  if (code === 'PC3268') {
    return {
      ...common,
      severity: 'error',
      message: `${object}: clients send ${mode} to ${host}, whose proxy does not take it`,
      help: 'Drop tls here (Istio then chooses by itself), or make mode and PeerAuthentication agree: ISTIO_MUTUAL with STRICT or PERMISSIVE, DISABLE with DISABLE or PERMISSIVE.',
    };
  }
  return {
    ...common,
    severity: 'warning',
    message: `${object}: clients send ${mode} to ${host} and so lose the identity that its policies ask for`,
    help: 'Drop tls here (Istio then chooses mutual TLS by itself), or write ISTIO_MUTUAL.',
  };
}

function modeOf({ spec: { trafficPolicy } }: DestinationRule, { port }: Request): string {
  const mode = trafficPolicy!.portLevel.get(port as number) ?? trafficPolicy!.mode;
  return mode === 'DISABLE'
    ? 'plain text (DISABLE)'
    : mode === 'ISTIO_MUTUAL'
      ? 'mutual TLS (ISTIO_MUTUAL)'
      : `TLS (${mode})`;
}

function withoutRule(cluster: Cluster, rule: DestinationRule): Cluster {
  const destinationRules = cluster.policies.destinationRules.filter((each) => each !== rule);
  return { ...cluster, policies: { ...cluster.policies, destinationRules } };
}

function servicesOf(cluster: Cluster, { spec: { host }, metadata }: DestinationRule): readonly Service[] {
  if (host.startsWith('*')) {
    return [...serviceHosts(cluster)]
      .filter(([full]) => full.endsWith(host.slice(1)))
      .map(([, service]) => service);
  }
  const full = host.includes('.') ? host : serviceHost(metadata.namespace, host);
  const service = serviceHosts(cluster).get(full);
  return service === undefined ? [] : [service];
}

/** Clients whose proxies follow the rule: of its own namespace first. */
function clientsWith(cluster: Cluster, { metadata, spec }: DestinationRule): readonly ClusterPod[] {
  const sidecars = [...clientsOf(cluster).inMesh.values()].filter(
    ({ membership }) => membership.kind === 'sidecar',
  );
  const { namespace } = metadata;
  const own = sidecars.filter((pod) => pod.namespace === namespace);
  if (spec.workloadSelector !== undefined)
    return own.filter(({ labels }) => hasLabels(labels, spec.workloadSelector!));
  return [...own, ...sidecars.filter((pod) => pod.namespace !== namespace)];
}

function* requestsTo(
  { cluster }: LintContext,
  { metadata, spec }: Service,
  clients: readonly ClusterPod[],
): Iterable<Request> {
  const { namespace, name } = metadata;
  const others = clients.filter((pod) => !pod.services.some((service) => service.metadata === metadata));
  const near = others.filter((pod) => pod.namespace === namespace);
  for (const { port, protocol } of spec.ports.filter((each) => each.protocol === 'TCP')) {
    for (const pod of new Set([...others.slice(0, mostClients), ...near.slice(0, mostClients)])) {
      const destination = { kind: 'service', namespace, name } as const;
      yield plainRequest(cluster, podEndpoint(pod), destination, port, protocol);
    }
  }
}
