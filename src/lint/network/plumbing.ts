import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import {
  describeObject,
  labelOf,
  type NetworkPolicy,
  type Protocol,
  podEndpoint,
  type Request,
  type Severity,
  type Verdict,
} from '../../model/index.ts';
import { rulesOf, selectNetworkPolicies } from '../../policy/network/index.ts';
import { decide } from '../../verdict/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Witness } from '../types.ts';
import { listWorkloads, namespacesWithPods, oneOfEach, podsIn } from './pods.ts';
import { isDeniedBy } from './rules.ts';
import { dnsPod, istiodPod, type SystemPod, withSystemPod } from './system-pods.ts';

/** Something that pods cannot do without, and a pod of it: given, or as its usual installation makes it. */
interface Need {
  readonly code: string;
  readonly severity: Severity;
  readonly pod: ClusterPod;
  readonly cluster: Cluster;
  /** Undefined where the pod is given. */
  readonly assumed: string | undefined;
  readonly port: number;
  readonly protocol: Protocol;
  readonly needs: (pod: ClusterPod, policies: readonly NetworkPolicy[]) => boolean;
  readonly message: (who: string) => string;
  readonly help: string;
}

/** PC3011: egress policies without DNS; PC3012: those of pods with a sidecar without istiod. */
export const plumbing: LintRule = {
  codes: ['PC3011', 'PC3012'],
  *check(context: LintContext): Iterable<Finding> {
    const needs = [
      dnsNeed(context.cluster),
      ...longAnswersNeed(context.cluster),
      silentNeed(context.cluster),
      istiodNeed(context.cluster),
    ];
    for (const namespace of namespacesWithPods(context.cluster)) {
      const policies = context.cluster.policies.network.get(namespace) ?? [];
      if (policies.every((policy) => rulesOf(policy, 'egress') === undefined)) continue;
      for (const need of needs) yield* checkNamespace(context, need, namespace, policies);
    }
  },
};

function dnsNeed(cluster: Cluster): Need {
  const given = podsIn(cluster, dnsPod.namespace).find(
    ({ labels }) => labelOf(labels, 'k8s-app') === 'kube-dns',
  );
  return {
    ...sought(cluster, given, dnsPod, 'with the DNS of kube-system as kubeadm installs it'),
    code: 'PC3011',
    severity: 'warning',
    protocol: 'UDP',
    port: given?.ports.find(({ protocol }) => protocol === 'UDP')?.containerPort ?? dnsPod.port,
    needs: (_, policies) => opensSomething(policies) && (given !== undefined || !namesDns(policies)),
    message: (who) => `${who} cannot ask DNS: no egress rule opens UDP 53 to the DNS of the cluster`,
    help: 'Without DNS no name is found, a Service of the cluster included. Allow UDP and TCP 53 to the pods labelled k8s-app: kube-dns in kube-system.',
  };
}

/** An answer that is too long for a packet is asked for again over TCP. Told only of the DNS that is given, and where UDP is open. */
function longAnswersNeed(cluster: Cluster): readonly Need[] {
  const udp = dnsNeed(cluster);
  const tcp = udp.pod.ports.find(({ protocol }) => protocol === 'TCP');
  if (udp.assumed !== undefined || tcp === undefined) return [];
  const isAsked = (pod: ClusterPod): boolean =>
    decide(cluster, requestFrom(pod, udp)).steps.every(({ outcome }) => outcome !== 'deny');
  return [
    {
      ...udp,
      severity: 'info',
      protocol: 'TCP',
      port: tcp.containerPort,
      needs: (pod, policies) => udp.needs(pod, policies) && isAsked(pod),
      message: (who) => `${who} can ask DNS over UDP and not over TCP`,
      help: 'Answers that are too long for a packet are asked for again over TCP, and fail. Allow TCP 53 beside UDP 53.',
    },
  ];
}

/** Pods that may send nothing may be meant so, or wait for the rules of their traffic; DNS is the first that these lack. */
function silentNeed(cluster: Cluster): Need {
  return {
    ...dnsNeed(cluster),
    severity: 'info',
    needs: (_, policies) => !opensSomething(policies),
    message: (who) => `${who} cannot ask DNS: no egress rule opens anything`,
    help: 'Pods that are to send nothing need no names. Others need UDP and TCP 53 to the pods labelled k8s-app: kube-dns in kube-system beside the rules for their traffic.',
  };
}

function requestFrom(pod: ClusterPod, need: Pick<Need, 'pod' | 'port' | 'protocol'>): Request {
  const { port, protocol } = need;
  return { source: podEndpoint(pod), destination: podEndpoint(need.pod), port, protocol, complete: true };
}

