import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { hostHeader, type Protocol, podEndpoint, type Request } from '../../model/index.ts';
import type { PodLink } from '../network/index.ts';
import type { Service } from '../store/index.ts';
import { type Cell, dnsPort, type ProbeRequest } from './types.ts';

/** What is asked: pods by `namespace/name`; absent = all. */
export interface CellChoice {
  readonly from?: readonly string[] | undefined;
  readonly to?: readonly string[] | undefined;
  /** Also through the Services, from outside the cluster, and of the system's own pods. */
  readonly all: boolean;
  /** What is sent beside the plain request. */
  readonly requests?: readonly ProbeRequest[] | undefined;
}

/** The lab, as far as cells are made of it. */
export interface CellWorld {
  readonly cluster: Cluster;
  readonly links: readonly PodLink[];
  readonly services: readonly Service[];
  readonly outsideAddress: string;
}

export const outside = 'outside';
const systemNamespaces: ReadonlySet<string> = new Set(['kube-system', 'istio-system']);

/** All cells of a choice: every sender against every declared port of every other pod, and, with `all`, every Service port that leads to it. */
export function cellsOf(world: CellWorld, choice: CellChoice): readonly Cell[] {
  const pods = world.links.flatMap((link) => podOf(world.cluster, link) ?? []);
  const seen = (key: string, list: readonly string[] | undefined): boolean =>
    list === undefined ? choice.all || !systemNamespaces.has(key.split('/')[0]!) : list.includes(key);
  const senders = pods.filter(({ link }) => seen(link.key, choice.from)).map(({ link }) => link.key);
  if (choice.from === undefined ? choice.all : choice.from.includes(outside)) senders.push(outside);
  const plain = pods
    .filter(({ link }) => seen(link.key, choice.to))
    .flatMap((target) => {
      const ways = [...directWays(target), ...(choice.all ? serviceWays(world, target) : [])];
      return senders
        .filter((from) => from !== target.link.key)
        .flatMap((from) => ways.map((way) => cellOf(world, from, target.link.key, way)));
    });
  return [
    ...plain,
    ...(choice.requests ?? []).flatMap((each, at) => cellsFor(world.cluster, each, at, plain)),
  ];
}

/** Of every sidecar; no policy stands before it. */
const metricsPort = 15090;

/** Coprime to most numbers of cells, so that requests of one pod take different ones. */
const stride = 7;

/** The cells of a request that is not the plain one. `at` is its place among the requests, by which they spread over the ways. */
function cellsFor(
  cluster: Cluster,
  { to, http, jwt, tokens, ways }: ProbeRequest,
  at: number,
  plain: readonly Cell[],
): readonly Cell[] {
  const fitting = plain.filter(
    (cell) =>
      cell.request.http !== undefined &&
      cell.port !== metricsPort &&
      (to ?? cell.to) === cell.to &&
      leadsThere(cluster, cell, http.host),
  );
  const count = Math.min(ways ?? fitting.length, fitting.length);
  return Array.from({ length: count }, (_, i) => {
    const cell = fitting[(at * stride + Math.floor((i * fitting.length) / count)) % fitting.length]!;
    const request: Request = {
      ...cell.request,
      http: { ...cell.request.http, ...http },
      ...(jwt !== undefined && { jwt }),
    };
    return { ...cell, request, ...(tokens !== undefined && { tokens }) };
  });
}

/** A sidecar of the sender's sends a request where its Host says: another name would lead it elsewhere. */
function leadsThere(cluster: Cluster, { from, request, port }: Cell, host: string | undefined): boolean {
  if (host === undefined || cluster.pods.get(from)?.membership.kind !== 'sidecar') return true;
  const { destination } = request;
  if (destination.kind !== 'service') return false;
  const name = `${destination.name}.${destination.namespace}`;
  const names = [name, `${name}.svc`, `${name}.svc.cluster.local`];
  return names.some((each) => [each, `${each}:${port}`].includes(host.toLowerCase()));
}

interface Located {
  readonly pod: ClusterPod;
  readonly link: PodLink;
}

/** One way to a pod. */
interface Way {
  readonly destination: Request['destination'];
  readonly direct: boolean;
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly host: string;
}

function podOf(cluster: Cluster, link: PodLink): Located | undefined {
  const pod = cluster.pods.get(link.key);
  return pod === undefined ? undefined : { pod, link };
}

function directWays({ pod, link }: Located): Way[] {
  return pod.ports.map(({ containerPort, protocol }) => ({
    destination: podEndpoint(pod),
    direct: true,
    address: link.address,
    port: containerPort,
    protocol,
    host: hostHeader(link.address, containerPort, 80),
  }));
}

/** Services that lead to this pod, each told with the first of its pods. */
function serviceWays({ cluster, services }: CellWorld, { link }: Located): Way[] {
  return services
    .filter(({ metadata, spec: { clusterIP = '' } }) => {
      const pods = cluster.podsByService.get(`${metadata.namespace}/${metadata.name}`);
      return clusterIP !== 'None' && clusterIP !== '' && pods?.[0] === link.key;
    })
    .flatMap(({ metadata, spec }) =>
      (spec.ports ?? []).map((port) => ({
        destination: { kind: 'service', namespace: metadata.namespace!, name: metadata.name } as const,
        direct: false,
        address: spec.clusterIP!,
        port: port.port,
        protocol: port.protocol ?? 'TCP',
        host: hostHeader(`${metadata.name}.${metadata.namespace}.svc.cluster.local`, port.port, 80),
      })),
    );
}

function cellOf({ outsideAddress }: CellWorld, from: string, to: string, way: Way): Cell {
  const { destination, direct, address, port, protocol, host } = way;
  const [namespace = '', name = ''] = from.split('/');
  const isHttp = protocol === 'TCP' && port !== dnsPort;
  const request: Request = {
    source:
      from === outside ? { kind: 'address', address: outsideAddress } : { kind: 'pod', namespace, name },
    destination,
    port,
    protocol,
    ...(isHttp ? { http: { method: 'GET', path: '/', host } } : {}),
    ...(direct ? { direct } : {}),
    complete: true,
  };
  const where = direct ? `${address}:${port}` : `${host.replace(/:\d+$/, '')}:${port}`;
  const target = isHttp ? `http://${where}/` : `${protocol.toLowerCase()}://${where}`;
  return { from, to, target, address, port, request };
}
