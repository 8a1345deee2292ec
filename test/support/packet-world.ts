import { buildCluster, type Cluster, type ClusterOptions } from '../../src/cluster/index.ts';
import type { DroppedPacket, LabNetwork } from '../../src/lab/network/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import type { Endpoint, Protocol, Step, Verdict } from '../../src/model/index.ts';
import { decide } from '../../src/verdict/index.ts';
import { type Cell, type Party, sendExpecting } from './packet-cells.ts';
import type { Document } from './random-cluster.ts';

/** A party and how a request names it. */
interface End extends Party {
  readonly endpoint: Endpoint;
}

/** What came of playing a cluster: cells that were sent, those that a policy denies, and every disagreement in words. */
export interface Played {
  readonly cells: number;
  readonly denied: number;
  readonly wrong: readonly string[];
}

const kinds = new Set([
  'Namespace',
  'Node',
  'NetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
]);
const ports: readonly (readonly [Protocol, number])[] = [
  ['TCP', 80],
  ['TCP', 443],
  ['TCP', 8080],
  ['TCP', 9000],
  ['TCP', 15008],
  ['UDP', 53],
  ['UDP', 80],
];

/**
 * Gives the pods of a random cluster links, puts its policies into force, and sends the first packet of every cell between them, the node and two addresses beyond. Wherever the verdict is
 * certain, the packet has to fare as it says, and a dropped one has to be told of with the policies that the verdict names.
 */
export async function playCluster(
  network: LabNetwork,
  documents: readonly Document[],
  options: ClusterOptions,
): Promise<Played> {
  const { ends, cluster } = await settle(network, documents, options);
  const drops: DroppedPacket[] = [];
  const stop = network.onDrop((packet) => void drops.push(packet));
  try {
    const asked = ends.flatMap((source) => ends.flatMap((destination) => cellsOf(source, destination)));
    const known = asked.flatMap((cell) => {
      const verdict = verdictOf(cluster, cell);
      return verdict.outcome === 'unknown' ? [] : [{ cell, verdict }];
    });
    const cells = known.map(({ cell }) => cell);
    const arrived = await sendExpecting(
      cells,
      known.map(({ verdict }) => verdict.outcome === 'allow'),
    );
    await new Promise((resolve) => setTimeout(resolve, 60));
    const told = new Map(drops.map((drop) => [keyOfDrop(drop), drop]));
    const wrong = known.flatMap(({ cell, verdict }, i) => {
      const fault = faultOf(cell, verdict, arrived[i]!, told.get(keyOfCell(cell)));
      const { source, destination, protocol, port } = cell;
      return fault === undefined
        ? []
        : [`${source.name} to ${destination.name} ${protocol} ${port}: ${fault}`];
    });
    const denied = known.filter(({ verdict }) => verdict.outcome === 'deny').length;
    return { cells: known.length, denied, wrong };
  } finally {
    stop();
    await Promise.all(network.links().map(({ key }) => network.detach(key)));
  }
}

