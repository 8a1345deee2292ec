/** One decision, as the lines of a log state it. What they do not state is absent: a reader never says more than its line. */
export interface LogRecord extends LogFields {
  /** The first and the last line of the stream that it was read from, from 1. */
  readonly lines: readonly [number, number];
  /** The reader's name: `envoy-rbac`, `hubble-json`. */
  readonly dialect: string;
  /** `none` for what only looks like a decision: dry runs, audits. */
  readonly decision: 'allow' | 'deny' | 'none';
}

/** What a line may state of a decision. */
export interface LogFields {
  /** ISO 8601 where the line gives enough for it, else its own text. */
  readonly time?: string | undefined;
  readonly source?: LogEnd | undefined;
  readonly destination?: (LogEnd & { readonly service?: string | undefined }) | undefined;
  /** Upper case: TCP, UDP, ICMP. */
  readonly protocol?: string | undefined;
  readonly direction?: 'ingress' | 'egress' | undefined;
  readonly policy?: LogPolicy | undefined;
  readonly method?: string | undefined;
  /** Without its query, where tokens stand. */
  readonly path?: string | undefined;
  readonly status?: number | undefined;
  /** The line's own words for why. */
  readonly reason?: string | undefined;
}

/** One end of a connection. */
export interface LogEnd {
  readonly ip?: string | undefined;
  readonly port?: number | undefined;
  readonly namespace?: string | undefined;
  readonly pod?: string | undefined;
  /** What owns the pod: a Deployment, and where only a ReplicaSet or `NAME-*` is named, that. */
  readonly workload?: string | undefined;
  /** SPIFFE identity, without `spiffe://`. */
  readonly principal?: string | undefined;
}

/** The policy that a line names. */
export interface LogPolicy {
  readonly kind?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** As the dialect writes it: an index, a rule's name. */
  readonly rule?: string | undefined;
}

/** One way of writing decisions down. A dialect keeps no state; what spans lines is joined by `Reading.part`. */
export interface Dialect {
  readonly name: string;
  /**
   * Texts of which one stands in every line that this reader understands: ASCII, seven letters or more, as rare in
   * other lines as possible, and without quotes, backslashes and tabs, which look different inside JSON.
   */
  readonly hints: readonly string[];
  /** What a line says that holds a hint; undefined where it is not this dialect's after all. */
  readonly read: (line: LogLine) => Reading | undefined;
  /** What a line says that follows one whose reading `goesOn`; such lines need no hint. */
  readonly readNext?: (line: LogLine) => Reading | undefined;
}

/** A line as readers get it: without colours, and out of the JSON that docker or journald put around it. */
export interface LogLine {
  readonly text: string;
  /** The object that the line is, or that stands behind its prefix, where there is one. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
  /** The time that the wrapper states. */
  readonly outerTime: string | undefined;
  /** The pod or host that the wrapper states, in any form: what tells its streams apart. */
  readonly outerStream: string;
}

/** What one line comes to. */
export interface Reading {
  /**
   * `whole`: all of a decision. `opening`: what is asked; `detail`: more of the latest opening of its stream; `result`:
   * the decision on the opening of its thread; `reply`: what the client was told of the last result of its thread.
   * `other`: a line that is understood and tells nothing.
   */
  readonly part: 'whole' | 'opening' | 'detail' | 'result' | 'reply' | 'ending' | 'break' | 'other';
  readonly decision?: LogRecord['decision'];
  /** What joins lines of one decision: a thread, an id. */
  readonly thread?: string | undefined;
  /** What else tells streams apart: a prefix with the pod's name. */
  readonly stream?: string;
  readonly fields?: LogFields;
  /** A result that leaves its opening to a second one: Envoy's shadow rules come before the enforced ones. */
  readonly leavesOpening?: boolean;
  /** One of the next lines belongs to this one, with no word in it that says so; of an opening: details may follow. */
  readonly goesOn?: boolean;
}

/** What was read, counted while it is read. */
export interface LogTally {
  lines: number;
  /** Lines that no dialect understands, and no record goes over. */
  unknown: number;
  records: number;
  /** Lines so long that only their beginning was read. */
  cut: number;
}