function istiodNeed(cluster: Cluster): Need {
  const { rootNamespace } = cluster.mesh;
  const given = podsIn(cluster, rootNamespace).find(({ labels }) => labelOf(labels, 'app') === 'istiod');
  return {
    ...sought(
      cluster,
      given,
      istiodPod(rootNamespace),
      `with istiod in ${rootNamespace} as its chart installs it`,
    ),
    code: 'PC3012',
    severity: 'warning',
    protocol: 'TCP',
    port: 15012,
    needs: isSelfManaged,
    message: (who) => `${who} cannot reach istiod: no egress rule opens TCP 15012 to its pods`,
    help: `Its proxy gets neither certificate nor configuration and never becomes ready. Allow TCP 15012 to the pods labelled app: istiod in ${rootNamespace}, and DNS, by which they are found.`,
  };
}

function sought(
  cluster: Cluster,
  given: ClusterPod | undefined,
  usual: SystemPod,
  assumed: string,
): Pick<Need, 'pod' | 'cluster' | 'assumed'> {
  if (given !== undefined) return { pod: given, cluster, assumed: undefined };
  const changed = withSystemPod(cluster, usual);
  return { pod: changed.pods.get(`${usual.namespace}/${usual.name}`)!, cluster: changed, assumed };
}

/** A proxy in the pod's own network looks for istiod itself, by name. A pod of the ambient mesh has none: ztunnel does it elsewhere. */
function isSelfManaged({ membership }: ClusterPod): boolean {
  return membership.kind !== 'none' && membership.kind !== 'ambient';
}

/** Of pods that may send nothing at all, silentNeed tells. */
function opensSomething(policies: readonly NetworkPolicy[]): boolean {
  return policies.some((policy) => (rulesOf(policy, 'egress') ?? []).length > 0);
}

/** Somebody has thought of DNS; where the DNS is not given, nobody can tell whether these are its pods. */
function namesDns(policies: readonly NetworkPolicy[]): boolean {
  return policies.some((policy) =>
    (rulesOf(policy, 'egress') ?? []).some((rule) =>
      rule.ports?.some(
        ({ protocol, numbers }) =>
          protocol === 'UDP' &&
          numbers !== 'any' &&
          ('name' in numbers || [53, 5353].some((port) => numbers.first <= port && port <= numbers.last)),
      ),
    ),
  );
}

/** Pods of one namespace with the same policies have one finding. */
function* checkNamespace(
  context: LintContext,
  need: Need,
  namespace: string,
  all: readonly NetworkPolicy[],
): Iterable<Finding> {
  const closed: {
    readonly pod: ClusterPod;
    readonly policies: readonly NetworkPolicy[];
    readonly request: Request;
  }[] = [];
  for (const pod of oneOfEach(podsIn(context.cluster, namespace))) {
    const policies = selectNetworkPolicies(all, pod.view, 'egress');
    if (policies.length === 0 || pod.key === need.pod.key || !need.needs(pod, policies)) continue;
    const request = requestFrom(pod, need);
    if (isClosed(decide(need.cluster, request))) closed.push({ pod, policies, request });
  }
  const groups = Map.groupBy(closed, ({ policies }) =>
    policies.map(({ metadata }) => metadata.name).join(' '),
  );
  for (const group of groups.values()) {
    const { policies, request } = group[0]!;
    yield describe(
      context,
      need,
      group.map(({ pod }) => pod),
      policies,
      request,
    );
  }
}

function isClosed(verdict: Verdict): boolean {
  return verdict.outcome === 'deny' && isDeniedBy(verdict, 'egress');
}

function describe(
  context: LintContext,
  need: Need,
  pods: readonly ClusterPod[],
  policies: readonly NetworkPolicy[],
  request: Request,
): Finding {
  const policy = policies.find(({ spec }) => (spec.egress ?? []).length > 0) ?? policies[0]!;
  const field = policy.spec.egress === undefined ? 'policyTypes' : 'egress';
  const witness: Witness =
    need.assumed === undefined
      ? context.witness(request)
      : { request, outcome: decide(need.cluster, request).outcome, under: need.assumed };
  const others = policies.filter((other) => other !== policy);
  return {
    code: need.code,
    severity: need.severity,
    message: `${describeObject(policy)}: ${need.message(listWorkloads(pods))}`,
    object: policy,
    path: ['spec', field],
    ...(others.length > 0 && {
      related: others.map((object) => ({
        message: 'also isolates',
        object,
        path: ['metadata', 'name'],
      })),
    }),
    help: need.help,
    proof: { kind: 'witness', witnesses: [witness] },
  };
}
