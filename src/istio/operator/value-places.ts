import type { FieldPath } from '../../model/index.ts';
import { componentKinds } from './components.ts';
import type { PlannedRelease } from './types.ts';

/**
 * Where in an IstioOperator a value of a chart can come from, the place that counts first: name, labels and ports of a gateway from its component, values of ztunnel
 * from below `ztunnel`, all others from `spec.values`.
 */
export function operatorPlaces(
  { component, index }: Pick<PlannedRelease, 'component' | 'index'>,
  path: FieldPath,
): readonly FieldPath[] {
  const whole: FieldPath = ['spec', 'values', ...path];
  if (component === 'Ztunnel')
    return path[0] === 'global' ? [whole] : [['spec', 'values', 'ztunnel', ...path], whole];
  const kind = componentKinds.find(({ name }) => name === component);
  const [group, key, field, ...rest] = path;
  const own = kind?.gateway === undefined ? undefined : fields.get(String(field));
  if (own === undefined || group !== 'gateways' || key !== kind!.gateway!.key || index === undefined)
    return [whole];
  return [['spec', 'components', kind!.field, index, ...own, ...rest], whole];
}

/** What istioctl writes into the values of a gateway, and where it takes it from. */
const fields: ReadonlyMap<string, FieldPath> = new Map([
  ['name', ['name']],
  ['labels', ['label']],
  ['ports', ['k8s', 'service', 'ports']],
]);
