import type { LabelSelector } from '../../model/index.ts';
import type { DataPlane } from '../components/index.ts';
import { dnsRules } from './common.ts';
import type { Context } from './context.ts';
import { mayBeIn } from './planes.ts';
import {
  ambientProbes,
  sidecarEgress,
  sidecarIngress,
  sidecarTunnelIngress,
  tunnelEgress,
  tunnelIngress,
} from './targets.ts';
import type { NamespaceTarget, TightRule } from './types.ts';

/** The label that istiod puts on pods of Gateways. */
export const gatewayNameLabel = 'gateway.networking.k8s.io/gateway-name';

const both: readonly DataPlane[] = ['sidecar', 'ambient'];

/** Who comes to an application's pods on behalf of the mesh. */
export function namespaceIngress(context: Context, { modes = both }: NamespaceTarget): readonly TightRule[] {
  const hasSidecars = modes.includes('sidecar');
  const isAmbient = modes.includes('ambient');
  return [
    ...(isAmbient
      ? tunnelIngress(
          context,
          'Connections of the mesh arrive in a tunnel on 15008, whatever port of the application they are for; which ports are open to whom, an AuthorizationPolicy says',
          'connections from ambient pods, waypoints and gateways time out.',
          hasSidecarsAbout(context) ? [sidecarsToAmbient] : [],
        )
      : []),
    ...(!isAmbient && context.ambient ? sidecarTunnelIngress(context) : []),
    ...(isAmbient ? ambientProbes(context) : []),
    ...(hasSidecars ? sidecarIngress(context) : []),
  ];
}

const sidecarsToAmbient =
  "Sidecars come by the tunnel where istiod has PILOT_ENABLE_SENDING_HBONE (profile ambient); else on the application's own port, which your policies have to open";

/** Nobody said that the whole mesh is ambient. */
function hasSidecarsAbout({ around }: Context): boolean {
  return around.mesh?.some((peer) => mayBeIn('sidecar', peer)) !== false;
}

/** What an application's pods connect to on behalf of the mesh. */
export function namespaceEgress(context: Context, { modes = both }: NamespaceTarget): readonly TightRule[] {
  const hasSidecars = modes.includes('sidecar');
  const isAmbient = modes.includes('ambient');
  return [
    ...dnsRules(
      context,
      hasSidecars
        ? 'sidecars look up istiod, and the application everything else'
        : 'the application looks up names, from its own address even where ztunnel answers',
    ),
    ...(hasSidecars ? sidecarEgress(context) : []),
    ...(isAmbient || context.ambient ? tunnelEgress(context, isAmbient) : []),
  ];
}

/** All pods of the namespace but gateways and waypoints, which have policies of their own. */
export function namespaceSelector(context: Context, { name }: NamespaceTarget): LabelSelector {
  const own = context.components.filter(({ namespace }) => namespace === name);
  const expressions = own.flatMap(({ selector }) => {
    const key = 'istio' in selector ? 'istio' : Object.keys(selector)[0];
    return key === undefined ? [] : [{ key, operator: 'NotIn' as const, values: [selector[key]!] }];
  });
  return { matchExpressions: [{ key: gatewayNameLabel, operator: 'DoesNotExist' }, ...expressions] };
}

/** What to know of the policy of a namespace. */
export function aboutNamespace({ name, modes, declares, unguarded }: NamespaceTarget): readonly string[] {
  const planes =
    modes === undefined ? 'in the mesh one way or the other (not known which)' : modes.join(' and ');
  return [
    `Pods of namespace ${name}, ${planes}: what the mesh needs under default deny, and nothing of the application.`,
    'Who may call the application, and whom it may call, is not here: add policies of your own for that (policies add up).',
    ...(declares.length === 0 ? [] : [`Its pods declare these ports: ${declares.join('; ')}.`]),
    ...(modes?.includes('sidecar') === false
      ? []
      : [
          'With sidecars, policies see the ports of the pods (container ports), of callers and of those called.',
        ]),
    ...(unguarded.length === 0
      ? []
      : [
          `Some of its pods are under no policy for ${unguarded.join(' and ')} today: applying this one isolates them, so apply the application's own policies first.`,
        ]),
  ];
}
