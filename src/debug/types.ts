import type { ClusterPod } from '../cluster/index.ts';
import type { LogPolicy, LogRecord } from '../logs/index.ts';
import type {
  Endpoint,
  Fact,
  HttpRequest,
  InvalidToken,
  KindedObject,
  Layer,
  Protocol,
  Request,
  ServiceReference,
  Span,
  Step,
  Verdict,
} from '../model/index.ts';
import type { Doubt } from './doubt-types.ts';
import type { Overruled } from './overruled.ts';

/** The pod in whose log a line stands, as a collector's prefix names it. */
export interface LogStream {
  readonly namespace?: string;
  readonly pod: string;
}

/** A denial of a log, with what is known of the log around it. */
export interface Denial {
  readonly record: LogRecord;
  /** Where several are read. */
  readonly file?: string | undefined;
  readonly stream?: LogStream | undefined;
}

/** What the user says of a log beside its lines; it goes before what they state. */
export interface Said {
  readonly source?: Endpoint;
  readonly destination?: Endpoint | ServiceReference;
  /** The pod whose log it is. */
  readonly stream?: LogStream;
  /** What the lines leave open of the request; `undefined` members are not said. */
  readonly request?: Partial<Pick<Request, 'port' | 'protocol' | 'http' | 'jwt' | 'sni' | 'principal'>>;
}

/** What a line states of one end. */
export interface Claim {
  readonly said?: Endpoint | ServiceReference | undefined;
  readonly ip?: string | undefined;
  readonly port?: number | undefined;
  readonly namespace?: string | undefined;
  readonly pod?: string | undefined;
  readonly workload?: string | undefined;
  readonly principal?: string | undefined;
  /** Host name of a Service. */
  readonly service?: string | undefined;
  readonly stream?: LogStream | undefined;
  /** What other lines of the log state of the same address. */
  readonly elsewhere?: Pick<Claim, 'principal' | 'service'> | undefined;
  /** True where the address came by a header: the connection is of a proxy before the server. */
  readonly forwarded?: boolean;
}

/** What tells which pod, address or node an end is. */
export type EndEvidence =
  | 'said'
  | 'pod name'
  | 'stream'
  | 'address'
  | 'workload'
  | 'identity'
  | 'Service'
  | 'namespace'
  /** The only one, or the first, for which the verdict is what the log says. */
  | 'verdict';

/** Something that an end may be. */
export interface Candidate {
  readonly end: Endpoint | ServiceReference;
  /** `ns/workload`, an address, `node/NAME`, `ns/svc/NAME`. */
  readonly name: string;
  readonly pod?: ClusterPod | undefined;
}

/** What an end turned out to be. */
export interface FoundEnd extends Candidate {
  readonly by: readonly EndEvidence[];
  /** What the line states beside it that does not fit it: an address of another pod, a principal of another account. */
  readonly conflicts: readonly EndEvidence[];
  /** Names of what fits as well. */
  readonly others: readonly string[];
  /** Those of them that may well be meant: not what runs the cluster. */
  readonly rivals: readonly string[];
  /** True where it is but the first of many that fit. */
  readonly guess: boolean;
  readonly claim: Claim;
}

/** What one line says of a denial, in the terms of a verdict. */
export interface Evidence {
  readonly at: 'network' | 'proxy' | 'ztunnel';
  readonly dialect: string;
  /** The layers in which the log's denial may be. */
  readonly layers: readonly Layer[];
  readonly source: Claim;
  readonly destination: Claim;
  readonly port: number | string | undefined;
  /** As the log has it where it is none that policies know: ICMP. */
  readonly protocol: Protocol | (string & {});
  readonly http: HttpRequest | undefined;
  /** What is wrong with the token, as the log says. */
  readonly token: InvalidToken | undefined;
  /** The token is for somebody else. */
  readonly audience: boolean;
  /** An external authorizer refused. */
  readonly authorizer: boolean;
  readonly policy: LogPolicy | undefined;
  /** The log says that no rule matched. */
  readonly nothingMatched: boolean;
  readonly reason: string | undefined;
}

/** What was taken for granted although nothing says so. */
export type Assumed =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'http'; readonly method: string; readonly path: string }
  /** The log says that a node was denied, and its own pods it always reaches. */
  | { readonly kind: 'other node'; readonly pod: string }
  /** The address that the log shows, of a pod whose address is not given. */
  | { readonly kind: 'address'; readonly pod: string; readonly address: string }
  /** What nobody said of the request is absent. */
  | { readonly kind: 'absent'; readonly facts: readonly Fact[] };

/** How the policy that the log names stands to the one of the verdict. */
export type Agreement =
  /** The log names none. */
  | { readonly kind: 'not named' }
  | { readonly kind: 'same' }
  /** The log says that nothing matched, and so it is; or the other way round. */
  | { readonly kind: 'nothing matched'; readonly agrees: boolean }
  /** The policy that the log names is in the manifests, and another one decides. */
  | { readonly kind: 'another'; readonly object: KindedObject }
  | { readonly kind: 'absent'; readonly policy: LogPolicy };

/** Why a denial is as it should be. */
export type Rightness =
  | { readonly kind: 'test'; readonly name: string; readonly span: Span }
  /** A rule denies this caller by name. */
  | { readonly kind: 'explicit' }
  /** No policy is at fault: an expired token, plaintext to STRICT. */
  | { readonly kind: 'token'; readonly token: InvalidToken }
  | { readonly kind: 'plaintext' };

/** What a denial comes to. */
export type Cause =
  /** `step` denies it. `before`: a layer that would have denied it before the place of the log saw it. */
  | {
      readonly kind: 'denied';
      readonly step: Step;
      readonly agreement: Agreement;
      readonly before?: Step;
    }
  /** By the manifests it is allowed where the log says that it was denied. `elsewhere`: another layer denies it. */
  | {
      readonly kind: 'allowed';
      readonly doubts: readonly Doubt[];
      readonly elsewhere?: Step;
    }
  | { readonly kind: 'unknown'; readonly missing: readonly Fact[] }
  /** Nobody can tell who the ends are. */
  | {
      readonly kind: 'not placed';
      readonly ends: readonly ('source' | 'destination')[];
      readonly count: number;
    }
  /** Policies say nothing of such packets. */
  | { readonly kind: 'not judged'; readonly protocol: string };

/** A denial, explained. */
export interface Finding {
  readonly evidence: Evidence;
  readonly source: FoundEnd;
  readonly destination: FoundEnd;
  /** The request as it was judged; undefined where it could not be built. */
  readonly request?: Request;
  readonly verdict?: Verdict;
  readonly cause: Cause;
  /** The policy of the manifests that the log names, whatever the verdict says. */
  readonly named?: KindedObject;
  readonly assumed: readonly Assumed[];
  readonly right?: Rightness;
  /** True where method and path decide. */
  readonly byRequest: boolean;
}

/** Where and when a denial stands in the log. */
export interface Occurrence {
  readonly file?: string | undefined;
  readonly lines: readonly [number, number];
  readonly time?: string | undefined;
}

/** Denials that are alike. */
export interface DenialGroup {
  readonly finding: Finding;
  readonly count: number;
  readonly first: Occurrence;
  readonly last: Occurrence;
  readonly dialects: readonly string[];
  /** Addresses outside, of the source or else of the destination, where they are what differs; of many the first. */
  readonly addresses: readonly string[];
  readonly addressCount: number;
  /** `GET /x`; of many the first. */
  readonly requests: readonly string[];
  readonly requestCount: number;
  /** What the user says and the lines state otherwise. */
  readonly overruled: readonly Overruled[];
}
