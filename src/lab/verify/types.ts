import type { Outcome, Request, Symptom } from '../../model/index.ts';

/** Whoever listens there is taken to speak DNS, over TCP as over UDP; on all other TCP ports HTTP is spoken. */
export const dnsPort = 53;

/** One question to both: may this go from here to there? */
export interface Cell {
  /** `namespace/name` of a pod, or `outside`. */
  readonly from: string;
  /** `namespace/name` of the pod that is meant. */
  readonly to: string;
  /** As a person would write it: `10.244.0.7:80`, `http://web.shop.svc.cluster.local:8080/`. */
  readonly target: string;
  /** Where the packets are sent. */
  readonly address: string;
  readonly port: number;
  /** The Host header of the request. */
  readonly host: string;
  readonly request: Request;
}

/** What the packets came to. */
export interface Observation {
  /** `untried`: nothing could be told, `why` says the reason. */
  readonly outcome: 'allow' | 'deny' | 'untried';
  /** What the client saw, in words: `HTTP 403, body "RBAC: access denied"`. */
  readonly seen: string;
  readonly symptom?: Symptom | undefined;
  /** The policies that dropped a packet of it, as the kernel told. */
  readonly droppedBy?: readonly string[];
  readonly milliseconds: number;
}

/** A cell with both answers. */
export interface VerifiedCell {
  readonly from: string;
  readonly to: string;
  readonly target: string;
  readonly protocol: string;
  readonly port: number;
  readonly verdict: Outcome;
  readonly packets: Observation;
  readonly agrees: 'yes' | 'no' | 'not comparable';
  /** For a disagreement: the verdict's proof, as `check` prints it. */
  readonly proof?: string;
}

export interface Verification {
  readonly cells: readonly VerifiedCell[];
  readonly agreed: number;
  readonly disagreed: number;
  /** The verdict says `unknown`: packets may come out either way. */
  readonly unknown: number;
  /** Not tried, by reason: no SCTP in this kernel, nothing listens. */
  readonly untried: Readonly<Record<string, number>>;
}
