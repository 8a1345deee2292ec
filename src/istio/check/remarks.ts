import { count, listNames } from '../../model/index.ts';
import type { Scene } from './scene.ts';
import type { FlowRow } from './types.ts';

/** What a check took for granted or left out, a sentence each. */
export function remarksOf(scene: Scene, rows: readonly FlowRow[], left: number): readonly string[] {
  const made = scene.components
    .filter(({ standIn }) => standIn)
    .map(({ component }) => `${component.release.chart} ${component.namespace}/${component.name}`);
  const peers = scene.peers.map(({ namespace }) => namespace);
  const host = scene.components.filter(
    ({ pods }) => pods.length > 0 && pods.every(({ hostNetwork }) => hostNetwork),
  );
  const routed = rows.some(({ flow }) => flow.id === 'gateway-workloads');
  return [
    ...(made.length === 0
      ? []
      : [
          `The cluster has no pods of ${listNames(made, 8)}: stand-ins with the labels and ports of the charts take their place.`,
        ]),
    ...(peers.length === 0
      ? []
      : [
          `Nobody in the cluster answers to some of what was said to surround Istio: stand-ins in ${listNames(peers, 8)} take their place.`,
        ]),
    ...host.map(
      ({ component }) =>
        `${component.release.chart} ${component.namespace}/${component.name} is on the host network: no policy applies to it.`,
    ),
    ...(routed
      ? ['Routes are not read: every workload with a Service is taken for one that a gateway may lead to.']
      : []),
    ...(left > 0
      ? [
          `${count(left, 'pair')} of workloads ${left === 1 ? 'was' : 'were'} not asked about: there are too many.`,
        ]
      : []),
  ];
}
