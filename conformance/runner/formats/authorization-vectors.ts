import type { Cluster, PolicyTarget } from '../../../src/cluster/index.ts';
import type { AuthorizerProvider, Labels, MeshSettings, Token } from '../../../src/model/index.ts';
import { type Inbound, judgeAtProxy } from '../../../src/verdict/index.ts';
import { clusterOf } from '../cluster.ts';
import { difference } from '../diff.ts';
import type { CaseResult, Format } from '../format.ts';
import { observedOf } from './authorization-observed.ts';

interface FileProvider {
  readonly name: string;
  readonly envoyExtAuthzHttp?: unknown;
  readonly envoyExtAuthzGrpc?: unknown;
}

interface FileMesh {
  readonly rootNamespace: string;
  readonly trustDomain: string;
  readonly trustDomainAliases: readonly string[];
  readonly pathNormalization?: NonNullable<MeshSettings['pathNormalization']> | 'DEFAULT';
  readonly extensionProviders?: readonly FileProvider[];
  readonly validatePeerTrustDomain?: boolean;
}

interface FileToken {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly location?: Readonly<Record<string, string>>;
}

interface FileRequest {
  readonly protocol: 'http' | 'tcp';
  readonly source: { readonly ip: string; readonly principal: string | null };
  readonly destination: { readonly ip: string; readonly port: number };
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly jwt?: FileToken | readonly FileToken[];
  readonly sni?: string;
  readonly remoteIp?: string;
}

/** One request to one workload under some policies, and what Envoy did with it. */
interface Vector {
  readonly id: string;
  readonly mesh: FileMesh;
  readonly workload: {
    readonly namespace: string;
    readonly labels: Labels;
    readonly ports: readonly { readonly port: number; readonly protocol: string }[];
  };
  readonly policies: readonly unknown[];
  readonly request: FileRequest;
  readonly observed: Readonly<Record<string, unknown>>;
}

interface Setting {
  readonly cluster: Cluster;
  readonly target: PolicyTarget;
}

/** Requests that a real Envoy answered, configured by Istio's own code. */
export const authorizationVectors: Format = {
  name: 'authorization vectors',
  recognises: ({ vectors }) => Array.isArray(vectors) && vectors[0]?.observed !== undefined,
  *run(data) {
    const settings = new Map<string, Setting>();
    for (const vector of data.vectors as readonly Vector[]) yield checkVector(vector, settings);
  },
};

function checkVector(vector: Vector, settings: Map<string, Setting>): CaseResult {
  const verdict = judgeAtProxy(settingOf(vector, settings).cluster, inboundOf(vector, settings));
  const { remoteIp, ...observed } = observedOf(verdict, vector.request.path);
  const forwarded = remoteIp === vector.request.source.ip ? undefined : remoteIp;
  const expected = { ...vector.observed, remoteIp: vector.request.remoteIp };
  const failure = difference(expected, { ...observed, remoteIp: forwarded });
  return failure === undefined ? { id: vector.id } : { id: vector.id, failure };
}

/** Vectors of the same policies share a cluster, as requests to one cluster do. */
function settingOf(vector: Vector, settings: Map<string, Setting>): Setting {
  const { policies, workload, request } = vector;
  const mesh = meshOf(vector.mesh, authorizerAnswer(request));
  const key = JSON.stringify([policies, workload, mesh]);
  const known = settings.get(key);
  if (known !== undefined) return known;
  const { namespace, labels } = workload;
  const setting = {
    cluster: clusterOf(policies, { mesh }),
    target: { namespace, labels, waypoint: false, services: [] },
  };
  settings.set(key, setting);
  return setting;
}

function inboundOf(vector: Vector, settings: Map<string, Setting>): Inbound {
  const { request, workload } = vector;
  const { principal } = request.source;
  const declared = workload.ports.find(({ port }) => port === request.destination.port)?.protocol;
  const tokens = [request.jwt ?? []].flat().map(tokenOf);
  return {
    target: settingOf(vector, settings).target,
    at: { kind: 'sidecar', pod: `${workload.namespace}/pod` },
    portProtocol: declared === undefined ? 'undeclared' : declared === '' ? 'sniffed' : protocolOf(declared),
    destinationPort: request.destination.port,
    destinationAddress: request.destination.ip,
    sourceAddress: request.source.ip,
    transport: principal === null ? { kind: 'plaintext' } : { kind: 'mutual TLS', identity: principal },
    request: {
      ...(request.protocol === 'tcp' ? {} : { http: request }),
      ...(tokens.length === 0 ? {} : { jwt: tokens }),
      ...(request.sni === undefined ? {} : { sni: request.sni }),
      complete: true,
    },
  };
}

function protocolOf(declared: string): 'http' | 'tcp' {
  return /^(http|http2|grpc|grpc-web)$/i.test(declared) ? 'http' : 'tcp';
}

/** The files say `query` for what the model calls `param`. */
function tokenOf({ location, ...token }: FileToken): Token {
  if (location === undefined) return token;
  const { query, ...place } = location;
  return { ...token, location: query === undefined ? (place as { header: string }) : { param: query } };
}

function meshOf(mesh: FileMesh, answer: 'allow' | 'deny'): MeshSettings {
  const {
    extensionProviders = [],
    pathNormalization = 'DEFAULT',
    validatePeerTrustDomain = false,
    ...rest
  } = mesh;
  return {
    ...rest,
    validatePeerTrustDomain,
    pathNormalization: pathNormalization === 'DEFAULT' ? 'BASE' : pathNormalization,
    authorizers: extensionProviders.map((provider): AuthorizerProvider => {
      const protocol = provider.envoyExtAuthzHttp ? 'http' : provider.envoyExtAuthzGrpc ? 'grpc' : 'other';
      return { name: provider.name, protocol, usable: true, answer };
    }),
  };
}

/** The authorizer of the recordings allows what says so itself. */
function authorizerAnswer({ headers = {} }: FileRequest): 'allow' | 'deny' {
  return Object.entries(headers).some(([name, value]) => /^x-ext-authz$/i.test(name) && value === 'allow')
    ? 'allow'
    : 'deny';
}
