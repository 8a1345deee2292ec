import { type GoMap, isSet, valueAt } from './go-values.ts';

/** Whether the pods of istio-cni share the network of their node, by the merged values of their chart. */
export function sharesHostNetwork(values: GoMap): boolean {
  return (
    isSet(valueAt(values, ['ambient', 'enabled'])) &&
    isSet(valueAt(values, ['ambient', 'shareHostNetworkNamespace']))
  );
}
