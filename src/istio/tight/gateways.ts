import type { NetworkPolicyPort } from '../../model/index.ts';
import { isGatewayChart, roleOf, wayIn } from '../check/index.ts';
import type { Component } from '../components/index.ts';
import { type Answer, certain } from './answers.ts';
import type { Context } from './context.ts';
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

/** Who comes to a gateway. */
export function gatewayIngress(context: Context, component: Component): readonly TightRule[] {
  const doors = doorsOf(context, component);
  const role = roleOf(component);
  const own =
    role === 'ingress'
      ? publicIngress(context, doors, wayIn(component))
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
  return [...always, ...upstreamRules(context, role === 'ingress' ? 'in' : 'between networks'), ...remote];
}

/** An east-west gateway hands webhook calls on to istiod; configuration goes to the port that it uses itself. */
function exposedIstiod(context: Context, component: Component): readonly TightRule[] {
  return exposedIstiodRules(
    context,
    forwardedPorts(component).filter((port) => port !== 15012),
  );
}

/** To ports of istiod that a gateway exposes. */
export function exposedIstiodRules(context: Context, ports: readonly number[]): readonly TightRule[] {
  return ruleOf(context, {
    peers: context.istiod,
    ports: tcp(...ports),
    why: "Webhook calls of the other clusters' API servers, which come through this gateway",
    without: 'no pod of a remote cluster gets a sidecar.',
  });
}

/** Ports of a gateway's pods that others come to: those of its listeners. */
export function doorsOf({ found }: Context, component: Component): Doors {
  if (found.get(component)?.services.length === 0) return { ports: 'any', health: true };
  const { listeners } = component;
  const ports = listeners
    .filter(({ targetPort, protocol }) => Number(targetPort) !== healthPort || protocol !== 'TCP')
    .map(({ targetPort, protocol }): NetworkPolicyPort => ({ protocol, port: targetPort }));
  const distinct = [...new Map(ports.map((port) => [JSON.stringify(port), port])).values()];
  return { ports: distinct, health: true };
}

/** Pods of every gateway among the components that leads into the mesh, as peers. */
export function gatewayPods(context: Context): Answer {
  const leadsIn = (component: Component): boolean =>
    isGatewayChart(component) && roleOf(component) !== 'egress';
  return certain(context.components.filter(leadsIn).map(podsOfComponent));
}
