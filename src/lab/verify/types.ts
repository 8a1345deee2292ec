import type { HttpRequest, Outcome, Request, Symptom } from '../../model/index.ts';

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
  readonly request: Request;
  /** For a request that is not the plain one: what is sent beside the headers that `request` names, its tokens. */
  readonly tokens?: readonly string[];
}

/** A request that is tried beside the plain one, a GET of `/`. */
export interface ProbeRequest {
  /** `namespace/name` of the pod that is meant; all where it is not said. */
  readonly to?: string;
  /** What it leaves out is as in the plain one. */
  readonly http: HttpRequest;
  /** In `Authorization: Bearer` or in headers and cookies of their own. */
  readonly jwt?: Request['jwt'];
  /** The tokens of `jwt` as they are sent, in its order. */
  readonly tokens?: readonly string[];
  /** Of the senders and ways to the pod that speak HTTP so many are tried, spread over them; all where it is not said. */
  readonly ways?: number;
}

/** How often a condition of the policies held, and how often it did not, at proxies that requests came to. */
export interface ConditionCount {
  readonly held: number;
  readonly failed: number;
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
  /** What was sent, where it was not the plain request. */
  readonly sent?: Pick<Request, 'http' | 'jwt'>;
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
  /** What of the AuthorizationPolicies was tried, by action, field and `when` key. */
  readonly conditions: Readonly<Record<string, ConditionCount>>;
}
