import {
  authorizationPoliciesFor,
  type Cluster,
  type ClusterPod,
  type PolicyTarget,
  portProtocolOf,
  servicePortFor,
} from '../cluster/index.ts';
import type {
  Connection,
  EnforcementPoint,
  Fact,
  KindedObject,
  Reason,
  Request,
  ShadowResult,
  Step,
  Symptom,
  Transport,
} from '../model/index.ts';
import { effectiveMode } from '../policy/peer-authentication/index.ts';
import { addressPair, isFromOwnNode } from './ends.ts';
import type { Leg, Target } from './legs.ts';
import { judgeAtProxy } from './proxy.ts';
import type { Inbound } from './proxy-types.ts';
import { symptomOfReset } from './symptom.ts';
import { couldLift, unreadProxyPolicies } from './unread.ts';
import { judgeAtZtunnel } from './ztunnel.ts';

/** A step of the receiving end, and what the caller sees if it is the one that denies. */
export interface EnforcedStep {
  readonly step: Step;
  readonly symptom?: Symptom;
}

/** Asks whoever receives a connection: a sidecar, gateway or waypoint, a ztunnel, or nobody. */
export function enforce(
  cluster: Cluster,
  request: Request,
  leg: Leg,
  target: Target,
): readonly EnforcedStep[] {
  if (target.protocol !== 'TCP') return [];
  const steps = judgeArrival(cluster, request, leg, target);
  const named = steps.map((each) => ({ ...each, step: withAddressFacts(each.step, leg) }));
  return withUnread(cluster, leg, target, named);
}

function judgeArrival(cluster: Cluster, request: Request, leg: Leg, target: Target): readonly EnforcedStep[] {
  const pod = leg.to.pod;
  if (pod === undefined) return [];
  // Nobody expects a proxy on the host network; what a client's proxy speaks matters there too.
  if (leg.to.host && leg.transport === 'plaintext') return [];
  if (leg.enforcedBy === undefined) return unenforced(cluster, request, leg, pod, target);
  if (leg.enforcedBy === 'ztunnel') return atZtunnel(cluster, request, leg, pod, target);
  return atProxy(cluster, request, leg, pod, target);
}

/** What could not be read makes unknown the denials that it could lift, and whatever is let through. */
function withUnread(
  cluster: Cluster,
  leg: Leg,
  target: Target,
  steps: readonly EnforcedStep[],
): readonly EnforcedStep[] {
  const unread = unreadProxyPolicies(cluster, leg, target);
  if (unread.length === 0) return steps;
  const unsure = (facts: readonly Fact[]): Reason => ({ kind: 'missing facts', facts });
  if (!steps.some(({ step }) => step.outcome === 'deny')) {
    const at = leg.to.pod === undefined ? clientOf(leg) : placeOf(leg, leg.to.pod);
    return [...steps, { step: { layer: 'authorization', at, outcome: 'unknown', because: unsure(unread) } }];
  }
  return steps.map((each) => {
    const lifting = each.step.outcome === 'deny' ? unread.filter((fact) => couldLift(fact, each.step)) : [];
    if (lifting.length === 0) return each;
    const { afterDecision: _, ...step } = each.step;
    return { step: { ...step, outcome: 'unknown', because: unsure(lifting) } };
  });
}

function clientOf(leg: Leg): EnforcementPoint {
  return { kind: 'client', name: leg.from.label };
}

function placeOf(leg: Leg, pod: ClusterPod): EnforcementPoint {
  if (leg.enforcedBy === 'waypoint') return { kind: 'waypoint', name: pod.key };
  return { kind: leg.enforcedBy ?? 'sidecar', pod: pod.key };
}

/** Nobody at the receiving end enforces Istio's policies; what a client's proxy insists on may still fail there. */
function unenforced(
  cluster: Cluster,
  request: Request,
  leg: Leg,
  pod: ClusterPod,
  target: Target,
): readonly EnforcedStep[] {
  const { membership } = pod;
  const why =
    membership.kind === 'sidecar' ? `port ${leg.port} is excluded from its sidecar` : membership.why;
  const policies = authorizationPoliciesFor(cluster, pod.policyTarget);
  const because: Reason = {
    kind: 'not in mesh',
    pod: pod.key,
    why,
    ...(policies.length === 0 ? {} : { policies }),
  };
  const at: EnforcementPoint = { kind: 'node', pod: pod.key };
  const open: EnforcedStep = { step: { layer: 'authorization', at, outcome: 'not applicable', because } };
  if (leg.transport === 'plaintext') return [open];
  const failed: Reason = {
    kind: 'tls',
    transport: leg.transport,
    mode: 'DISABLE',
    identity: undefined,
    ...(leg.client === undefined ? {} : { client: leg.client }),
    why: 'client TLS to a plaintext port',
  };
  const step: Step = { layer: 'mutual TLS', at, outcome: 'deny', because: failed };
  return [{ step, symptom: symptomOfReset(cluster, leg, request, target, step) }, open];
}

