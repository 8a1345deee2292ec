import { cniQuestions, istiodQuestions, meshQuestions, ztunnelQuestions } from './component-questions.ts';
import { componentParty, deskOf, isGateway, runningParty } from './desk.ts';
import { gatewayQuestions } from './gateway-questions.ts';
import type { Grouper } from './groups.ts';
import { looseGatewayQuestions } from './loose-gateways.ts';
import { type Members, revisionLabel } from './members.ts';
import { ambientQuestions, sidecarQuestions, waypointQuestions } from './proxy-questions.ts';
import type { Question } from './questions.ts';
import type { Scene } from './scene.ts';

/** Every flow that applies to this cluster, as questions. What goes from workload to workload is asked elsewhere. */
export function* tableOf(scene: Scene, members: Members, group: Grouper): Iterable<Question> {
  const desk = deskOf(scene, members, group);
  for (const plane of desk.planes) yield* istiodQuestions(desk, plane);
  yield* meshQuestions(desk);
  for (const placed of scene.components) {
    if (placed.pods.length === 0) continue;
    const { release, revision } = placed.component;
    if (release.chart === 'istio-cni') yield* cniQuestions(desk, componentParty(group, placed, true));
    if (release.chart === 'ztunnel')
      yield* ztunnelQuestions(desk, componentParty(group, placed), revision || 'default');
    if (isGateway(placed)) yield* gatewayQuestions(desk, placed);
  }
  for (const pods of members.cnis) yield* cniQuestions(desk, runningParty(desk, 'istio-cni', pods, true));
  for (const pods of members.ztunnels)
    yield* ztunnelQuestions(desk, runningParty(desk, 'ztunnel', pods), revisionLabel(pods[0]!));
  yield* looseGatewayQuestions(desk);
  yield* sidecarQuestions(desk);
  yield* waypointQuestions(desk);
  yield* ambientQuestions(desk);
}
