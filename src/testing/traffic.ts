import type { Cluster, ClusterPod } from '../cluster/index.ts';
import { holdsPort, type Outcome, type PortRange } from '../model/index.ts';
import { requestConditions } from '../policy/authorization/index.ts';
import {
  allRequests,
  findWitness,
  type HttpPassage,
  intersectionOf,
  type Passage,
  type RequestSet,
  type RequestWitness,
  type Universe,
} from '../reach/index.ts';
import type { Traffic } from './types.ts';

/** Something that comes through (or of which nobody knows) at some ports of a destination, and that a statement is about. */
export interface Flow {
  readonly outcome: Exclude<Outcome, 'deny'>;
  readonly protocol: Passage['protocol'];
  readonly ports: readonly PortRange[];
  /** One of the HTTP requests; undefined: bytes that are not HTTP. */
  readonly http: RequestWitness | undefined;
  /** True where every request comes through, so that the Host does not matter. */
  readonly anyHost: boolean;
}

export type FlowsOf = (passages: readonly Passage[], destination: ClusterPod | undefined) => readonly Flow[];

/** Picks out of the passages to a destination what a statement is about. Sets of requests are looked at once each. */
export function flowFinder(traffic: Traffic, cluster: Cluster): FlowsOf {
  const wanted = httpConditions(traffic);
  const witnesses = new Map<RequestSet, RequestWitness | undefined>();
  const find = (set: RequestSet, universe: Universe): RequestWitness | undefined => {
    if (!witnesses.has(set)) {
      witnesses.set(set, findWitness(wanted === undefined ? set : intersectionOf(set, wanted), universe));
    }
    return witnesses.get(set);
  };
  const plain: Universe = { mesh: cluster.mesh, jwtRules: [] };
  return (passages, destination) =>
    passages.flatMap((passage) => {
      const { protocol, bytes, http } = passage;
      if (traffic.protocol !== undefined && traffic.protocol !== protocol) return [];
      const ports = portsWanted(passage, traffic, destination);
      if (ports.length === 0) return [];
      const where = { protocol, ports };
      const isHttpOnly = wanted !== undefined;
      const ofBytes: readonly Flow[] =
        bytes === 'deny' || isHttpOnly ? [] : [{ ...where, outcome: bytes, http: undefined, anyHost: true }];
      const ofHttp = httpParts(http, plain).flatMap(({ outcome, set, universe }): readonly Flow[] => {
        const witness = find(set, universe);
        const anyHost = set === allRequests && traffic.hosts === undefined;
        return witness === undefined ? [] : [{ ...where, outcome, http: witness, anyHost }];
      });
      return [...ofBytes, ...ofHttp];
    });
}

/** undefined where a statement says nothing about HTTP. A request without a token has no request principal. */
function httpConditions({ methods, paths, hosts, withoutToken }: Traffic): RequestSet | undefined {
  const fields = {
    ...(hosts === undefined ? {} : { hosts }),
    ...(methods === undefined ? {} : { methods }),
    ...(paths === undefined ? {} : { paths }),
    ...(withoutToken === undefined ? {} : { notRequestPrincipals: ['*'] }),
  };
  return Object.keys(fields).length === 0 ? undefined : [{ any: [requestConditions(fields)], none: [] }];
}

interface HttpPart {
  readonly outcome: Flow['outcome'];
  readonly set: RequestSet;
  readonly universe: Universe;
}

function httpParts(http: HttpPassage | undefined, plain: Universe): readonly HttpPart[] {
  if (http === undefined || http.outcome === 'deny') return [];
  if (http.outcome !== 'depends') return [{ outcome: http.outcome, set: allRequests, universe: plain }];
  const { passing, unknown, universe } = http;
  return [
    { outcome: 'allow', set: passing, universe },
    { outcome: 'unknown', set: unknown, universe },
  ];
}

/** A port's name is looked up where the request goes. */
function portsWanted(
  { ports, protocol }: Passage,
  { ports: wanted }: Traffic,
  destination: ClusterPod | undefined,
): readonly PortRange[] {
  if (wanted === undefined) return ports;
  const numbers = wanted.flatMap((port) =>
    typeof port === 'number' ? [port] : named(port, protocol, destination),
  );
  return numbers
    .filter((number) => holdsPort(ports, number))
    .map((number) => ({ first: number, last: number }));
}

function named(name: string, protocol: Passage['protocol'], pod: ClusterPod | undefined): readonly number[] {
  const declared = (pod?.ports ?? []).filter((port) => port.name === name && port.protocol === protocol);
  return declared.map(({ containerPort }) => containerPort);
}
