import type { Mesh, MutualTlsMode, Reason, TlsTrouble } from '../model/index.ts';
import { looksLikeHttp } from '../policy/http/index.ts';
import {
  attachedPeerAuthentications,
  composeModes,
  type ModeDecision,
} from '../policy/peer-authentication/index.ts';
import { chooseChain } from './proxy-chain.ts';
import type { Inbound, ProxyCluster } from './proxy-types.ts';

/** What became of a connection before any policy was asked. */
export interface Handshake {
  readonly chain: 'HTTP' | 'TCP' | undefined;
  /** Of the client, where TLS ended here. */
  readonly identity: string | undefined;
  readonly because: Extract<Reason, { kind: 'tls' }>;
}

/** Chooses the filter chain of a connection and checks the client's certificate, as far as the proxy does. */
export function shakeHands(cluster: ProxyCluster, inbound: Inbound): Handshake {
  const { transport, portProtocol, request } = inbound;
  const decision = modeOf(cluster, inbound);
  const carriesHttp = request.http !== undefined && looksLikeHttp(request.http);
  const choice = chooseChain(decision?.mode, portProtocol, transport.kind, carriesHttp);
  const identity = 'refused' in choice || !choice.identified ? undefined : transport.identity;
  const why =
    'refused' in choice ? choice.refused : certificateTrouble(cluster.mesh, transport.kind, identity);
  const because = describe(inbound, decision, identity, why);
  const chain = why !== undefined || 'refused' in choice ? undefined : choice.chain;
  return { chain, identity, because };
}

/**
 * Only sidecars have a mode. What is said of a single port holds there even where no Service declares it: it gets passthrough chains of its own.
 * Source: istio pilot/pkg/networking/plugin/authn ForPassthrough.
 */
function modeOf(cluster: ProxyCluster, { at, target, destinationPort }: Inbound): ModeDecision | undefined {
  if (at.kind !== 'sidecar') return undefined;
  const modes = composeModes(attachedPeerAuthentications(cluster, target), cluster.mesh.rootNamespace);
  return modes.ports.get(destinationPort) ?? modes;
}

/** A certificate of a trust domain that is not the mesh's fails the handshake, unless istiod is told to let it pass. */
function certificateTrouble(
  mesh: Pick<Mesh, 'trustDomain' | 'trustDomainAliases' | 'validatePeerTrustDomain'>,
  transport: Inbound['transport']['kind'],
  identity: string | undefined,
): TlsTrouble | undefined {
  if (transport !== 'mutual TLS' || !mesh.validatePeerTrustDomain || identity === undefined) return undefined;
  const known = [mesh.trustDomain, ...mesh.trustDomainAliases];
  return known.some((domain) => identity.startsWith(`${domain}/`)) ? undefined : 'foreign trust domain';
}

function describe(
  { transport }: Inbound,
  decision: ModeDecision | undefined,
  identity: string | undefined,
  why: TlsTrouble | undefined,
): Handshake['because'] {
  const mode: MutualTlsMode = decision?.mode ?? 'UNSET';
  return {
    kind: 'tls',
    transport: transport.kind,
    mode,
    identity,
    ...(decision?.decidedBy === undefined ? {} : { decidedBy: decision.decidedBy }),
    ...(transport.client === undefined ? {} : { client: transport.client }),
    ...(why === undefined ? {} : { why }),
  };
}
