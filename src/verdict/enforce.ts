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
  Reason,
  Request,
  Step,
  Symptom,
  Transport,
} from '../model/index.ts';
import { effectiveMode } from '../policy/peer-authentication/index.ts';
import { addressPair } from './ends.ts';
import type { Leg, Target } from './legs.ts';
import { judgeAtProxy } from './proxy.ts';
import { symptomOfReset } from './symptom.ts';
import { unreadProxyPolicies } from './unread.ts';
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
  const pod = leg.to.pod;
  if (pod === undefined || leg.to.host || target.protocol !== 'TCP') return [];
  if (leg.enforcedBy === undefined) return unenforced(cluster, request, leg, pod);
  const steps =
    leg.enforcedBy === 'ztunnel'
      ? atZtunnel(cluster, request, leg, pod)
      : atProxy(cluster, request, leg, pod, target);
  const named = steps.map((each) => ({ ...each, step: withAddressFacts(each.step, leg) }));
  const unread = unreadProxyPolicies(cluster, pod);
  if (unread.length === 0) return named;
  const because: Reason = { kind: 'missing facts', facts: unread };
  return [...named, { step: { layer: 'authorization', at: placeOf(leg, pod), outcome: 'unknown', because } }];
}

function placeOf(leg: Leg, pod: ClusterPod): EnforcementPoint {
  if (leg.enforcedBy === 'waypoint') return { kind: 'waypoint', name: pod.key };
  return { kind: leg.enforcedBy ?? 'sidecar', pod: pod.key };
}

/** Nobody at the receiving end enforces Istio's policies; what a client's proxy insists on may still fail there. */
function unenforced(cluster: Cluster, request: Request, leg: Leg, pod: ClusterPod): readonly EnforcedStep[] {
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
  if (leg.transport === 'plaintext' || leg.client === undefined) return [open];
  const failed: Reason = {
    kind: 'tls',
    transport: leg.transport,
    mode: 'DISABLE',
    identity: undefined,
    client: leg.client,
    why: 'client TLS to a plaintext port',
  };
  const step: Step = { layer: 'mutual TLS', at, outcome: 'deny', because: failed };
  return [{ step, symptom: symptomOfReset(leg, request) }, open];
}

function atZtunnel(cluster: Cluster, request: Request, leg: Leg, pod: ClusterPod): readonly EnforcedStep[] {
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
  const shadow = verdict.shadow.DENY ?? verdict.shadow.ALLOW;
  const step: Step = {
    layer: 'authorization',
    at,
    outcome: verdict.outcome,
    because: verdict.because,
    ...(shadow === undefined ? {} : { shadow }),
  };
  return [{ step: transport }, { step, symptom: symptomOfReset(leg, request) }];
}

function atProxy(
  cluster: Cluster,
  request: Request,
  leg: Leg,
  pod: ClusterPod,
  target: Target,
): readonly EnforcedStep[] {
  const waypoint = leg.enforcedBy === 'waypoint';
  const [sourceAddress, destinationAddress] = addressPair(leg.from, leg.to);
  const declared = waypoint ? target.servicePort : servicePortFor(pod, leg.port, 'TCP')?.port;
  const verdict = judgeAtProxy(cluster, {
    target: waypoint ? waypointTarget(pod, target) : pod.policyTarget,
    at: placeOf(leg, pod),
    destinationPort: leg.port,
    portProtocol: declared === undefined ? 'undeclared' : portProtocolOf(declared),
    destinationAddress,
    sourceAddress,
    transport: { kind: transportOf(leg, request), identity: leg.identity, client: leg.client },
    request,
  });
  return verdict.steps.map((step) => {
    const symptom = verdict.symptoms.get(step);
    if (symptom === undefined) return { step };
    return { step, symptom: symptom.kind === 'connection reset' ? symptomOfReset(leg, request) : symptom };
  });
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
