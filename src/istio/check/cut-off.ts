import { qualifiedName } from '../../model/index.ts';
import { isLiftedByIsolating, isolatingFor } from './baseline.ts';
import { writePolicies } from './policy-text.ts';
import { denialsOf, gapsOf, isAt, repairFor, withPolicies } from './repair.ts';
import { policiesFor } from './repair-policies.ts';
import { type Asked, causesOf, rowsOf } from './rows.ts';
import type { Scene } from './scene.ts';
import type { CutOffCause, CutOffNamespace } from './types.ts';

/** What one denial may hide behind another: so many times repaired clusters are asked again. */
const mostRounds = 3;

/** Namespaces whose own policies deny flows that Istio needs, each with the policies that repair it. In the order of names. */
export function cutOffNamespaces(scene: Scene, asked: readonly Asked[]): readonly CutOffNamespace[] {
  const needed = asked.filter(({ answer, flow }) => answer.outcome === 'deny' && flow.need === 'needed');
  const denials = denialsByNamespace(scene, [...needed, ...tcpSiblings(needed, asked)]);
  const touching = touchedBy(asked);
  return [...denials]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .filter(([, own]) => own.some(({ flow }) => flow.need === 'needed'))
    .map(([namespace, own]) => describe(scene, namespace, own, touching.get(namespace) ?? []));
}

/**
 * What is denied, by the namespaces whose pods' policies deny it. A denial may hide one at the other end that turns on what nobody said: so what is still denied once everything found is repaired
 * counts as well, with the answer that it has then.
 */
function denialsByNamespace(scene: Scene, denied: readonly Asked[]): ReadonlyMap<string, readonly Asked[]> {
  const found = new Map<string, Asked[]>();
  const known = new Set<string>();
  const ids = new Map(denied.map(({ again }, i) => [again, i]));
  const add = (asked: Asked): boolean => {
    let isNew = false;
    for (const namespace of namespacesOf(scene, asked)) {
      const ways = denialsOf(asked).map(({ step }) => step.layer);
      const key = `${namespace} ${ids.get(asked.again)} ${ways.join()}`;
      if (known.has(key)) continue;
      known.add(key);
      const list = found.get(namespace);
      if (list === undefined) found.set(namespace, [asked]);
      else list.push(asked);
      isNew = true;
    }
    return isNew;
  };
  let fresh = denied.filter(add);
  for (let round = 1; round < mostRounds && fresh.length > 0; round++) {
    const repaired = [...found].reduce((cluster, [namespace, own]) => {
      const gaps = own.flatMap((each) => gapsOf(scene, namespace, each));
      return gaps.length === 0
        ? cluster
        : withPolicies(cluster, namespace, writePolicies(policiesFor(scene, namespace, gaps)));
    }, scene.cluster);
    fresh = denied
      .map((each) => ({ ...each, answer: each.again(repaired) }))
      .filter(({ answer }) => answer.outcome === 'deny')
      .filter(add);
  }
  return found;
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
  const gaps = denied.flatMap((each) => gapsOf(scene, namespace, each));
  const repair = repairFor(scene, namespace, gaps, touching);
  const needed = denied.filter(({ flow }) => flow.need === 'needed');
  const isolating = isolatingFor(scene, namespace, needed, touching);
  const causes = new Map<string, CutOffCause>();
  for (const each of needed)
    for (const { step } of denialsOf(each))
      if (isAt(scene.cluster, step, namespace))
        for (const cause of causesOf(step))
          causes.set(`${cause.policy.kind} ${qualifiedName(cause.policy)} ${cause.path.join('.')}`, cause);
  return {
    namespace,
    rows: rowsOf(needed),
    causes: [...causes.values()],
    ...(repair !== undefined && { repair }),
    beyond: rowsOf(
      needed.filter(
        (each) => !isRepairable(scene, namespace, each) && !isLiftedByIsolating(scene, namespace, each),
      ),
    ),
    ...(isolating !== undefined && { isolating }),
  };
}

/** Every denial of it is that of a NetworkPolicy of the namespace. */
function isRepairable({ cluster }: Scene, namespace: string, asked: Asked): boolean {
  return denialsOf(asked).every(
    ({ step }) => isAt(cluster, step, namespace) && step.because.kind === 'isolated, nothing matched',
  );
}

/** DNS by TCP of those whose DNS by UDP is denied: whoever opens one opens both. */
function tcpSiblings(denied: readonly Asked[], asked: readonly Asked[]): readonly Asked[] {
  const udp = new Set(
    denied.map(({ flow, source, destination }) => `${flow.id}-tcp ${keyOf(source)} ${keyOf(destination)}`),
  );
  return asked.filter(
    ({ flow, source, destination, answer }) =>
      answer.outcome === 'deny' && udp.has(`${flow.id} ${keyOf(source)} ${keyOf(destination)}`),
  );
}

function keyOf({ endpoint }: Asked['source']): string {
  return JSON.stringify(endpoint);
}
