import { type Component, memberOf } from '../components/index.ts';

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

/** A gateway between networks. */
export function isEastWest({ networkGateway }: Component): boolean {
  return networkGateway !== undefined && networkGateway !== '';
}

/** True for the charts of gateways. */
export function isGatewayChart({ release }: Component): boolean {
  return ['gateway', 'istio-ingress', 'istio-egress'].includes(release.chart);
}

/** How clients come to a gateway: with a node's address in place of theirs, with their own, or from within the cluster, as its Service is of type ClusterIP. */
export type WayIn = 'by nodes' | 'own address' | 'inside';

/** How clients come: what the values say of the gateway's Service. */
export function wayIn({ release }: Component): WayIn {
  const { chart, values } = release;
  const service =
    chart === 'gateway'
      ? memberOf(values, 'service')
      : memberOf(memberOf(values, 'gateways'), `${chart}gateway`);
  if (memberOf(service, 'type') === 'ClusterIP') return 'inside';
  return memberOf(service, 'externalTrafficPolicy') === 'Local' ? 'own address' : 'by nodes';
}
