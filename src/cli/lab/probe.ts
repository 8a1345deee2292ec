import type { LabHandle } from '../../lab/index.ts';
import type { Endpoint, HttpRequest, Request, ServiceReference } from '../../model/index.ts';
import type { LabApi, ListedObject } from './api.ts';
import { execPath, outside } from './exec-run.ts';
import { findPod } from './find-pod.ts';
import { readCurl, readScript, type Seen } from './probe-result.ts';
import { probeScript } from './probe-script.ts';
import { runInPod } from './run-in-pod.ts';
import type { TokenIssuer } from './token-issuer.ts';

/** What real packets came to. */
export type Packets = Seen | { readonly outcome: 'untried'; readonly seen: string };

/** Nobody waits longer for an answer: what takes longer is dropped somewhere. */
export const probeSeconds = 3;

/** What a shell says of a program that is not there. */
const notFound = 127;

const clientOutside = '203.0.113.10';
const nodeAddress = '172.18.0.2';

/** A question that cannot be asked with packets, and why. */
class Untried extends Error {}

/**
 * Sends a request from the real pod: with curl where it is HTTP, else with what the pod's own shell can send. Names are looked up before, so that a policy against DNS does not hide what the
 * others say. `issuer` signs the tokens that a request needs.
 */
export async function probe(
  lab: LabHandle,
  api: LabApi,
  request: Request,
  issuer: TokenIssuer | undefined,
): Promise<Packets> {
  try {
    const place = await execPath(lab, sourceName(request), {});
    const target = await findTarget(api, request);
    if (request.http !== undefined) {
      const words = curlWords(request.http, target, tokenHeaders(request, issuer), request.sni);
      const run = await runInPod(lab, place, words);
      if (run.code === notFound) throw new Untried('the pod has no curl: this machine has none');
      return readCurl(run, probeSeconds);
    }
    const opaque = request.protocol === 'UDP' || (await hasProxy(api, request));
    const { address, port } = target;
    const words = ['bash', '-c', probeScript, address, String(port), request.protocol, String(probeSeconds)];
    return readScript(await runInPod(lab, place, words), opaque);
  } catch (error) {
    if (error instanceof Untried) return { outcome: 'untried', seen: error.message };
    throw error;
  }
}

function sourceName({ source, principal, complete }: Request): string {
  if (!complete) throw new Untried('a request of which not everything is said cannot be sent');
  if (principal !== undefined) throw new Untried('nobody in the lab has an identity that is not its own');
  if (source.kind === 'pod') return `${source.namespace}/${baseName(source.name)}`;
  if (source.kind === 'address' && source.address === clientOutside) return outside;
  if (source.kind === 'address') {
    throw new Untried(`the lab's client outside is ${clientOutside}, not ${source.address}`);
  }
  throw new Untried(`nothing is sent from a ${source.kind} here`);
}

/** Further replicas of a workload are told apart by a number behind `#`. */
function baseName(name: string): string {
  return name.replace(/#.*$/, '');
}

/** Where the packets go, and what the client calls it. */
interface Target {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

async function findTarget(api: LabApi, { destination, port, protocol }: Request): Promise<Target> {
  if (protocol === 'SCTP') throw new Untried('the lab sends no SCTP');
  const place = await addressOf(api, destination);
  return { ...place, port: typeof port === 'number' ? port : await portNumber(api, destination, port) };
}

async function addressOf(
  api: LabApi,
  end: Endpoint | ServiceReference,
): Promise<{ readonly name: string; readonly address: string }> {
  switch (end.kind) {
    case 'service': {
      const service = await readObject(api, `/api/v1/namespaces/${end.namespace}/services/${end.name}`);
      const name = `${end.name}.${end.namespace}.svc.cluster.local`;
      const address = String(service.spec?.clusterIP ?? '');
      return address === '' || address === 'None' ? { name, address: name } : { name, address };
    }
    case 'pod': {
      const { namespace, name } = await findPod(api, `${end.namespace}/${baseName(end.name)}`);
      const pod = await readObject(api, `/api/v1/namespaces/${namespace}/pods/${name}`);
      const address = String(pod.status?.podIP ?? '');
      return { name: address, address };
    }
    case 'address':
      if (end.address.includes(':')) throw new Untried('the lab has no IPv6');
      return { name: end.address, address: end.address };
    case 'node':
      return { name: nodeAddress, address: nodeAddress };
    case 'host':
      throw new Untried(`${end.host} is outside, and no packet leaves the lab`);
  }
}

function readObject(api: LabApi, path: string): Promise<ListedObject> {
  return api.get<ListedObject>(path);
}

/** A port's name is the Service's, or that of a port of the pod's containers. */
async function portNumber(api: LabApi, end: Endpoint | ServiceReference, name: string): Promise<number> {
  if (end.kind !== 'service') throw new Untried(`port ${name} has no number here`);
  const { spec } = await readObject(api, `/api/v1/namespaces/${end.namespace}/services/${end.name}`);
  const ports = (spec?.ports ?? []) as readonly { readonly name?: string; readonly port: number }[];
  const found = ports.find((each) => each.name === name);
  if (found === undefined) throw new Untried(`Service ${end.namespace}/${end.name} has no port ${name}`);
  return found.port;
}

/** The headers in which the tokens of a request are sent. */
function tokenHeaders({ jwt }: Request, issuer: TokenIssuer | undefined): readonly string[] {
  if (jwt === undefined || jwt === 'none') return [];
  if (issuer === undefined) throw new Untried('nobody here signs tokens');
  return [jwt].flat().map((token) => {
    const text = issuer.issue(token);
    const { location } = token;
    if (location === undefined) return `Authorization: Bearer ${text}`;
    if ('header' in location) return `${location.header}: ${location.prefix ?? ''}${text}`;
    if ('cookie' in location) return `Cookie: ${location.cookie}=${text}`;
    throw new Untried('tokens in the query are not sent');
  });
}

function curlWords(
  { method = 'GET', path = '/', host, headers = {} }: HttpRequest,
  { name, address, port }: Target,
  tokens: readonly string[],
  sni: string | null | undefined,
): readonly string[] {
  const scheme = sni === undefined || sni === null ? 'http' : 'https';
  const fields = Object.entries(headers).flatMap(([key, value]) =>
    [value].flat().map((each) => `${key}: ${each}`),
  );
  const all = [...(host === undefined ? [] : [`Host: ${host}`]), ...tokens, ...fields];
  return [
    'curl',
    '-sS',
    '-k',
    '-g',
    '--path-as-is',
    ...(method === 'HEAD' ? ['-I'] : ['-X', method]),
    '--max-time',
    String(probeSeconds),
    ...(name === address ? [] : ['--resolve', `${name}:${port}:${address}`]),
    ...all.flatMap((line) => ['-H', line]),
    '-w',
    '\\n%{http_code}',
    `${scheme}://${name}:${port}${path.startsWith('/') ? path : `/${path}`}`,
  ];
}

/** True where a sidecar stands on the way, which takes a connection before it knows whether it may go on. */
async function hasProxy(api: LabApi, { source, destination }: Request): Promise<boolean> {
  const pods = await api.list('/api/v1/pods');
  const sidecars = pods.filter(({ spec }) =>
    [spec?.containers, spec?.initContainers]
      .flat()
      .some((container) => (container as { name?: string } | undefined)?.name === 'istio-proxy'),
  );
  const ends = [source, destination].flatMap((end) => ('namespace' in end ? [end.namespace] : []));
  return sidecars.some(({ metadata }) => ends.includes(metadata.namespace ?? ''));
}
