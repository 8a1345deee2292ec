import { podEndpoint } from '../../model/index.ts';
import { type Desk, dnsQuestions, type Plane, planesFor, serverQuestions } from './desk.ts';
import { remoteNetworks, webhookCaller } from './outside-ends.ts';
import { isMadeUp } from './peer-stand-ins.ts';
import { ifThere, podsIn, probeQuestion, type Question, question } from './questions.ts';
import { jwksServers, remoteApiServers } from './servers.ts';
import type { Party } from './types.ts';

/** What a control plane is needed for, and needs. One that only the surroundings speak of is asked about by its clients alone. */
export function* istiodQuestions(desk: Desk, { party }: Plane): Iterable<Question> {
  const { scene, group, scraper, dns, apiServers: servers, nodes } = desk;
  if (party.component === undefined && podsIn(party).every(isMadeUp)) return;
  yield* question('istiod-webhook', webhookCaller(scene), party, 15017);
  yield* ifThere(question('istiod-metrics', scraper, party, 15014));
  yield* probeQuestion('istiod-probe', party, [8080], nodes);
  yield* serverQuestions('istiod-api-server', party, servers);
  yield* serverQuestions('istiod-remote-api-server', party, remoteApiServers(scene));
  yield* dnsQuestions('istiod-dns', party, dns);
  yield* serverQuestions('istiod-jwks', party, jwksServers(scene, group));
  if (scene.input.surroundings.remoteNetworks !== undefined)
    yield* question('istiod-remote-xds', remoteNetworks(scene), party, 15012);
}

/** What the CNI agent is needed for, and needs. */
export function* cniQuestions(desk: Desk, party: Party): Iterable<Question> {
  yield* ifThere(question('cni-metrics', desk.scraper, party, 15014));
  yield* probeQuestion('cni-probe', party, [8000], desk.nodes);
  yield* serverQuestions('cni-api-server', party, desk.apiServers);
  yield* dnsQuestions('cni-dns', party, desk.dns);
}

/** What ztunnel is needed for, and needs. */
export function* ztunnelQuestions(desk: Desk, party: Party, revision: string): Iterable<Question> {
  yield* ifThere(question('ztunnel-metrics', desk.scraper, party, 15020));
  yield* probeQuestion('ztunnel-probe', party, [15021], desk.nodes);
  for (const plane of planesFor(desk, revision)) yield* question('istiod-xds-ztunnel', party, plane, 15012);
  yield* dnsQuestions('ztunnel-dns', party, desk.dns);
}

/** Where the cluster shows no proxy yet, the proxies to come: whoever they are, they are pods and need their control plane. */
export function* meshQuestions({ scene, planes }: Desk): Iterable<Question> {
  const { coming } = scene;
  if (coming === undefined) return;
  const advice = 'say which namespaces are in the mesh: --mesh PEER, or give their manifests';
  const ends = [{ endpoint: podEndpoint(coming), pods: [coming], unknown: { advice, mayBePod: true } }];
  const party: Party = { role: 'sidecar', label: 'proxies of the mesh to come', standIn: true, ends };
  for (const { party: plane } of planes)
    if (plane.component !== undefined) yield* question('istiod-xds-mesh', party, plane, 15012);
}
