import { qualifiedName } from '../../model/index.ts';
import { denialsOf, gapsOf, isAt, repairFor } from './repair.ts';
import { type Asked, causesOf, rowsOf } from './rows.ts';
import type { Scene } from './scene.ts';
import type { CutOffCause, CutOffNamespace } from './types.ts';

/** Namespaces whose own policies deny flows that Istio needs, each with the policies that repair it. In the order of names. */
export function cutOffNamespaces(scene: Scene, asked: readonly Asked[]): readonly CutOffNamespace[] {
  const denied = Map.groupBy(
    asked
      .filter(({ answer, flow }) => answer.outcome === 'deny' && flow.need === 'needed')
      .flatMap((each) => [...namespacesOf(scene, each)].map((namespace) => ({ namespace, each }))),
    ({ namespace }) => namespace,
  );
  const touching = touchedBy(asked);
  return [...denied]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([namespace, found]) =>
      describe(
        scene,
        namespace,
        found.map(({ each }) => each),
        touching.get(namespace) ?? [],
      ),
    );
}

/** Namespaces whose pods' policies deny it. */
function namespacesOf({ cluster }: Scene, asked: Asked): ReadonlySet<string> {
  const found = denialsOf(asked).flatMap(({ step }) =>
    step.at.kind === 'node' ? (cluster.pods.get(step.at.pod)?.namespace ?? []) : [],
  );
  return new Set(found);
}

/** Everything that was asked of pods of a namespace. */
function touchedBy(asked: readonly Asked[]): ReadonlyMap<string, readonly Asked[]> {
  const found = new Map<string, Asked[]>();
  for (const each of asked) {
    const names = [each.source, each.destination].flatMap(({ pods }) => pods[0]?.namespace ?? []);
    for (const name of new Set(names)) {
      const list = found.get(name);
      if (list === undefined) found.set(name, [each]);
      else list.push(each);
    }
  }
  return found;
}

function describe(
  scene: Scene,
  namespace: string,
  denied: readonly Asked[],
  touching: readonly Asked[],
): CutOffNamespace {
  const gaps = [...denied, ...tcpSiblings(denied, touching)].flatMap((each) =>
    gapsOf(scene, namespace, each),
  );
  const repair = repairFor(scene, namespace, gaps, touching);
  const causes = new Map<string, CutOffCause>();
  for (const each of denied)
    for (const { step } of denialsOf(each))
      if (isAt(scene.cluster, step, namespace))
        for (const cause of causesOf(step))
          causes.set(`${cause.policy.kind} ${qualifiedName(cause.policy)} ${cause.path.join('.')}`, cause);
  return {
    namespace,
    rows: rowsOf(denied),
    causes: [...causes.values()],
    ...(repair !== undefined && { repair }),
    beyond: rowsOf(denied.filter((each) => !isRepairable(scene, namespace, each))),
  };
}

/** Every denial of it is that of a NetworkPolicy of the namespace. */
function isRepairable({ cluster }: Scene, namespace: string, asked: Asked): boolean {
  return denialsOf(asked).every(
    ({ step }) => isAt(cluster, step, namespace) && step.because.kind === 'isolated, nothing matched',
  );
}

/** DNS by TCP of those whose DNS by UDP is denied: whoever opens one opens both. */
function tcpSiblings(denied: readonly Asked[], touching: readonly Asked[]): readonly Asked[] {
  const udp = new Set(
    denied.map(({ flow, source, destination }) => `${flow.id}-tcp ${keyOf(source)} ${keyOf(destination)}`),
  );
  return touching.filter(
    ({ flow, source, destination, answer }) =>
      answer.outcome === 'deny' && udp.has(`${flow.id} ${keyOf(source)} ${keyOf(destination)}`),
  );
}

function keyOf({ endpoint }: Asked['source']): string {
  return JSON.stringify(endpoint);
}
