import type { DnsServer, OutsideServer, PodPeer, Surroundings } from '../../istio/components/index.ts';
import { parseRange } from '../../model/index.ts';
import { usageError } from '../exit.ts';
import { readPodPeer } from './pod-peer-text.ts';
import type { SurroundingsFlags } from './surroundings-flags.ts';

/**
 * Reads the flags that say what lies around Istio's components. A flag that is not there leaves its field out: not known. `none` says that there is none.
 * Throws a usage error.
 */
export function readSurroundings(flags: SurroundingsFlags): Surroundings {
  const apiServer = readList(flags.apiServerCidr, '--api-server-cidr', readCidr);
  const sources = readList(flags.apiServerSourceCidr, '--api-server-source-cidr', readCidr) ?? apiServer;
  return {
    ...pick('apiServer', apiServer),
    ...pick('apiServerSources', sources),
    ...pick('apiServerPorts', readList(flags.apiServerPort, '--api-server-port', readPortNumber)),
    ...pick('nodes', readList(flags.nodeCidr, '--node-cidr', readCidr)),
    ...pick('monitoring', readList(flags.monitoring, '--monitoring', readPeer)),
    ...pick('mesh', readList(flags.mesh, '--mesh', readPeer)),
    ...pick('dns', readList(flags.dns, '--dns', readDns)),
    ...pick('remoteNetworks', readList(flags.remoteCidr, '--remote-cidr', readCidr)),
    ...pick('remoteApiServers', readList(flags.remoteApiServerCidr, '--remote-api-server-cidr', readCidr)),
    ...pick('jwks', readList(flags.jwks, '--jwks', readServer)),
    ...pick('clients', readList(flags.clientCidr, '--client-cidr', readCidr)),
    ...pick('external', readList(flags.external, '--external', readServer)),
    ...pick('istiod', readList(flags.istiodPods, '--istiod-pods', readPeer)),
    ...pick('gateways', readList(flags.gatewayPods, '--gateway-pods', readPeer)),
  };
}

type Read<T> = (text: string, flag: string) => readonly T[];

function readList<T>(
  texts: readonly string[] | undefined,
  flag: string,
  read: Read<T>,
): readonly T[] | undefined {
  if (texts === undefined) return undefined;
  if (!texts.includes('none')) return texts.flatMap((text) => read(text, flag));
  if (texts.every((text) => text === 'none')) return [];
  throw usageError(
    `${flag} none says that there is none, and ${flag} ${texts.find((text) => text !== 'none')} that there is`,
  );
}

/** Ranges, or single addresses as their range, with commas between. */
const readCidr: Read<string> = (text, flag) =>
  text.split(',').map((part) => {
    const cidr = asCidr(part.trim());
    if (cidr !== undefined) return cidr;
    throw usageError(`${flag} ${part.trim()} is not a range of addresses`, [
      'write 10.0.0.0/8, 2001:db8::/32, one address, or none where there is none',
    ]);
  });

function asCidr(text: string): string | undefined {
  if (parseRange(text) === undefined) return undefined;
  return text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
}

const readPortNumber: Read<number> = (text, flag) =>
  text.split(',').map((part) => {
    const port = /^\d{1,5}$/.test(part.trim()) ? Number(part) : 0;
    if (port >= 1 && port <= 65_535) return port;
    throw usageError(`${flag} ${part.trim()} is not a port: a number from 1 to 65535`);
  });

const readPeer: Read<PodPeer> = (text, flag) => [readPodPeer(text, `${flag} ${JSON.stringify(text)}`)];

/** `PEER[:PORT]`, as in `kube-system:k8s-app=kube-dns:5353`, or an address. Without a port those of its pods, or else 53. */
const readDns: Read<DnsServer> = (text, flag) => {
  const cidrs = text.split(',').map((part) => asCidr(part.trim()));
  if (!cidrs.includes(undefined)) return [{ cidrs: cidrs as string[], ports: [53] }];
  const { peer, port } = splitPort(text);
  const pods = readPodPeer(peer, `${flag} ${JSON.stringify(text)}`);
  if (port === undefined) return [{ pods, ports: [53], portsAssumed: true }];
  return [{ pods, ports: readPortNumber(port, flag) }];
};

/** The port is what stands behind the last colon, where that is a number; `kube-dns:53` has no labels of pods. */
function splitPort(text: string): { readonly peer: string; readonly port?: string } {
  const [, peer, port] = /^(.*):(\d+)$/.exec(text) ?? [];
  return peer === undefined || port === undefined ? { peer: text } : { peer, port };
}

/** `HOST[:PORT]`, or a URL there, of which no more than the host counts; behind `HOST[:PORT]=` its addresses, or the pods that answer and their port. Without a port 443. */
const readServer: Read<OutsideServer> = (text, flag) => {
  const url = /^(https?:\/\/[^/?#=]+)[/?#]/.exec(text.trim())?.[1];
  const [, name = '', behind] = /^([^=]*)(?:=(.*))?$/s.exec(url ?? text) ?? [];
  const { host, port } = readHost(name.trim(), `${flag} ${JSON.stringify(text)}`);
  if (behind === undefined) return [{ host, port }];
  const cidrs = behind.split(',').map((part) => asCidr(part.trim()));
  if (!cidrs.includes(undefined)) return [{ host, port, cidrs: cidrs as string[] }];
  const { peer, port: targetPort } = splitPort(behind);
  const pods = readPodPeer(peer, `${flag} ${JSON.stringify(text)}`);
  const targetPorts = targetPort === undefined ? [port] : readPortNumber(targetPort, flag);
  return [{ host, port, pods, targetPorts }];
};

function readHost(text: string, where: string): { readonly host: string; readonly port: number } {
  const url = URL.parse(/^https?:\/\//.test(text) ? text : `https://${text}`);
  const isHost = url !== null && url.hostname !== '' && !/[\s,@]/.test(text);
  if (!isHost || url.pathname !== '/') {
    throw usageError(`${where} is not a host`, [
      'write HOST, HOST:PORT or a URL; its addresses behind =: idp.example.com=203.0.113.7,203.0.113.8',
      'or the pods that answer and their port: keycloak.auth:80=auth:app=keycloak:8080; or none',
    ]);
  }
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
  return { host: url.hostname, port };
}

function pick<K extends keyof Surroundings>(
  key: K,
  value: Surroundings[K] | undefined,
): Pick<Surroundings, never> {
  return value === undefined ? {} : { [key]: value };
}
