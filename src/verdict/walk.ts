import type { Cluster } from '../cluster/index.ts';
import type { Endpoint, Fact, Outcome, Reason, Request, Step, Symptom } from '../model/index.ts';
import { type End, packetEnds, resolveEnd } from './ends.ts';
import { enforce } from './enforce.ts';
import { type Leg, legsOf, type Target, waypointFacts } from './legs.ts';
import { type Hop, networkStep } from './network.ts';
import { resolveDestination } from './resolve.ts';
import { sendersSeen, sourceNatFact } from './source-nat.ts';
import { symptomOfDrop } from './symptom.ts';

/** A request taken through every layer once, with what was known: the outcome, its steps, and the facts that were missing. */
export interface Walk {
  readonly outcome: Outcome;
  readonly steps: readonly Step[];
  readonly decidedBy: Step;
  readonly symptom: Symptom | undefined;
  readonly facts: readonly Fact[];
}

interface Passage {
  readonly steps: readonly Step[];
  /** What the caller sees where `step` denies; in the order of the steps. */
  readonly symptoms: ReadonlyMap<Step, Symptom>;
}

/**
 * Walks a request in packet order: Service, then for each connection on its way the sender's egress tiers, the receiver's ingress tiers, and the proxy or ztunnel
 * that receives it. The first deny settles it, and later layers are walked all the same, to say what they would have done.
 * Where several endpoints stand behind a Service and they differ, the outcome is unknown.
 */
export function walk(cluster: Cluster, request: Request): Walk {
  const source = resolveEnd(cluster, request.source);
  const resolution = resolveDestination(cluster, request);
  if (resolution.targets.length === 0) {
    const { step, symptom } = resolution;
    return conclude([step], symptom === undefined ? new Map() : new Map([[step, symptom]]));
  }
  const walks = distinctTargets(resolution.targets, source).map((target) => {
    const [first, other] = sendersSeen(cluster, source, target).map((sender) =>
      walkTo(cluster, request, sender, target, resolution.step),
    );
    if (other === undefined || first!.outcome === 'unknown' || first!.outcome === other.outcome)
      return first!;
    return {
      ...first!,
      outcome: 'unknown' as const,
      symptom: undefined,
      facts: [sourceNatFact(source, target)],
    };
  });
  return walks.length === 1 ? walks[0]! : combine(resolution.targets, walks);
}

/**
 * Takes one packet straight from end to end through the network tiers alone: no Service, no proxy, no tunnel. What a request says beyond its ends, its port (a number) and its
 * protocol is not looked at.
 */
export function walkConnection(cluster: Cluster, request: Request): Walk {
  const source = resolveEnd(cluster, request.source);
  const destination = resolveEnd(cluster, request.destination as Endpoint);
  const [from, to] = packetEnds(source, destination);
  const packet = { source: from, destination: to, port: request.port as number, protocol: request.protocol };
  const hop = { source, destination, packet, viaService: false };
  return conclude([networkStep(cluster, 'egress', hop), networkStep(cluster, 'ingress', hop)], new Map());
}

function walkTo(cluster: Cluster, request: Request, source: End, target: Target, service: Step): Walk {
  const unsure = unsureOfMesh(cluster, source, target);
  const { steps, symptoms } = passageTo(cluster, request, source, target);
  const all = [service, ...unsure, ...steps];
  return unsure.length > 0 ? concludeUnsure(all, unsure) : conclude(all, symptoms);
}

