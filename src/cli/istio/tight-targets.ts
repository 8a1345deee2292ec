import type { Cluster } from '../../cluster/index.ts';
import { parseTarget, type TightTarget, targetNamed, targetsFrom } from '../../istio/tight/index.ts';
import { count, listWords } from '../../model/index.ts';
import { usageError } from '../exit.ts';

/** What `--for` names, each once: as the cluster has it, or by its name alone. Throws a usage error. */
export function readTargets(
  texts: readonly string[] = [],
  cluster: Cluster | undefined,
): readonly TightTarget[] {
  const targets = texts.flatMap((text): readonly TightTarget[] => {
    if (text === 'all') return allTargets(cluster);
    const named = parseTarget(text);
    if ('fault' in named) throw usageError(`--for: ${named.fault}`, [named.help]);
    return [targetNamed(named, cluster)];
  });
  return [...new Map(targets.map((target) => [targetText(target), target])).values()];
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
    return number === 0 ? [] : [count(number, kind)];
  });
  return `Istio has no policies for ${listWords(kinds)} of the mesh here: --for ${targetText(targets[0]!)} makes one, --for all all of them`;
}

function targetText(target: TightTarget): string {
  const place = target.kind === 'namespace' ? target.name : `${target.namespace}/${target.name}`;
  return `${target.kind}/${place}`;
}
