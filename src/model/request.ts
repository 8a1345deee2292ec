import type { KnownLabels, Labels } from './labels.ts';
import type { NotSaid } from './truth.ts';
import type { Protocol } from './workload.ts';

/** An end of a request. `name` is a pod's; an address may lie inside or outside the cluster; a node speaks for itself. */
export type Endpoint =
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'node'; readonly name: string }
  /** A host outside the cluster; as a destination only. */
  | { readonly kind: 'host'; readonly host: string };

/** A Service by name, or any host name as a client would write it. */
export interface ServiceReference {
  readonly kind: 'service';
  readonly namespace: string;
  readonly name: string;
}

/** A pod as an end of a request. */
export function podEndpoint({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): Endpoint {
  return { kind: 'pod', namespace, name };
}

/** What someone wants to send. An optional field that is left out is not said; `complete` tells what that means. */
export interface Request {
  readonly source: Endpoint;
  readonly destination: Endpoint | ServiceReference;
  /** The port that the client asks for: of the Service where the destination is one. A name is looked up there. */
  readonly port: number | string;
  readonly protocol: Protocol;
  /** Left out: bytes that are not HTTP. */
  readonly http?: HttpRequest;
  readonly jwt?: 'none' | Token | readonly Token[];
  /** Server name of the TLS client hello; null = none. */
  readonly sni?: string | null;
  /** The client's identity (`TD/ns/NS/sa/SA`, any text), where it is not that of the source pod; null = plaintext. */
  readonly principal?: string | null;
  /** True: a pod is sent to by its bare address. Else as its callers do: as an endpoint of the Service that leads to the port, if there is one. */
  readonly direct?: boolean;
  /** True: what is not said is absent (no token, no further header). False: it is not known. */
  readonly complete: boolean;
}

/** The Host header of a client: `host`, or `host:port` where the port is not the `usual` one of its scheme; an IPv6 address in brackets. */
export function hostHeader(host: string, port: number | undefined, usual: number | undefined): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === undefined || port === usual ? name : `${name}:${port}`;
}

export interface HttpRequest {
  readonly method?: string;
  /** The request target as sent: may hold a query, a fragment or an absolute URI. */
  readonly path?: string;
  /** The Host header as sent. */
  readonly host?: string;
  /** As sent, by name; a list = the header was sent several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** A token as far as a JWT filter can tell it: good with its claims, or the reason why it is no good. */
export interface Token {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly invalid?: InvalidToken;
  /** Where it is sent; left out = `Authorization: Bearer`. */
  readonly location?: TokenLocation;
}

/** Words for the token of a request: no token, or what is wrong with it. `invalid` is a token with a bad signature. */
export const tokenWords = [
  'none',
  'invalid',
  'malformed',
  'expired',
  'not-yet-valid',
  'bad-signature',
  'unknown-key',
  'unknown-issuer',
  'no-issuer',
] as const;
export type TokenWord = (typeof tokenWords)[number];

/** What can be wrong with a token. */
export type InvalidToken = Exclude<TokenWord, 'none' | 'invalid'>;

export type TokenLocation =
  | { readonly header: string; readonly prefix?: string }
  | { readonly param: string }
  | { readonly cookie: string };

/** A pod as rules at the node see it. `undefined` labels never occur: a pod's own labels are always known. */
export interface PodView {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly namespaceLabels: KnownLabels;
  readonly ports: readonly {
    readonly name?: string;
    readonly containerPort: number;
    readonly protocol: Protocol;
  }[];
}

/**
 * One end of a packet as a network policy sees it. `pod` is undefined for hosts, hostNetwork pods and addresses outside:
 * those are addresses without labels, ports or policies.
 */
export interface PacketEnd {
  readonly pod: PodView | undefined;
  readonly address: string | NotSaid;
  /** Name for facts and messages: `ns/name`, a host name or the address. */
  readonly label: string;
}

/** A first packet of a connection. `port` is the destination's. */
export interface Packet {
  readonly source: PacketEnd;
  readonly destination: PacketEnd;
  readonly port: number;
  readonly protocol: Protocol;
}

/**
 * What a proxy or ztunnel knows of a connection when it judges. `undefined` = known to be absent, `notSaid` = not known.
 * `identity` has no `spiffe://`.
 */
export interface Connection {
  readonly identity: string | undefined | NotSaid;
  /** The TCP peer. */
  readonly sourceAddress: string | NotSaid;
  readonly destinationAddress: string | NotSaid;
  readonly destinationPort: number;
  readonly sni: string | undefined | NotSaid;
}

/** An HTTP request inside a connection, after the proxy's parsing and path normalization. */
export interface ProxiedRequest {
  readonly method: string | NotSaid;
  /** Normalized, with its query. */
  readonly path: string | NotSaid;
  readonly authority: string | undefined | NotSaid;
  /** Lower-case names; white space around values gone; all values of a repeated header. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** True where headers that are not listed are absent. */
  readonly headersComplete: boolean;
  /** The address that `remoteIpBlocks` see. */
  readonly remoteAddress: string | NotSaid;
  /** Payload of the token that the JWT filter accepted; undefined = none. */
  readonly claims: Readonly<Record<string, unknown>> | undefined | NotSaid;
  /** True where claims that the payload does not name are absent. */
  readonly claimsComplete: boolean;
}
