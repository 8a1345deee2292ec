import type { Chart } from '../components/index.ts';
import { fieldOf } from './decode.ts';
import { panic } from './stop.ts';
import { isMap, mapAt, type Tree, type TreeMap, textAt, valueAt } from './tree.ts';
import type { ComponentName } from './types.ts';

/** A component of istioctl. Source: AllComponents of operator/pkg/component. */
export interface ComponentKind {
  readonly name: ComponentName;
  /** The field of `spec.components`. */
  readonly field: string;
  readonly chart: Chart;
  /** Whether it is installed where `spec.components` does not have it. */
  readonly byDefault: boolean;
  /** A list of gateways; `key` is theirs in `values.gateways`. */
  readonly gateway?: { readonly key: string };
}

export const componentKinds: readonly ComponentKind[] = [
  { name: 'Pilot', field: 'pilot', chart: 'istiod', byDefault: true },
  {
    name: 'IngressGateways',
    field: 'ingressGateways',
    chart: 'istio-ingress',
    byDefault: true,
    gateway: { key: 'istio-ingressgateway' },
  },
  {
    name: 'EgressGateways',
    field: 'egressGateways',
    chart: 'istio-egress',
    byDefault: false,
    gateway: { key: 'istio-egressgateway' },
  },
  { name: 'Cni', field: 'cni', chart: 'istio-cni', byDefault: false },
  { name: 'Ztunnel', field: 'ztunnel', chart: 'ztunnel', byDefault: false },
];

/** A component that is installed. */
export interface ComponentSpec {
  readonly kind: ComponentKind;
  /** The namespace of its release; '' where istioctl gives none. */
  readonly namespace: string;
  /** What `spec.components` says of it; undefined where it says nothing. */
  readonly given?: TreeMap;
  /** Of gateways: the place in their list. */
  readonly index?: number;
}

/**
 * The components of one kind that are installed: by `enabled` (a missing one counts as true), by default, or by `values.gateways.….enabled: true`, which no
 * `enabled: false` overrides.
 * Source: Component.Get of operator/pkg/component.
 * @throws OperatorStop where istioctl panics
 */
export function installed(kind: ComponentKind, whole: TreeMap): readonly ComponentSpec[] {
  const namespace = textAt(whole, 'metadata', 'namespace');
  const byValues =
    kind.gateway !== undefined &&
    valueAt(whole, 'spec', 'values', 'gateways', kind.gateway.key, 'enabled') === true;
  const unsaid = kind.byDefault || byValues ? [{ kind, namespace }] : [];
  const isOn = (given: TreeMap): boolean => byValues || (fieldOf(given, 'enabled') ?? true) === true;
  const specOf = (given: TreeMap): ComponentSpec => ({
    kind,
    namespace: textOf(given, 'namespace') || namespace || 'istio-system',
    given,
  });
  if (kind.gateway === undefined) {
    const given = mapAt(whole, 'spec', 'components', kind.field);
    if (given === undefined) return unsaid;
    return isOn(given) ? [specOf(given)] : [];
  }
  const list = valueAt(whole, 'spec', 'components', kind.field);
  if (list === undefined) return unsaid;
  return gatewayList(list, kind).flatMap((given, index) =>
    isOn(given) ? [{ ...specOf(given), index }] : [],
  );
}

function gatewayList(list: Tree, { field }: ComponentKind): readonly TreeMap[] {
  const path = ['spec', 'components', field];
  if (!Array.isArray(list)) {
    return panic('interface conversion: interface {} is nil, not []interface {}', {
      help: `Write components.${field}: [] for no gateway at all, not null.`,
      path,
    });
  }
  return list.map((given, i) => {
    if (isMap(given)) return given;
    return panic('runtime error: invalid memory address or nil pointer dereference', {
      help: `An element of components.${field} is empty: give it a name, or take it out.`,
      path: [...path, i],
    });
  });
}

/** A text field as Go decodes it; '' where it is missing. */
export function textOf(map: TreeMap, field: string): string {
  const value = fieldOf(map, field);
  return typeof value === 'string' ? value : '';
}
