import { listNames, parseAddress } from '../../model/index.ts';
import type { OutsideServer } from '../components/index.ts';
import { type Answer, addressPeer, anyHost, anyOf, certain, namespaceNamed, podAnswer } from './answers.ts';
import type { Context } from './context.ts';
import { anyTcp, ruleOf, tcp } from './rules.ts';
import type { Parameter, TightRule } from './types.ts';

/** Reads `HOST`, `HOST:PORT`, `[ADDRESS]:PORT`. */
export function serverAt(text: string, usualPort: number): OutsideServer {
  if (parseAddress(text) !== undefined) return { host: text, port: usualPort };
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  return {
    host: bracketed ?? (plain === '' ? text : plain),
    port: port === undefined ? usualPort : Number(port),
  };
}

/** Egress to a server that was named by its host: to its pods where it is a Service, to its addresses where somebody says them or the host is one, else to any on its port. */
export function serverRules(
  context: Context,
  server: OutsideServer,
  parameter: Parameter | undefined,
  words: { readonly why: string; readonly without: string },
): readonly TightRule[] {
  const { host, port, cidrs = [], clusterIPs = [], pods, targetPorts, notes = [] } = server;
  const from = parameter === undefined ? [] : [parameter];
  const told: Answer = { peers: [...cidrs, ...clusterIPs].map(addressPeer), from, open: [] };
  const namespace = serviceNamespace(host);
  if (pods !== undefined || (namespace !== undefined && cidrs.length === 0)) {
    const own: Answer =
      pods === undefined
        ? { peers: [{ namespaceSelector: namespaceNamed(namespace!) }], from, open: [] }
        : podAnswer(context, pods, from);
    const open: Answer['open'] = targetPorts === undefined ? [{ kind: 'ports', of: host }] : [];
    const ports = targetPorts === undefined ? anyTcp : tcp(...targetPorts);
    return [
      ...ruleOf(context, { peers: { ...own, open: [...own.open, ...open] }, ports, notes, ...words }),
      ...ruleOf(context, { peers: told, ports: tcp(port), notes, ...words }),
    ];
  }
  const own = parseAddress(host) === undefined ? [] : [certain([addressPeer(host)])];
  const known = anyOf(told, ...own);
  return ruleOf(context, {
    peers: known.peers.length === 0 ? anyHost(host, port) : known,
    ports: tcp(port),
    ...words,
  });
}

/** Egress to several servers: one rule each, but those of which a port is all that a policy can say together, by port. */
export function rulesOfServers(
  context: Context,
  servers: readonly OutsideServer[],
  parameter: Parameter,
  { why, without }: { readonly why: (server: string) => string; readonly without: string },
): readonly TightRule[] {
  const named = servers.filter((server) => !isUnnamed(server));
  const unnamed = Map.groupBy(servers.filter(isUnnamed), ({ port }) => port);
  return [
    ...named.flatMap((server) =>
      serverRules(context, server, parameter, { why: why(`${server.host}:${server.port}`), without }),
    ),
    ...[...unnamed].flatMap(([port, own]) => {
      const hosts = [...new Set(own.map(({ host }) => host))];
      const peers = anyOf(...hosts.map((host) => anyHost(host, port)));
      return ruleOf(context, {
        peers,
        ports: tcp(port),
        why: why(`${listNames(hosts)}, port ${port}`),
        without,
      });
    }),
  ];
}

/** A host of which no address is known. */
function isUnnamed({ host, cidrs = [], pods }: OutsideServer): boolean {
  return (
    cidrs.length === 0 &&
    pods === undefined &&
    serviceNamespace(host) === undefined &&
    parseAddress(host) === undefined
  );
}

/** The namespace of a Service's host name in the cluster: `keycloak.auth.svc`, `keycloak.auth.svc.cluster.local`. */
export function serviceNamespace(host: string): string | undefined {
  return /^[^.]+\.([^.]+)\.svc(\.[^.].*)?$/.exec(host)?.[1];
}
