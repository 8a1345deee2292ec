import type { Cluster } from '../../cluster/index.ts';
import { dnsLabelErrors, subdomainErrors, suggestName } from '../../manifest/index.ts';
import { labelOf } from '../../model/index.ts';
import { gatewayNameLabel } from './namespaces.ts';
import { targetOfGateway, targetOfNamespace } from './targets-from.ts';
import type { TightTarget } from './types.ts';

/** A target as it is named: `gateway/NAMESPACE/NAME`, `waypoint/NAMESPACE/NAME`, `namespace/NAME`. */
export interface TargetName {
  readonly kind: TightTarget['kind'];
  /** That of a namespace is its own name. */
  readonly namespace: string;
  readonly name: string;
}

/** What is wrong with a text that should name a target, and what to write. */
export interface TargetFault {
  readonly fault: string;
  readonly help: string;
}

const forms = {
  gateway: 'gateway/NAMESPACE/NAME',
  waypoint: 'waypoint/NAMESPACE/NAME',
  namespace: 'namespace/NAME',
} as const;
const help = `write ${Object.values(forms).join(', ')}`;

/** Reads the name of a target. */
export function parseTarget(text: string): TargetName | TargetFault {
  const [kind = '', ...rest] = text.split('/');
  if (!isKind(kind)) {
    const near = suggestName(kind, Object.keys(forms));
    return {
      fault: `${JSON.stringify(kind)} is no kind of target`,
      help: near === undefined ? help : `write ${forms[near as keyof typeof forms]}`,
    };
  }
  const wanted = kind === 'namespace' ? 1 : 2;
  if (rest.length !== wanted)
    return { fault: `${JSON.stringify(text)} is not of the form ${forms[kind]}`, help };
  const namespace = rest[0]!;
  const name = rest.at(-1)!;
  const [wrong] = [...dnsLabelErrors(namespace), ...(kind === 'namespace' ? [] : subdomainErrors(name))];
  if (wrong !== undefined)
    return { fault: `${JSON.stringify(text)} holds no name that Kubernetes takes: ${wrong}`, help };
  return { kind, namespace, name };
}

function isKind(text: string): text is keyof typeof forms {
  return Object.hasOwn(forms, text);
}

/** What a cluster has by that name, where it is of another kind than was written: a Gateway that is a waypoint, or none. */
export function otherKind(
  { kind, namespace, name }: TargetName,
  cluster: Cluster,
): TightTarget['kind'] | undefined {
  if (kind === 'namespace') return undefined;
  const key = `${namespace}/${name}`;
  const gateway = cluster.gateways.get(key);
  const real =
    gateway === undefined ? gatewaysOfPods(cluster).get(key) : targetOfGateway(cluster, gateway).kind;
  return real === kind ? undefined : real;
}

/** What a name stands for in a cluster; without one, or where it is not there, what the name alone tells. A Gateway that is a waypoint counts as what it is. */
export function targetNamed({ kind, namespace, name }: TargetName, cluster?: Cluster): TightTarget {
  if (kind === 'namespace')
    return cluster?.namespaces.has(name) === true
      ? targetOfNamespace(cluster, name)
      : { kind, name, declares: [], unguarded: [] };
  const gateway = cluster?.gateways.get(`${namespace}/${name}`);
  if (cluster !== undefined && gateway !== undefined) return targetOfGateway(cluster, gateway);
  return kind === 'waypoint' ? { kind, namespace, name } : { kind, namespace, name, eastWest: false };
}

/** Is a target in a cluster? A gateway or waypoint is where its Gateway or a pod of it is. */
export function isTargetThere({ kind, namespace, name }: TargetName, cluster: Cluster): boolean {
  if (kind === 'namespace') return cluster.namespaces.has(name);
  return cluster.gateways.has(`${namespace}/${name}`) || gatewaysOfPods(cluster).has(`${namespace}/${name}`);
}

/** Targets of a cluster as they are named. */
export function targetNamesIn(cluster: Cluster): readonly string[] {
  const gateways = [...cluster.gateways].map(
    ([key, gateway]) => `${targetOfGateway(cluster, gateway).kind}/${key}`,
  );
  const others = [...gatewaysOfPods(cluster)].flatMap(([key, kind]) =>
    cluster.gateways.has(key) ? [] : [`${kind}/${key}`],
  );
  return [...gateways, ...others, ...[...cluster.namespaces.keys()].map((name) => `namespace/${name}`)];
}

/** Gateways and waypoints that only pods show. */
function gatewaysOfPods({ pods }: Cluster): ReadonlyMap<string, 'gateway' | 'waypoint'> {
  return new Map(
    [...pods.values()].flatMap((pod) => {
      const name = labelOf(pod.labels, gatewayNameLabel);
      if (name === undefined) return [];
      const kind = pod.membership.kind === 'waypoint' ? 'waypoint' : 'gateway';
      return [[`${pod.namespace}/${name}`, kind]];
    }),
  );
}
