import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readLeniently } from '../../../conformance/runner/lenient.ts';
import { inside } from '../../../test/support/inside.ts';
import { type Cell, type Party, sendExpecting } from '../../../test/support/packet-cells.ts';
import { playCluster } from '../../../test/support/packet-world.ts';
import { randomCluster, randomFrom } from '../../../test/support/random-cluster.ts';
import { randomOptions } from '../../../test/support/random-extras.ts';
import { buildCluster } from '../../cluster/index.ts';
import type { Protocol } from '../../model/index.ts';
import { defaultPlan, type LabNetwork, startNetwork } from './index.ts';

/** A cluster of one of the recorded files, with what independent implementations said of it. */
interface Recorded {
  readonly id?: string;
  readonly name?: string;
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly nodes?: readonly {
    readonly name: string;
    readonly labels?: object;
    readonly addresses: readonly string[];
  }[];
  readonly pods: readonly RecordedPod[];
  readonly externals?: readonly { readonly ip: string }[];
  readonly policies?: readonly unknown[];
  readonly probes: readonly (RecordedTable | RecordedProbe)[];
}

interface RecordedPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels?: object;
  readonly ip: string;
  readonly node?: string;
  readonly hostNetwork?: boolean;
  readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[];
}

interface RecordedTable {
  readonly protocol: Protocol;
  readonly port: number;
  readonly family?: number;
  readonly rows: readonly string[];
}

interface RecordedProbe {
  readonly protocol: Protocol;
  readonly port: number;
  readonly from: string;
  readonly to: string;
  readonly expect: string;
}

inside(import.meta.url, () => {
  let network: LabNetwork;
  const errors: unknown[] = [];

  beforeAll(async () => {
    // A node of its own: in the recorded clusters no traffic is from a pod's own node.
    network = await startNetwork({ ...defaultPlan, nodeAddress: '172.30.0.2' }, (error) =>
      errors.push(error),
    );
  });
  afterAll(async () => {
    await network.close();
    expect(errors).toEqual([]);
  });

  it('packets fare as the verdict says, and drops are blamed on the policies that it names', async () => {
    let [cells, denied] = [0, 0];
    for (const seed of [1, 2]) {
      const random = randomFrom(seed);
      const features = { mesh: false, admin: true, unknowns: false, wide: true };
      const documents = randomCluster(random, features);
      const played = await playCluster(network, documents, randomOptions(random, features));
      expect(played.wrong, `seed ${seed}`).toEqual([]);
      cells += played.cells;
      denied += played.denied;
    }
    expect(cells).toBeGreaterThan(1000);
    expect(denied).toBeGreaterThan(200);
  });

  it.each([
    ['network-policy-random.json', 'clusters', 4],
    ['admin-policy-random.json', 'cases', 10],
  ])('packets fare as the implementations in %s said', async (file, field, most) => {
    const data = JSON.parse(readFileSync(`conformance/${file}`, 'utf8'));
    const clusters = (data[field] as readonly Recorded[]).filter(isIpv4).slice(0, most);
    let [cells, denied] = [0, 0];
    for (const cluster of clusters) {
      const { sent, lost, wrong } = await playRecorded(network, cluster);
      expect(wrong, cluster.id ?? cluster.name).toEqual([]);
      cells += sent;
      denied += lost;
    }
    expect(cells).toBeGreaterThan(200);
    expect(denied).toBeGreaterThan(50);
  });
}, ['nft']);

function isIpv4({ pods }: Recorded): boolean {
  return pods.every(({ ip }) => !ip.includes(':'));
}

async function playRecorded(
  network: LabNetwork,
  cluster: Recorded,
): Promise<{ readonly sent: number; readonly lost: number; readonly wrong: readonly string[] }> {
  const parties = await Promise.all(
    cluster.pods.map(async ({ namespace, name, hostNetwork, ip }): Promise<Party> => {
      const key = `${namespace}/${name}`;
      if (hostNetwork === true) return outside(network, ip, key);
      const link = await network.attach(key, { hostNetwork: false, address: ip });
      return { name: key, namespace: link.namespace, address: ip };
    }),
  );
  try {
    const habits = cluster.externals === undefined ? {} : { cni: 'kube-network-policies' };
    const objects = readLeniently(objectsOf(cluster));
    await network.enforce(buildCluster({ objects, foreign: [], rejected: [] }, habits));
    const externals = (cluster.externals ?? []).map(({ ip }) => outside(network, ip));
    const asked = cluster.probes
      // This kernel may have no SCTP.
      .filter(({ protocol }) => protocol !== 'SCTP')
      .flatMap((probe) =>
        'rows' in probe ? ofTable(probe, [...parties, ...externals]) : ofProbe(network, probe, parties),
      )
      .filter(({ cell: { source, destination } }) => source.namespace !== destination.namespace);
    const cells = asked.map(({ cell }) => cell);
    const expected = asked.map(({ arrives }) => arrives);
    const arrived = await sendExpecting(cells, expected);
    const wrong = asked.flatMap(({ cell: { source, destination, protocol, port }, arrives }, i) =>
      arrived[i] === arrives
        ? []
        : [`${source.name} to ${destination.name} ${protocol} ${port}: ${arrived[i]}`],
    );
    return { sent: cells.length, lost: expected.filter((each) => !each).length, wrong };
  } finally {
    await Promise.all(network.links().map(({ key }) => network.detach(key)));
  }
}

interface Asked {
  readonly cell: Cell;
  readonly arrives: boolean;
}

function ofTable(
  { protocol, port, rows, family = 0 }: RecordedTable,
  ends: readonly Party[],
): readonly Asked[] {
  if (family !== 0) return [];
  return rows.flatMap((row, i) =>
    [...row].flatMap((mark, j) =>
      mark === '?'
        ? []
        : [{ cell: { source: ends[i]!, destination: ends[j]!, protocol, port }, arrives: mark === '.' }],
    ),
  );
}

function ofProbe(network: LabNetwork, probe: RecordedProbe, pods: readonly Party[]): readonly Asked[] {
  const { from, to, protocol, port } = probe;
  const [source, destination] = [from, to].map(
    (name) => pods.find((pod) => pod.name === name) ?? outside(network, name),
  );
  return [
    {
      cell: { source: source!, destination: destination!, protocol, port },
      arrives: probe.expect === 'allow',
    },
  ];
}

/** A host with an address that no pod of the lab has; pods of other nodes' networks are such hosts, too. */
function outside(network: LabNetwork, address: string, name = address): Party {
  return { name, namespace: network.outside, address };
}

function objectsOf({ namespaces, nodes = [], pods, policies = [] }: Recorded): readonly unknown[] {
  return [
    ...Object.entries(namespaces).map(([name, labels]) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: labels.labels ?? labels },
    })),
    ...nodes.map(({ name, labels = {}, addresses }) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels },
      status: { addresses: addresses.map((address) => ({ type: 'InternalIP', address })) },
    })),
    ...pods.map(({ namespace, name, labels = {}, ip, node, hostNetwork = false, ports = [] }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name, labels },
      spec: {
        hostNetwork,
        ...(node === undefined ? {} : { nodeName: node }),
        containers: [
          { name: 'main', image: 'server' },
          // Each port in a container of its own: within one no name may occur twice.
          ...ports.map(({ port, ...rest }, i) => ({
            name: `port-${i}`,
            image: 'server',
            ports: [{ ...rest, containerPort: port }],
          })),
        ],
      },
      status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] },
    })),
    ...policies,
  ];
}
