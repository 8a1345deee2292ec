import type { IstioVersion } from '../components/index.ts';
import { type TreeMap, textAt } from './tree.ts';
import type { ComponentName, Owner } from './types.ts';

/** Labels by which istioctl knows its objects again. Source: operator/pkg/manifest/name.go. */
export const operatorLabels = {
  managed: 'operator.istio.io/managed',
  version: 'operator.istio.io/version',
  component: 'operator.istio.io/component',
  owner: 'install.operator.istio.io/owning-resource',
  ownerNamespace: 'install.operator.istio.io/owning-resource-namespace',
  revision: 'istio.io/rev',
} as const;

/** Whom istioctl names as owner of what this input installs. */
export function ownerOf(whole: TreeMap): Owner {
  return {
    name: textAt(whole, 'metadata', 'name'),
    namespace: textAt(whole, 'metadata', 'namespace'),
    revision: textAt(whole, 'spec', 'values', 'revision') || 'default',
  };
}

/**
 * The labels that `istioctl install` writes on every object of a component before it applies it, over those of the chart; `istioctl manifest generate` writes
 * none of them. A component that is left out gives the labels that all objects of the installation share.
 * Source: getOwnerLabels of operator/pkg/install.
 */
export function installLabels(
  owner: Owner,
  version: IstioVersion,
  component?: ComponentName,
): Readonly<Record<string, string>> {
  return {
    [operatorLabels.managed]: 'Reconcile',
    [operatorLabels.version]: version.text,
    ...(owner.name !== '' && { [operatorLabels.owner]: owner.name }),
    ...(owner.namespace !== '' && { [operatorLabels.ownerNamespace]: owner.namespace }),
    [operatorLabels.revision]: owner.revision,
    ...(component !== undefined && { [operatorLabels.component]: component }),
  };
}