function atZtunnel(
  cluster: Cluster,
  request: Request,
  leg: Leg,
  pod: ClusterPod,
  target: Target,
): readonly EnforcedStep[] {
  const at = placeOf(leg, pod);
  const [sourceAddress, destinationAddress] = addressPair(leg.from, leg.to);
  const identity = leg.identity;
  const connection: Connection = {
    identity,
    sourceAddress,
    destinationAddress,
    destinationPort: leg.port,
    sni: undefined,
  };
  const verdict = judgeAtZtunnel(cluster, pod, connection);
  const mode = effectiveMode(cluster, pod, leg.port);
  const transport: Step = {
    layer: 'mutual TLS',
    at,
    outcome: 'allow',
    because: { kind: 'tls', transport: leg.transport, identity, ...mode },
  };
  const { DENY, ALLOW } = verdict.shadow;
  const shadow = ALLOW ?? DENY;
  const step: Step = {
    layer: 'authorization',
    at,
    outcome: verdict.outcome,
    because: verdict.because,
    ...(shadow === undefined ? {} : { shadow }),
    ...(verdict.notes.length === 0 ? {} : { notes: verdict.notes }),
  };
  const judged: EnforcedStep = {
    step: orFromOwnNode(leg, step),
    symptom: symptomOfReset(cluster, leg, request, target, step),
  };
  if (DENY === undefined || ALLOW === undefined) return [{ step: transport }, judged];
  return [{ step: transport }, { step: dryRunDenial(at, verdict.denyPolicies, DENY) }, judged];
}

/** What a pod's own node sends it (probes, above all) is marked by istio-cni and passes its ztunnel by. */
function orFromOwnNode(leg: Leg, step: Step): Step {
  const own = isFromOwnNode(leg.from, leg.to);
  if (step.outcome === 'allow' || own === false) return step;
  if (own === true) return { ...step, outcome: 'not applicable', because: { kind: 'own node' } };
  const facts = step.because.kind === 'missing facts' ? step.because.facts : [];
  return { ...step, outcome: 'unknown', because: { kind: 'missing facts', facts: [...facts, ...own.facts] } };
}

/** Where dry-run policies of both actions speak, DENY has a step of its own: no enforced policy denied, or ALLOW would not have been asked. */
function dryRunDenial(at: EnforcementPoint, policies: readonly KindedObject[], shadow: ShadowResult): Step {
  const because: Reason =
    policies.length === 0
      ? { kind: 'no policy of this action' }
      : { kind: 'isolated, nothing matched', policies, nearMisses: [] };
  return { layer: 'authorization', at, outcome: 'allow', filter: 'DENY', because, shadow };
}

function atProxy(
  cluster: Cluster,
  request: Request,
  leg: Leg,
  pod: ClusterPod,
  target: Target,
): readonly EnforcedStep[] {
  const verdict = judgeAtProxy(cluster, inboundOf(request, leg, pod, target));
  return verdict.steps.map((step) => {
    const symptom = verdict.symptoms.get(step);
    if (symptom === undefined) return { step };
    return {
      step,
      symptom:
        symptom.kind === 'connection reset' ? symptomOfReset(cluster, leg, request, target, step) : symptom,
    };
  });
}

/** A connection as the proxy of `pod`, which a leg leads to, gets it. */
export function inboundOf(request: Request, leg: Leg, pod: ClusterPod, target: Target): Inbound {
  const waypoint = leg.enforcedBy === 'waypoint';
  const [sourceAddress, destinationAddress] = addressPair(leg.from, leg.to);
  const declared = waypoint ? target.servicePort : servicePortFor(pod, leg.port, 'TCP')?.port;
  return {
    target: waypoint ? waypointTarget(pod, target) : pod.policyTarget,
    at: placeOf(leg, pod),
    destinationPort: leg.port,
    portProtocol: declared === undefined ? 'undeclared' : portProtocolOf(declared),
    destinationAddress,
    sourceAddress,
    transport: { kind: transportOf(leg, request), identity: leg.identity, client: leg.client },
    fromSidecar: isSentBySidecar(leg, target),
    request: withServerName(request, leg, target),
  };
}

/** Requests for a Service's port of HTTP are the sidecar's own when they leave the pod, no longer the application's. */
function isSentBySidecar({ acceptedBy, from }: Leg, { servicePort }: Target): boolean {
  if (acceptedBy !== 'sidecar' || from.pod?.membership.kind !== 'sidecar') return false;
  return servicePort !== undefined && portProtocolOf(servicePort) !== 'tcp';
}

/** A sidecar that speaks mutual TLS names the Service's cluster in its client hello, whatever the application sends inside. */
function withServerName(request: Request, leg: Leg, { service, servicePort }: Target): Request {
  if (leg.transport !== 'mutual TLS' || leg.acceptedBy !== 'sidecar' || service === undefined) return request;
  const { namespace, name } = service.metadata;
  const sni = `outbound_.${servicePort!.port}_._.${name}.${namespace}.svc.cluster.local`;
  return { ...request, sni };
}

/** A client that speaks TLS itself, with no proxy of its own to wrap it, comes with TLS that is not the mesh's. */
function transportOf(leg: Leg, request: Request): Transport {
  return leg.transport === 'plaintext' && request.http === undefined && typeof request.sni === 'string'
    ? 'TLS'
    : leg.transport;
}

/** A waypoint judges a request by the policies of the Service that it was sent to. */
function waypointTarget(pod: ClusterPod, target: Target): PolicyTarget {
  if (target.service === undefined) return pod.policyTarget;
  const { namespace, name } = target.service.metadata;
  return { ...pod.policyTarget, services: [{ registry: 'Kubernetes', namespace, name }] };
}

/** Proxies know addresses as `source address` and `destination address`; here they are those of pods, which can be filled in. */
function withAddressFacts(step: Step, leg: Leg): Step {
  if (step.because.kind !== 'missing facts') return step;
  const facts = step.because.facts.map((fact): Fact => {
    if (fact.kind !== 'request') return fact;
    const end =
      fact.field === 'source address' ? leg.from : fact.field === 'destination address' ? leg.to : undefined;
    if (end === undefined) return fact;
    const { patterns } = fact;
    return end.pod === undefined
      ? { kind: 'external address', host: end.label, patterns }
      : { kind: 'pod address', pod: end.pod.key, patterns };
  });
  return { ...step, because: { ...step.because, facts } };
}