/** Attaches the pods, all on the lab's one node, and builds the cluster with the addresses that they have there. */
async function settle(
  network: LabNetwork,
  documents: readonly Document[],
  options: ClusterOptions,
): Promise<{ readonly ends: readonly End[]; readonly cluster: Cluster }> {
  const { nodeName, nodeAddress, outsideAddress } = network.plan;
  const ends: End[] = [];
  const pods: Document[] = [];
  const taken = new Set<string>();
  for (const document of documents) {
    if (document.kind !== 'Pod') continue;
    const { metadata, spec, status } = document as unknown as GivenPod;
    const key = `${metadata.namespace}/${metadata.name}`;
    const hostNetwork = spec.hostNetwork === true;
    const wanted = (status?.podIPs ?? []).map(({ ip }) => ip).find((ip) => !ip.includes(':'));
    const address = wanted === undefined || hostNetwork || taken.has(wanted) ? {} : { address: wanted };
    if (wanted !== undefined) taken.add(wanted);
    const link = await network.attach(key, { hostNetwork, ...address });
    const { namespace, name } = metadata;
    ends.push({
      name: key,
      namespace: link.namespace,
      address: link.address,
      endpoint: { kind: 'pod', namespace, name },
    });
    pods.push({
      ...document,
      spec: { ...spec, nodeName },
      status: { phase: 'Running', podIP: link.address, podIPs: [{ ip: link.address }] },
    });
  }
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: nodeName, labels: { zone: 'east' } },
    status: { addresses: [{ type: 'InternalIP', address: nodeAddress }] },
  };
  const text = [...documents.filter(({ kind }) => kinds.has(kind as string)), node, ...pods]
    .map((document) => JSON.stringify(document))
    .join('\n');
  // What nothing decides, the lab decides so; said here, it is certain whom the verdict blames.
  const habits = ['priority-tie=by-name', 'repeated-port-name=first', 'baseline-skip=asks-baseline'];
  const cni = [...(options.cni === undefined ? [] : [options.cni]), ...habits].join(',');
  const cluster = buildCluster(readManifests([{ name: 'played.json', text }]), { ...options, cni });
  await network.enforce(cluster);
  const own = { kind: 'node', name: nodeName } as const;
  ends.push({ name: nodeName, namespace: network.node, address: nodeAddress, endpoint: own });
  for (const address of [outsideAddress, '198.51.100.7'])
    ends.push({
      name: address,
      namespace: network.outside,
      address,
      endpoint: { kind: 'address', address },
    });
  return { ends, cluster };
}

interface GivenPod {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: Document;
  readonly status?: { readonly podIPs?: readonly { readonly ip: string }[] };
}

interface EndCell extends Cell {
  readonly source: End;
  readonly destination: End;
}

/** Between two ends in different namespaces: nothing that stays within one passes the node's rules. */
function cellsOf(source: End, destination: End): readonly EndCell[] {
  if (source.namespace === destination.namespace) return [];
  return ports.map(([protocol, port]) => ({ source, destination, protocol, port }));
}

function verdictOf(cluster: Cluster, { source, destination, protocol, port }: EndCell): Verdict {
  return decide(cluster, {
    source: source.endpoint,
    destination: destination.endpoint,
    port,
    protocol,
    direct: true,
    complete: true,
  });
}

function faultOf(
  cell: Cell,
  { outcome, decidedBy, steps }: Verdict,
  arrived: boolean,
  drop: DroppedPacket | undefined,
): string | undefined {
  const said = outcome === 'allow';
  if (arrived !== said) return `the verdict is ${outcome}, the packet ${arrived ? 'arrived' : 'did not'}`;
  if (said) return drop === undefined ? undefined : 'arrived, and yet a drop was told of';
  if (drop === undefined) return 'dropped, and nobody told of it';
  // Something before may have dropped it, too: then nobody knows who did.
  if (steps.slice(0, steps.indexOf(decidedBy)).some((step) => step.outcome === 'unknown')) return undefined;
  const expected = { ...accountOf(decidedBy), source: cell.source.address };
  const got = {
    pod: drop.pod,
    direction: drop.direction,
    policies: drop.policies.map(({ kind, namespace = '', name }) => `${kind} ${namespace}/${name}`),
    rule: drop.rule,
    source: drop.source.address,
  };
  const [wanted, found] = [JSON.stringify(expected), JSON.stringify(got)];
  return wanted === found ? undefined : `the verdict blames ${wanted}, the log ${found}`;
}

/** What the log should say of a packet that this step denies. */
function accountOf({ at, layer, because }: Step): Record<string, unknown> {
  const policies =
    because.kind === 'matched rule'
      ? [because.rule.policy]
      : because.kind === 'isolated, nothing matched'
        ? because.policies
        : [];
  return {
    pod: 'pod' in at ? at.pod : '',
    direction: layer === 'egress policy' ? 'egress' : 'ingress',
    policies: policies.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`),
    rule: because.kind === 'matched rule' ? because.rule.path.at(-1) : undefined,
  };
}

function keyOfCell({ source, destination, protocol, port }: Cell): string {
  return `${source.address} ${destination.address} ${protocol} ${port}`;
}

function keyOfDrop({ source, destination, protocol }: DroppedPacket): string {
  return `${source.address} ${destination.address} ${protocol} ${destination.port}`;
}
