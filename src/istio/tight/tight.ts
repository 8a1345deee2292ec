import { type LabelSelector, listWords } from '../../model/index.ts';
import { isEgressByName, isGatewayChart, roleOf } from '../check/index.ts';
import type { Component, ComponentFinding } from '../components/index.ts';
import { type Context, contextOf } from './context.ts';
import { findingsOf } from './findings.ts';
import { gatewayEgressOf, gatewayIngress } from './gateways.ts';
import { istiodEgress, istiodIngress } from './istiod.ts';
import {
  aboutNamespace,
  gatewayNameLabel,
  namespaceEgress,
  namespaceIngress,
  namespaceSelector,
} from './namespaces.ts';
import { cniEgress, cniIngress, ztunnelEgress, ztunnelIngress } from './node-agents.ts';
import { managedGatewayEgress, managedGatewayIngress, waypointEgress, waypointIngress } from './targets.ts';
import type { TightInput, TightPolicy, TightRule, TightTarget } from './types.ts';

/** What came of it. */
export interface Tight {
  readonly policies: readonly TightPolicy[];
  readonly findings: readonly ComponentFinding[];
}

/**
 * Least-privilege NetworkPolicies for Istio's components and for what Istio has none for, both directions, one rule for each flow with its reason. What is not known stays open
 * on just its port, with a note and a finding; nothing is guessed. Source: Istio, Application Requirements; the charts' own ports and probes.
 */
export function tightPolicies(input: TightInput): Tight {
  const context = contextOf(input);
  const policies = [
    ...context.made.map((component) => policyOf(context, component)),
    ...context.targets.map((target) => policyOfTarget(context, target)),
  ];
  const named = withOwnNames(policies);
  return { policies: named, findings: findingsOf(context, named) };
}

/** Two that have one name would be one policy once they are applied: the second gets a number. */
function withOwnNames(policies: readonly TightPolicy[]): readonly TightPolicy[] {
  const taken = new Set<string>();
  return policies.map((policy) => {
    let name = policy.name;
    for (let i = 2; taken.has(`${policy.namespace}/${name}`); i++) name = `${policy.name}-${i}`;
    taken.add(`${policy.namespace}/${name}`);
    return { ...policy, name };
  });
}

const additive =
  "Policies add up: beside Istio's own, which lets anybody in, this one tightens nothing. Turn that off (global.networkPolicy.enabled=false) and delete what is left of it.";

function policyOf(context: Context, component: Component): TightPolicy {
  const { name, namespace, selector, release } = component;
  return {
    subject: `${release.chart} ${namespace}/${name}`,
    of: 'component',
    name: `${name}-tight`,
    namespace,
    labels: labelsFor(release.chart),
    selector: { matchLabels: selector },
    about: [...aboutComponent(component), ...aboutFound(context, component), additive],
    ...rulesOf(context, component),
  };
}

/** Where it was found, and where its ports are from. */
function aboutFound({ found }: Context, component: Component): readonly string[] {
  const own = found.get(component);
  if (own === undefined) return [];
  const ports =
    own.services.length === 0
      ? 'no Service selects it, so its ports are not known and all stay open; give its Service with -f'
      : `its ports are those of ${listWords(own.services)}`;
  return [
    `Found in the cluster (${own.place}), no release of this run${isGatewayChart(component) ? `; ${ports}` : ''}.`,
  ];
}

interface Rules {
  readonly ingress: readonly TightRule[];
  readonly egress: readonly TightRule[];
}

function rulesOf(context: Context, component: Component): Rules {
  const { chart } = component.release;
  if (chart === 'istiod') return { ingress: istiodIngress(context), egress: istiodEgress(context) };
  if (chart === 'istio-cni') return { ingress: cniIngress(context), egress: cniEgress(context) };
  if (chart === 'ztunnel') return { ingress: ztunnelIngress(context), egress: ztunnelEgress(context) };
  return { ingress: gatewayIngress(context, component), egress: gatewayEgressOf(context, component) };
}

function aboutComponent(component: Component): readonly string[] {
  const { name, namespace, release } = component;
  if (release.chart === 'istiod')
    return [
      `istiod of namespace ${namespace}: only who needs it, and only what it needs.`,
      'Left out on purpose: 15010 (plaintext XDS, nobody needs it), 15011 (nothing listens there), 9876 (localhost only).',
    ];
  if (release.chart === 'istio-cni')
    return [`istio-cni of namespace ${namespace}: metrics and probes in, the API server out.`];
  if (release.chart === 'ztunnel')
    return [
      `ztunnel of namespace ${namespace}: metrics and probes in, istiod out.`,
      "What it carries does not pass here: 15001, 15006, 15008 and 15053 are sockets in the pods' own network namespaces, and policies of those pods count.",
    ];
  const role = roleOf(component);
  return [
    `Gateway ${name} of namespace ${namespace} (${role === 'east-west' ? `between networks, ${component.networkGateway}` : role}).`,
    ...(isEgressByName(component)
      ? ['By its name it is taken for an egress gateway: only the mesh comes to it.']
      : []),
    notHere('gateway'),
  ];
}

/** What a proxy connects to that nobody sees in charts. */
function notHere(proxy: string): string {
  return `Not here: collectors of traces, external authorizers, rate limiting and registries of WebAssembly modules; add a rule for what this ${proxy} uses.`;
}

function policyOfTarget(context: Context, target: TightTarget): TightPolicy {
  if (target.kind === 'namespace')
    return {
      subject: `namespace ${target.name}`,
      of: 'target',
      name: 'istio-mesh-baseline',
      namespace: target.name,
      labels: labelsFor('mesh-baseline'),
      selector: namespaceSelector(context, target),
      about: aboutNamespace(target),
      ingress: namespaceIngress(context, target),
      egress: namespaceEgress(context, target),
    };
  const { kind, namespace, name } = target;
  const selector: LabelSelector = { matchLabels: { [gatewayNameLabel]: name } };
  const base = {
    subject: `${kind} ${namespace}/${name}`,
    of: 'target' as const,
    name: `${kind}-${name}-tight`,
    namespace,
    labels: labelsFor(kind),
    selector,
  };
  return kind === 'waypoint'
    ? {
        ...base,
        about: [
          `Waypoint ${name} of namespace ${namespace}. Istio has no NetworkPolicy for waypoints.`,
          notHere('waypoint'),
        ],
        ingress: waypointIngress(context),
        egress: waypointEgress(context),
      }
    : {
        ...base,
        about: [
          `Gateway ${name} of namespace ${namespace}, which istiod runs. Istio has no NetworkPolicy for gateways of the Gateway API.`,
          ...(target.listeners === undefined
            ? ['Its listeners are not known, so all of its ports stay open; give the Gateway with -f.']
            : [`Ports of its listeners: ${listWords(target.listeners.map(({ port }) => String(port)))}.`]),
          notHere('gateway'),
        ],
        ingress: managedGatewayIngress(context, target),
        egress: managedGatewayEgress(context, target),
      };
}

/** Labels of our own: nothing that istioctl or Helm take for theirs. */
function labelsFor(component: string): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/managed-by': 'portcullis', 'app.kubernetes.io/component': component };
}
