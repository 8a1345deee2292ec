import type { ClusterPod } from '../../cluster/index.ts';
import { type Desk, dnsQuestions, planesFor } from './desk.ts';
import { partyOf } from './groups.ts';
import { revisionOf } from './members.ts';
import { ambientProbes } from './outside-ends.ts';
import { probePorts } from './probe-ports.ts';
import { ifThere, probeQuestion, type Question, question } from './questions.ts';
import type { Party } from './types.ts';

/** Pods with sidecars as a party. */
export function sidecarParty({ group }: Desk, pods: readonly ClusterPod[]): Party {
  return partyOf(group, { role: 'sidecar', label: 'sidecars', spread: true, standIn: false, pods });
}

/** What sidecars need. */
export function* sidecarQuestions(desk: Desk): Iterable<Question> {
  const { sidecars } = desk.members;
  if (sidecars.length === 0) return;
  for (const [revision, pods] of Map.groupBy(sidecars, (pod) => revisionOf(desk.scene, pod)))
    for (const plane of planesFor(desk, revision))
      yield* question('istiod-xds-sidecar', sidecarParty(desk, pods), plane, 15012);
  const party = sidecarParty(desk, sidecars);
  yield* dnsQuestions('sidecar-dns', party, desk.dns);
  yield* ifThere(question('sidecar-metrics', desk.scraper, party, 15020));
  yield* ifThere(question('sidecar-envoy-metrics', desk.scraper, party, 15090));
  yield* probeQuestion('sidecar-probe', party, [15021, 15020], desk.nodes);
}

/** What waypoints need. */
export function* waypointQuestions(desk: Desk): Iterable<Question> {
  const { group, members, scene } = desk;
  for (const [revision, pods] of Map.groupBy(members.waypoints, (pod) => revisionOf(scene, pod))) {
    const party = partyOf(group, {
      role: 'waypoint',
      label: 'waypoints',
      spread: true,
      standIn: false,
      pods,
    });
    for (const plane of planesFor(desk, revision))
      yield* question('istiod-xds-waypoint', party, plane, 15012);
    yield* dnsQuestions('waypoint-dns', party, desk.dns);
    yield* probeQuestion('waypoint-probe', party, [15021], desk.nodes);
    yield* ifThere(question('waypoint-metrics', desk.scraper, party, 15020));
  }
}

/** What ambient pods need beside their tunnels. */
export function* ambientQuestions(desk: Desk): Iterable<Question> {
  const { group, members } = desk;
  const pods = members.ambient;
  if (pods.length === 0) return;
  const party = partyOf(group, {
    role: 'ambient',
    label: 'ambient pods',
    spread: true,
    standIn: false,
    pods,
  });
  yield* dnsQuestions('ambient-dns', party, desk.dns);
  const families = Map.groupBy(pods, ({ addresses }) =>
    addresses.length > 0 && addresses.every((each) => each.includes(':')) ? 6 : 4,
  );
  for (const [family, own] of families)
    for (const [ports, probed] of Map.groupBy(own, (pod) => probePorts(pod).join())) {
      if (ports === '') continue;
      const to = partyOf(group, {
        role: 'ambient',
        label: 'ambient pods',
        spread: true,
        standIn: false,
        pods: probed,
      });
      yield* question('ambient-probe', ambientProbes(family), to, ports.split(',').map(Number));
    }
}
