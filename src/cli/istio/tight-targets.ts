import type { Cluster } from '../../cluster/index.ts';
import type { Component } from '../../istio/components/index.ts';
import {
  isTargetThere,
  otherKind,
  parseTarget,
  type TargetName,
  type TightTarget,
  targetNamed,
  targetNamesIn,
  targetsFrom,
} from '../../istio/tight/index.ts';
import { suggestName } from '../../manifest/index.ts';
import { count, listWords } from '../../model/index.ts';
import { usageError } from '../exit.ts';

/** What `--for` names. */
export interface NamedTargets {
  /** What Istio has no policy for, each once. */
  readonly targets: readonly TightTarget[];
  /** Gateways that Helm or istioctl installed. */
  readonly components: readonly Component[];
}

/**
 * Reads what `--for` names: as the cluster has it, or without a cluster by its name alone. `gateways` are those of Helm and istioctl that are known. Throws a usage error for what no target is, and for what the
 * cluster has not: a policy for it would select nothing.
 */
export function readTargets(
  texts: readonly string[],
  cluster: Cluster | undefined,
  gateways: readonly Component[],
): NamedTargets {
  const targets: TightTarget[] = [];
  const components = new Set<Component>();
  for (const text of texts.filter((each) => each !== 'all')) {
    const named = parseTarget(text);
    if ('fault' in named) throw usageError(`--for: ${named.fault}`, [named.help]);
    const own = gateways.filter((component) => isNamed(component, named));
    const isOther = cluster !== undefined && isTargetThere(named, cluster);
    const real = cluster === undefined ? undefined : otherKind(named, cluster);
    if (real !== undefined) throw ofOtherKind(text, named, real);
    const wrong =
      own.length === 0 && !isOther ? gateways.filter((component) => isCalled(component, named)) : [];
    if (cluster !== undefined && named.kind === 'waypoint' && wrong.length > 0)
      throw ofOtherKind(text, named, 'gateway');
    if (own.length > 0 && !isOther) for (const component of own) components.add(component);
    else {
      if (cluster !== undefined && !isOther) throw absent(text, cluster, gateways);
      targets.push(targetNamed(named, cluster));
    }
  }
  if (texts.includes('all')) targets.push(...allTargets(cluster));
  const distinct = new Map(targets.map((target) => [targetText(target), target]));
  return { targets: [...distinct.values()], components: [...components] };
}

function isNamed(component: Component, { kind, namespace, name }: TargetName): boolean {
  return kind === 'gateway' && isCalled(component, { namespace, name });
}

function isCalled(
  component: Component,
  { namespace, name }: Pick<TargetName, 'namespace' | 'name'>,
): boolean {
  return component.namespace === namespace && component.name === name;
}

/** A waypoint has other ports and other peers than a gateway: a policy of the wrong kind would cut it off. */
function ofOtherKind(text: string, { kind, namespace, name }: TargetName, real: TightTarget['kind']): Error {
  return usageError(`--for ${text}: ${namespace}/${name} is a ${real} in the cluster of -f, no ${kind}`, [
    `write --for ${real}/${namespace}/${name}`,
  ]);
}

function absent(text: string, cluster: Cluster, gateways: readonly Component[]): Error {
  const own = gateways.map(({ namespace, name }) => `gateway/${namespace}/${name}`);
  const near = suggestName(text, [...targetNamesIn(cluster), ...own]);
  return usageError(`--for ${text}: there is no such ${text.split('/')[0]} in the cluster of -f`, [
    ...(near === undefined ? [] : [`meant may be ${near}`]),
    'give its manifest with -f; without a cluster a policy is made from the name alone',
  ]);
}

function allTargets(cluster: Cluster | undefined): readonly TightTarget[] {
  if (cluster !== undefined) return targetsFrom(cluster);
  throw usageError('--for all stands for all that a cluster has, and there is none', [
    'give its manifests with -f, or name each: gateway/NAMESPACE/NAME, waypoint/NAMESPACE/NAME, namespace/NAME',
  ]);
}

/** What is in the cluster and in the mesh without a policy being asked for it, as a hint; undefined where there is none. */
export function noteOfTargets(
  texts: readonly string[] | undefined,
  cluster: Cluster | undefined,
): string | undefined {
  if (texts !== undefined || cluster === undefined) return undefined;
  const targets = targetsFrom(cluster);
  if (targets.length === 0) return undefined;
  const kinds = (['gateway', 'waypoint', 'namespace'] as const).flatMap((kind) => {
    const number = targets.filter((target) => target.kind === kind).length;
    return number === 0 ? [] : [count(number, ...wordsOf[kind])];
  });
  return `Istio has no policies for ${listWords(kinds)} of the mesh here: --for ${targetText(targets[0]!)} makes one, --for all adds all of them to this set`;
}

const wordsOf: Readonly<Record<TightTarget['kind'], readonly [one: string, many: string]>> = {
  gateway: ['gateway of the Gateway API', 'gateways of the Gateway API'],
  waypoint: ['waypoint', 'waypoints'],
  namespace: ['namespace', 'namespaces'],
};

function targetText(target: TightTarget): string {
  const place = target.kind === 'namespace' ? target.name : `${target.namespace}/${target.name}`;
  return `${target.kind}/${place}`;
}
