import type { ClusterPod } from '../../cluster/index.ts';
import { count, listNames } from '../../model/index.ts';
import type { Scene } from './scene.ts';
import type { FlowRow } from './types.ts';

/** What was not asked, or is none of the rows. */
export interface LeftOut {
  /** Pairs that were too many. */
  readonly left: number;
  /** Ambient pods that policies let nobody connect to. */
  readonly closed: readonly ClusterPod[];
  /** Namespaces whose applications gateways do not reach, as these policies open nothing of an application. */
  readonly apart: readonly string[];
}

/** What a check took for granted or left out, a sentence each. */
export function remarksOf(
  scene: Scene,
  rows: readonly FlowRow[],
  { left, closed, apart }: LeftOut,
): readonly string[] {
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
    ...(scene.empty.length === 0
      ? []
      : [
          `No pods yet in ${listNames(scene.empty, 8)}, which ${scene.empty.length === 1 ? 'is' : 'are'} in the mesh and ${scene.empty.length === 1 ? 'has' : 'have'} policies: stand-ins that those select take the place of the pods to come.`,
        ]),
    ...host.map(
      ({ component }) =>
        `${component.release.chart} ${component.namespace}/${component.name} is on the host network: no policy applies to it.`,
    ),
    ...(routed
      ? ['Routes are not read: every workload with a Service is taken for one that a gateway may lead to.']
      : []),
    ...(apart.length > 0
      ? [
          `Gateways do not reach the applications of ${apart.length === 1 ? 'namespace' : 'namespaces'} ${listNames(apart, 8)}: the policies made for ${apart.length === 1 ? 'it' : 'them'} are for the mesh alone; let gateways in by a policy of the application's own where routes lead there.`,
        ]
      : []),
    ...(closed.length > 0 ? [closedRemark(closed)] : []),
    ...(left > 0
      ? [
          `${count(left, 'pair')} of workloads ${left === 1 ? 'was' : 'were'} not asked about: there are too many.`,
        ]
      : []),
  ];
}

function closedRemark(pods: readonly ClusterPod[]): string {
  const names = listNames(
    pods.map(({ key }) => key),
    8,
  );
  const [they, open] =
    pods.length === 1
      ? ['this workload takes no connections', 'it']
      : ['these workloads take no connections', 'them'];
  return `No policy lets anybody of the mesh connect to ambient ${names}, neither on a port of the application nor on 15008: ${they} today, whatever is open on 15008. Who may is yours to say, so nothing here opens ${open}.`;
}
