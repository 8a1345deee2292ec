import type { NetworkPolicyPort } from '../../model/index.ts';
import type { Component } from '../components/index.ts';
import { type Answer, certain } from './answers.ts';
import { type Context, isEastWest, memberOf } from './context.ts';
import {
  type Doors,
  eastWestIngress,
  envoyMetrics,
  externalRules,
  gatewayEgress,
  healthPort,
  meshIngress,
  otherNetworkRules,
  publicIngress,
  upstreamRules,
} from './gateway-rules.ts';
import { forwardedPorts, podsOfComponent } from './istiod.ts';
import { ruleOf, tcp } from './rules.ts';
import type { TightRule } from './types.ts';

/** What a gateway is there for. */
export type GatewayRole = 'ingress' | 'egress' | 'east-west';

/** A gateway's role: the chart says it, or `networkGateway`; Helm's gateway chart leaves the rest to names. */
export function roleOf(component: Component): GatewayRole {
  if (isEastWest(component)) return 'east-west';
  const { chart } = component.release;
  if (chart !== 'gateway') return chart === 'istio-egress' ? 'egress' : 'ingress';
  return isEgressByName(component) ? 'egress' : 'ingress';
}

/** Helm's gateway chart installs ingress and egress gateways alike; names tell them apart. */
export function isEgressByName(component: Component): boolean {
  if (component.release.chart !== 'gateway' || isEastWest(component)) return false;
  return [component.name, ...Object.values(component.selector)].some((name) => /(^|-)egress/.test(name));
}

/** Who comes to a gateway. */
export function gatewayIngress(context: Context, component: Component): readonly TightRule[] {
  const doors = doorsOf(component);
  const role = roleOf(component);
  const own =
    role === 'ingress'
      ? publicIngress(context, doors, keepsClientAddress(component))
      : role === 'egress'
        ? meshIngress(context, doors)
        : eastWestIngress(context, doors);
  return [...own, ...envoyMetrics(context)];
}

/** What a gateway connects to. */
export function gatewayEgressOf(context: Context, component: Component): readonly TightRule[] {
  const role = roleOf(component);
  const always = gatewayEgress(context);
  if (role === 'egress') return [...always, ...externalRules(context)];
  const remote = role === 'ingress' ? otherNetworkRules(context) : exposedIstiod(context, component);
  return [...always, ...upstreamRules(context), ...remote];
}

/** An east-west gateway hands webhook calls on to istiod; configuration goes to the port that it uses itself. */
function exposedIstiod(context: Context, component: Component): readonly TightRule[] {
  const ports = forwardedPorts(component).filter((port) => port !== 15012);
  return ruleOf(context, {
    peers: context.istiod,
    ports: tcp(...ports),
    why: "Webhook calls of the other clusters' API servers, which come through this gateway",
    without: 'no pod of a remote cluster gets a sidecar.',
  });
}

function doorsOf({ listeners }: Component): Doors {
  const ports = listeners
    .filter(({ targetPort, protocol }) => Number(targetPort) !== healthPort || protocol !== 'TCP')
    .map(({ targetPort, protocol }): NetworkPolicyPort => ({ protocol, port: targetPort }));
  const distinct = [...new Map(ports.map((port) => [JSON.stringify(port), port])).values()];
  return { ports: distinct, health: true };
}

/** `externalTrafficPolicy: Local` of the gateway's Service, where the values say it. */
function keepsClientAddress({ release }: Component): boolean {
  const { chart, values } = release;
  const service =
    chart === 'gateway'
      ? memberOf(values, 'service')
      : memberOf(memberOf(values, 'gateways'), `${chart}gateway`);
  return memberOf(service, 'externalTrafficPolicy') === 'Local';
}

/** Pods of every gateway among the components, as peers. */
export function gatewayPods(context: Context): Answer {
  const gateways = context.components.filter(({ release }) =>
    ['gateway', 'istio-ingress', 'istio-egress'].includes(release.chart),
  );
  return certain(gateways.map(podsOfComponent));
}
