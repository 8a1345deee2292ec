import type { Cluster, ClusterPod, Workload } from '../cluster/index.ts';
import type { IpRange, Outcome, PortRange, Protocol } from '../model/index.ts';
import type { Universe } from './requests/index.ts';
import type { RequestSet } from './requests/types.ts';

/** A row or column of the map. */
export type MapEnd = WorkloadEnd | OutsideEnd;

/** The pods of a workload that nothing tells apart: as a rule all of them. */
export interface WorkloadEnd {
  readonly kind: 'workload';
  /** `shop/Deployment/web`; where pods of a workload differ, with the names of those that are meant: `shop/Deployment/web (web-1)`. */
  readonly label: string;
  readonly namespace: string;
  readonly workload: Workload;
  /** At least one; any of them stands for all. */
  readonly pods: readonly ClusterPod[];
}

/** Addresses outside the cluster that no policy tells apart. */
export interface OutsideEnd {
  readonly kind: 'outside';
  /** `outside` where policies tell no addresses apart; else the ranges: `203.0.113.0/24`, `outside except 10.0.0.0/8`. */
  readonly label: string;
  readonly ranges: readonly IpRange[];
  /** One that stands for all. */
  readonly address: string;
}

/** Ports of a destination that behave alike, and what of a source's traffic comes through there. */
export interface Passage {
  readonly protocol: Protocol;
  /** Ascending, no two of them touch. */
  readonly ports: readonly PortRange[];
  /** Bytes that are not HTTP. */
  readonly bytes: Outcome;
  /** HTTP requests without X-Forwarded-For; on TCP only. */
  readonly http: HttpPassage | undefined;
}

/** `depends`: some requests pass and some do not; `passing` says which. */
export type HttpPassage =
  | { readonly outcome: Outcome }
  | {
      readonly outcome: 'depends';
      /** The requests that pass. */
      readonly passing: RequestSet;
      /** Those of which it is not known (an authorizer's answer); empty as a rule. */
      readonly unknown: RequestSet;
      /** What requests there can look like. */
      readonly universe: Universe;
    };

/** Who can reach whom in a cluster. */
export interface ReachMap {
  readonly cluster: Cluster;
  readonly layer: MapLayer;
  /** Workloads by namespace and name, then ranges outside. */
  readonly ends: readonly MapEnd[];
  /** How many sets of ends there are that no policy tells apart. */
  readonly classes: number;
  /**
   * What comes through from one end to another, ports in order; a port that is not listed is denied for certain. From an end to itself: between two different
   * pods of it; undefined where there is no such pair (one pod, or an address outside at both ends).
   */
  passages(source: MapEnd, destination: MapEnd): readonly Passage[] | undefined;
  /** All pairs through which something comes or may come, by destination. */
  pairs(): Iterable<ReachPair>;
}

export interface ReachPair {
  readonly source: MapEnd;
  readonly destination: MapEnd;
  readonly passages: readonly Passage[];
}

/** `network`: NetworkPolicy and the admin tiers alone; `authorization`: Istio alone. */
export type MapLayer = 'network' | 'authorization' | 'all';