/** Replicas of one owner whose addresses nobody gave can't be told apart by any policy; one of them stands for all, but for the sender itself. */
function distinctTargets(targets: readonly Target[], source: End): readonly Target[] {
  if (targets.length === 1) return targets;
  const seen = new Set<string>();
  return targets.filter(({ end, port }) => {
    const owner = end.pod?.owner;
    if (owner === undefined || end.addresses.length > 0 || end.pod!.object.kind === 'Pod') return true;
    if (end.pod!.key === source.pod?.key) return true;
    const key = `${owner.kind}/${owner.name}/${port}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

function combine(targets: readonly Target[], walks: readonly Walk[]): Walk {
  const outcomes = new Set(walks.map((each) => each.outcome));
  const shown =
    walks.find((each) => each.outcome === 'unknown') ??
    walks.find((each) => each.outcome === 'deny') ??
    walks[0]!;
  if (outcomes.size === 1 && !outcomes.has('unknown')) return shown;
  const facts = walks.flatMap((each) => each.facts);
  if (outcomes.size === 1) return { ...shown, facts };
  const named = targets.slice(0, 3).map((target) => target.end.label);
  const more = targets.length - named.length;
  const detail = [...named, ...(more > 0 ? [`${more} others`] : [])].join(', ');
  const choice: Fact = { kind: 'implementation', topic: 'endpoint choice', detail };
  if (outcomes.has('unknown')) return { ...shown, facts: [...facts, choice] };
  const [service, ...others] = shown.steps;
  const because: Reason = { kind: 'missing facts', facts: [choice] };
  const decidedBy: Step = { ...service!, outcome: 'unknown', because };
  return {
    outcome: 'unknown',
    steps: [decidedBy, ...others],
    decidedBy,
    symptom: undefined,
    facts: [...facts, choice],
  };
}

function passageTo(cluster: Cluster, request: Request, source: End, target: Target): Passage {
  const steps: Step[] = [];
  const symptoms = new Map<Step, Symptom>();
  const legs = legsOf(cluster, request, source, target);
  // A pod that names itself means its own address, although others would reach it through its Service; a headless Service is a name for just that.
  const headless = target.service?.spec.clusterIPs.includes('None') === true;
  const viaService = target.service !== undefined && !headless && request.destination.kind !== 'pod';
  for (const leg of legs) {
    const hop = hopOf(leg, target, viaService);
    for (const direction of ['egress', 'ingress'] as const) {
      const step = networkStep(cluster, direction, hop);
      steps.push(step);
      if (step.outcome === 'deny') symptoms.set(step, symptomOfDrop(cluster, leg, request, target));
    }
    const enforced = enforce(cluster, request, leg, target);
    for (const { step, symptom } of enforced) {
      steps.push(step);
      if (symptom !== undefined) symptoms.set(step, symptom);
    }
  }
  return { steps, symptoms };
}

function hopOf(leg: Leg, target: Target, viaService: boolean): Hop {
  const [source, destination] = packetEnds(leg.from, leg.to);
  const packet = { source, destination, port: leg.wirePort, protocol: target.protocol };
  return { source: leg.from, destination: leg.to, packet, viaService };
}

/** What is not known of the ends' places in the mesh: it decides by which connections the request travels. */
function unsureOfMesh(cluster: Cluster, source: End, target: Target): readonly Step[] {
  if (target.protocol !== 'TCP') return [];
  const steps: Step[] = [];
  const add = (end: End, facts: readonly Fact[] | undefined): void => {
    if (facts === undefined || facts.length === 0) return;
    const at = { kind: 'node', pod: end.label } as const;
    const because: Reason = { kind: 'missing facts', facts };
    steps.push({ layer: 'mutual TLS', at, outcome: 'unknown', because });
  };
  for (const end of [source, target.end]) if (!end.host) add(end, end.pod?.membership.facts);
  add(target.end, waypointFacts(cluster, source, target));
  return steps;
}

/** Where the connections themselves are not known, not even a denial is certain: another way might not meet it. */
function concludeUnsure(steps: readonly Step[], unsure: readonly Step[]): Walk {
  const facts = factsIn(steps.filter((step) => step.outcome === 'unknown'));
  return { outcome: 'unknown', steps, decidedBy: unsure[0]!, symptom: undefined, facts };
}

function factsIn(unsure: readonly Step[]): readonly Fact[] {
  return unsure.flatMap(({ because }) =>
    because.kind === 'missing facts' ? because.facts : factsOf(because),
  );
}

/** The first deny settles a request whatever else is unknown: every layer has to let it pass. */
function conclude(steps: readonly Step[], symptoms: ReadonlyMap<Step, Symptom>): Walk {
  const deny = steps.findIndex((step) => step.outcome === 'deny');
  if (deny >= 0) {
    const decidedBy = steps[deny]!;
    const later = steps.map((step, i) =>
      i > deny && step.outcome === 'deny' ? { ...step, afterDecision: true } : step,
    );
    const certain = !steps.slice(0, deny).some((step) => step.outcome === 'unknown');
    const symptom = certain ? symptoms.get(decidedBy) : undefined;
    return { outcome: 'deny', steps: later, decidedBy, symptom, facts: [] };
  }
  const unsure = steps.filter((step) => step.outcome === 'unknown');
  if (unsure.length > 0) {
    const facts = factsIn(unsure);
    return { outcome: 'unknown', steps, decidedBy: unsure[0]!, symptom: undefined, facts };
  }
  return {
    outcome: 'allow',
    steps,
    decidedBy: settlingStep(steps),
    symptom: { kind: 'response' },
    facts: [],
  };
}

function factsOf(because: Reason): readonly Fact[] {
  return because.kind === 'authorizer' ? [{ kind: 'authorizer answer', provider: because.provider }] : [];
}

/** Of the layers that let a request pass, the last one in which a rule says so; else the last that had a say. */
function settlingStep(steps: readonly Step[]): Step {
  // AUDIT only takes note: it never settles anything.
  const passing = steps.filter((step) => step.outcome === 'allow' && step.filter !== 'AUDIT');
  return passing.findLast((step) => step.because.kind === 'matched rule') ?? passing.at(-1) ?? steps.at(-1)!;
}
