import { expect, it } from 'vitest';
import { clusterForHost } from '../../../../../test/support/envoy-route.ts';
import { meshViewOf } from '../../../../../test/support/mesh-view.ts';
import { randomCluster, randomFrom } from '../../../../../test/support/random-cluster.ts';
import { directoryOf } from '../../outbound/directory.ts';
import { chooseListener, listenerName } from '../../outbound/listener.ts';
import { clusterName, passthroughCluster } from '../../outbound/upstream.ts';
import { outboundConfig } from './config.ts';
import type { OutboundListener } from './types.ts';

const ports = [80, 443, 8080, 9000];

/** What Envoy does: the listener at the address, else at the port, else the entrance. */
function listenerFor(
  listeners: readonly OutboundListener[],
  address: string,
  port: number,
): OutboundListener {
  const names = [`${address}_${port}`, `0.0.0.0_${port}`, 'virtualOutbound'];
  return names
    .map((name) => listeners.find((each) => each.name === name))
    .find((each) => each !== undefined)!;
}

it('goes where the built-in proxy goes, by address, port and Host', () => {
  let [hosts, services] = [0, 0];
  for (let seed = 1; seed <= 120; seed++) {
    const documents = randomCluster(randomFrom(seed), {
      mesh: true,
      admin: false,
      unknowns: false,
      wide: seed % 2 === 0,
    });
    const view = meshViewOf(documents);
    const directory = directoryOf(view);
    const known = view.services.flatMap(({ metadata: { name, namespace } }) => [
      name,
      `${name}.${namespace}`,
      `${name}.${namespace}.svc.cluster.local`,
    ]);
    const addresses = [
      ...view.services.flatMap(({ spec }) => spec.clusterIPs ?? []),
      ...view.pods.flatMap(({ status }) => (status.podIP === undefined ? [] : [status.podIP])),
      '192.0.2.1',
    ].filter((address) => address !== 'None');
    const [pod] = view.pods;
    if (pod === undefined) continue;
    const { listeners, clusters } = outboundConfig(view, pod);
    const names = new Set(clusters.map(({ name }) => name));
    for (const port of ports) {
      for (const address of addresses) {
        const envoys = listenerFor(listeners, address, port);
        const wanted = listenerName(directory, { address, port });
        expect(envoys.name, `${seed}: ${address}:${port}`).toBe(
          wanted === '0.0.0.0_15001' ? 'virtualOutbound' : wanted,
        );
        if (chooseListener(directory, { address, port }).kind === 'service') services += 1;
      }
      const http = listeners.find(({ name }) => name === `0.0.0.0_${port}`);
      if (http === undefined) continue;
      const routes = http.filter_chains[0]!.filters[0]!.typed_config.route_config;
      for (const host of [...known, ...addresses]) {
        const target = directory.byHost(host, port, pod.metadata.namespace!);
        const wanted = target === undefined ? passthroughCluster : clusterName(target);
        const cluster = clusterForHost(routes, host.includes(':') ? `[${host}]` : host);
        expect(cluster, `${seed}: ${host} on ${port}`).toBe(wanted);
        expect(names).toContain(cluster);
        if (target !== undefined) hosts += 1;
      }
    }
  }
  // Not a vacuous test.
  expect(Math.min(hosts, services)).toBeGreaterThan(50);
});
