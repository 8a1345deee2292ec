import type { Cluster, PolicyTarget } from '../cluster/index.ts';
import type {
  EnforcementPoint,
  Fact,
  NotSaid,
  Outcome,
  PolicyReference,
  ProxiedRequest,
  Request,
  Step,
  Symptom,
  Transport,
} from '../model/index.ts';

/** The parts of a cluster that a proxy's configuration is made of. */
export type ProxyCluster = Pick<Cluster, 'policies' | 'mesh' | 'pods'>;

/** How a proxy treats a port: by the protocol that its Service declares, by looking at the first bytes, or (no Service has it) likewise. */
export type PortProtocol = 'http' | 'tcp' | 'sniffed' | 'undeclared';

/** A connection that arrives at one Envoy (sidecar, gateway, waypoint), and what it carries. */
export interface Inbound {
  /** What the proxy's policies attach to. Give the same object for the same proxy: what is read of its policies is kept with it. */
  readonly target: PolicyTarget;
  /** A sidecar has an mTLS mode; a gateway stands at the edge; a waypoint takes the identity of HBONE. */
  readonly at: EnforcementPoint;
  readonly portProtocol: PortProtocol;
  /** The port that the proxy sees: the container's at a sidecar, the Service's at a waypoint. */
  readonly destinationPort: number;
  readonly destinationAddress: string | NotSaid;
  readonly sourceAddress: string | NotSaid;
  readonly transport: {
    readonly kind: Transport;
    /** Of the client's certificate, without `spiffe://`; counts only with mutual TLS and HBONE. */
    readonly identity?: string | undefined;
    /** The DestinationRule that chose this transport, for the proof. */
    readonly client?: PolicyReference | undefined;
  };
  /** Would HTTP in it come from the client's own sidecar, which speaks HTTP to this port itself? */
  readonly fromSidecar?: boolean;
  readonly request: Pick<Request, 'http' | 'jwt' | 'sni' | 'complete'>;
}

/** What a proxy did, layer by layer. */
export interface ProxyVerdict {
  readonly outcome: Outcome;
  /** What the client sees of a denial; undefined for an allowed request, and for a denial of which the form is not known. */
  readonly symptom: Symptom | undefined;
  readonly decidedBy: Step;
  /** What the client sees of each step that denied or would have. */
  readonly symptoms: ReadonlyMap<Step, Symptom>;
  /** In filter order. Steps with `afterDecision` did not run: they say what would have denied too. */
  readonly steps: readonly Step[];
  /** What an unknown outcome depends on. */
  readonly missing: readonly Fact[];
  /** The filter chain that took the connection; undefined = none did. */
  readonly chain: 'HTTP' | 'TCP' | undefined;
  /** The request as the filters saw it; undefined on a TCP chain and for a bad request. */
  readonly proxied: ProxiedRequest | undefined;
}
