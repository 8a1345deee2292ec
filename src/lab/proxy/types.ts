import type { Cluster } from '../../cluster/index.ts';
import type { Exit, Running } from '../node/index.ts';
import type { EndpointSlice, Pod, Secret, Service } from '../store/index.ts';
import type { NetworkNamespace } from '../system/index.ts';

/** What all proxies are configured from: the mesh at one moment. */
export interface MeshView {
  readonly cluster: Cluster;
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly secrets: readonly Secret[];
  /** MeshConfig.accessLogEncoding; TEXT where it is not said. The lab's proxies always write an access log. */
  readonly accessLogEncoding?: 'TEXT' | 'JSON';
}

/** A certificate of a workload, and what it was issued under. PEM. */
export interface WorkloadIdentity {
  /** `spiffe://cluster.local/ns/shop/sa/web`. */
  readonly spiffeId: string;
  readonly key: string;
  readonly certificate: string;
  readonly roots: string;
  readonly notAfter: Date;
}

/** The lab's own CA. */
export interface CertificateAuthority {
  readonly roots: string;
  /** Issues (or gives the one it has, where that is good for more than half of its life) for a service account. */
  identityOf(trustDomain: string, namespace: string, serviceAccount: string): Promise<WorkloadIdentity>;
  /** For a server of the lab itself (the API), by DNS names and addresses. */
  serverCertificate(
    names: readonly string[],
  ): Promise<{ readonly key: string; readonly certificate: string }>;
}

/** What a proxy that is a program of this machine needs: files, and a process in the pod's network. The built-in one leaves it alone. */
export interface ProxyProcess {
  /** Writes a file by its path from the process's working directory, on the lab's own file system. In one step: whoever watches it has all of it, or what was there before. */
  readonly writeFile: (path: string, text: string) => Promise<void>;
  /** Starts the kind's program with these arguments. What it writes goes to the proxy's log. */
  readonly run: (args: readonly string[]) => Promise<Running>;
}

/** Where a sidecar stands and what it may use. */
export interface ProxyContext {
  readonly pod: Pod;
  readonly address: string;
  readonly network: NetworkNamespace;
  readonly authority: CertificateAuthority;
  /** One line of the proxy's log (container istio-proxy). */
  readonly log: (line: string) => void;
  readonly process: ProxyProcess;
}

/** A sidecar at work, whichever proxy it is. */
export interface RunningProxy {
  readonly kind: string;
  readonly ready: () => boolean;
  /** The mesh has changed: new requests and connections are judged by this from now on. */
  update(view: MeshView): void;
  /** Resolves when what the last `update` brought is what new requests and connections are judged by. */
  inForce(): Promise<void>;
  /** Takes no new connections, lets requests in flight end, at most for `graceMilliseconds`. */
  stop(graceMilliseconds: number): Promise<void>;
  /** Ends of itself where a proxy is a process that died. */
  readonly exited: Promise<Exit>;
}

/** A kind of proxy: the built-in one; real Envoy takes the same place. Capture (the redirects in the pod's namespace) is done before it starts, and undone by nobody. */
export interface ProxyKind {
  readonly name: 'built-in' | 'envoy';
  /** The program of this machine that it is, by its path; it is in the proxy's container then. */
  readonly program?: string;
  start(context: ProxyContext, view: MeshView): Promise<RunningProxy>;
}
