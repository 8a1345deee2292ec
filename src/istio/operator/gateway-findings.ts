import { componentKinds, textOf } from './components.ts';
import { fieldOf } from './decode.ts';
import type { PlanFacts } from './findings.ts';
import { isMap, type TreeMap, valueAt } from './tree.ts';
import type { OperatorFinding, PlannedRelease } from './types.ts';
import { servicePorts } from './validate.ts';

/** Findings of ingress and egress gateways. */
export function gatewayFindings({ user, whole, releases }: PlanFacts): readonly OperatorFinding[] {
  const gateways = releases.flatMap((release): readonly Gateway[] => {
    const kind = componentKinds.find(({ name }) => name === release.component);
    if (kind?.gateway === undefined) return [];
    const list = valueAt(whole, 'spec', 'components', kind.field);
    const given = Array.isArray(list) ? list[release.index ?? 0] : undefined;
    const path = ['spec', 'components', kind.field, release.index ?? 0];
    return [{ release, key: kind.gateway.key, given: isMap(given) ? given : {}, path }];
  });
  return [
    ...gateways.flatMap(nameless),
    ...sameName(gateways),
    ...gateways.flatMap((gateway) => switchedBack(gateway, whole)),
    ...gateways.flatMap((gateway) => writtenOver(gateway, user)),
  ];
}

interface Gateway {
  readonly release: PlannedRelease;
  /** In `values.gateways`. */
  readonly key: string;
  readonly given: TreeMap;
  readonly path: readonly (string | number)[];
}

function nameless({ given, path, key }: Gateway): readonly OperatorFinding[] {
  if (textOf(given, 'name') !== '') return [];
  return [
    {
      code: 'PC3435',
      severity: 'error',
      message: `${place(path)} has no name, and neither have its objects: a list of gateways takes the place of the profile's, names and all`,
      path,
      help: `Write name: ${key} into the element.`,
    },
  ];
}

function sameName(gateways: readonly Gateway[]): readonly OperatorFinding[] {
  return gateways.flatMap(({ given, path, release }, i): readonly OperatorFinding[] => {
    const name = textOf(given, 'name');
    const first = gateways
      .slice(0, i)
      .find((other) => textOf(other.given, 'name') === name && other.release.namespace === release.namespace);
    if (first === undefined || name === '') return [];
    return [
      {
        code: 'PC3435',
        severity: 'error',
        message: `${place(path)} and ${place(first.path)} are both named ${name} in namespace ${release.namespace}: the objects of the one are written over those of the other`,
        path: [...path, 'name'],
        help: 'Give each gateway of a namespace a name of its own.',
      },
    ];
  });
}

/** `values.gateways.KEY.enabled: true` installs every gateway of the list, whatever its own `enabled` says. */
function switchedBack({ given, path, key }: Gateway, whole: TreeMap): readonly OperatorFinding[] {
  const own = fieldOf(given, 'enabled');
  if (own !== false || valueAt(whole, 'spec', 'values', 'gateways', key, 'enabled') !== true) return [];
  return [
    {
      code: 'PC3433',
      severity: 'warning',
      message: `${place(path)}.enabled: false has no effect: values.gateways.${key}.enabled: true installs it all the same`,
      path: [...path, 'enabled'],
      help: `Take values.gateways.${key}.enabled out.`,
    },
  ];
}

/** Name, labels and ports of a gateway go over those of the values. */
function writtenOver({ given, path, key }: Gateway, user: TreeMap): readonly OperatorFinding[] {
  const values = valueAt(user, 'spec', 'values', 'gateways', key);
  if (!isMap(values)) return [];
  const fields: readonly (readonly [value: string, by: string, counts: boolean])[] = [
    ['name', 'name', true],
    ['labels', 'label', true],
    ['ports', 'k8s.service.ports', servicePorts(given).length > 0],
  ];
  return fields.flatMap(([value, by, counts]): readonly OperatorFinding[] => {
    if (!counts || values[value] === undefined) return [];
    return [
      {
        code: 'PC3433',
        severity: 'warning',
        message: `values.gateways.${key}.${value} has no effect: ${place(path)}.${by} goes over it, said or not`,
        path: ['spec', 'values', 'gateways', key, value],
        help: `Write it as ${by} of the gateway.`,
      },
    ];
  });
}

/** `components.ingressGateways[0]` */
function place([, ...path]: readonly (string | number)[]): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${step}`))
    .join('');
}
