import { parseAddress } from '../model/index.ts';
import { usageError } from './exit.ts';
import { readPort, splitPort } from './port-text.ts';
import { readUrl, type Url } from './read-url.ts';

/** Kinds that an end of a request can be named by. */
type EndpointKind =
  | 'Pod'
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'ReplicaSet'
  | 'Job'
  | 'CronJob'
  | 'Service'
  | 'Gateway';

/** An end of a request as it was written, taken apart and not looked up yet. */
export type EndpointText =
  | { readonly kind: 'address'; readonly address: string; readonly port?: number | string }
  | {
      readonly kind: 'node';
      readonly name: string;
      readonly orNamespace?: string;
      readonly port?: number | string;
    }
  | {
      readonly kind: 'object';
      readonly namespace?: string;
      readonly objectKind?: EndpointKind;
      readonly name: string;
      /** Of `jobs/report`, which is a Job or what is called so in the namespace `jobs`, the word before the name. */
      readonly orNamespace?: string;
      readonly port?: number | string;
    }
  /** One or more words with dots between: `name`, `name.namespace`, a host name. */
  | { readonly kind: 'host'; readonly host: string; readonly outside?: true; readonly port?: number | string }
  | { readonly kind: 'url'; readonly url: Url };

/** Kubectl's words for a kind, the short name first. */
const kindNames: Readonly<Record<EndpointKind, readonly [string, ...string[]]>> = {
  Pod: ['pod', 'pods', 'po'],
  Deployment: ['deploy', 'deployment', 'deployments'],
  StatefulSet: ['sts', 'statefulset', 'statefulsets'],
  DaemonSet: ['ds', 'daemonset', 'daemonsets'],
  ReplicaSet: ['rs', 'replicaset', 'replicasets'],
  Job: ['job', 'jobs'],
  CronJob: ['cj', 'cronjob', 'cronjobs'],
  Service: ['svc', 'service', 'services'],
  Gateway: ['gateway', 'gateways', 'gtw'],
};

const kindByName: ReadonlyMap<string, EndpointKind> = new Map(
  Object.entries(kindNames).flatMap(([kind, names]) => names.map((name) => [name, kind as EndpointKind])),
);

/** The word that stands for a kind in names such as `ns/deploy/x`; a kind without one stands as it is, in lower case. */
export function shortKind(kind: string): string {
  return Object.hasOwn(kindNames, kind) ? kindNames[kind as EndpointKind][0] : kind.toLowerCase();
}

/**
 * Takes an end of a request apart. Forms: `ns/name`, `ns/kind/name`, `kind/name`, `name`, `name.ns`, a host name, an address, `node/name`, `host/name`, a URL; all with `:port`
 * behind but for URLs, which have their own. Throws a usage error for anything else.
 */
export function readEndpoint(text: string): EndpointText {
  if (text.includes('://')) return { kind: 'url', url: readUrl(text) };
  const bare = parseAddress(text);
  if (bare !== undefined) return { kind: 'address', address: text };
  const { host, port: portText } = splitPort(text);
  const port = portText === undefined ? {} : { port: readPort(portText, text) };
  if (parseAddress(host) !== undefined) return { kind: 'address', address: host, ...port };
  const parts = host.split('/');
  if (parts.some((part) => !isName(part))) throw unreadable(text);
  const [first = '', second = '', third] = parts;
  if (parts.length === 1) return { kind: 'host', host: first, ...port };
  if (parts.length === 2) {
    if (first === 'host') return { kind: 'host', host: second, outside: true, ...port };
    if (/^(node|nodes|no)$/.test(first)) return { kind: 'node', name: second, orNamespace: first, ...port };
    const objectKind = kindOf(first);
    // `gateway/web`: a namespace of that name is more usual than the pods of a Gateway.
    if (objectKind === undefined || objectKind === 'Gateway') {
      return { kind: 'object', namespace: first, name: second, ...port };
    }
    // No namespace has a dot or capitals in its name.
    const orNamespace = /^[a-z]+$/.test(first) ? { orNamespace: first } : {};
    return { kind: 'object', objectKind, name: second, ...orNamespace, ...port };
  }
  const objectKind = kindOf(second);
  if (parts.length > 3 || third === undefined || objectKind === undefined) throw unreadable(text);
  return { kind: 'object', namespace: first, objectKind, name: third, ...port };
}

/** `deployment.apps` is what `kubectl get -o name` writes. */
function kindOf(word: string): EndpointKind | undefined {
  return kindByName.get(word.toLowerCase().replace(/\.(apps|batch)$/, ''));
}

/** Loose: names that the cluster does not have are told apart there. `#` marks further replicas of a workload. */
function isName(part: string): boolean {
  return /^[\w.#-]+$/.test(part);
}

function unreadable(text: string): Error {
  return usageError(`cannot read ${JSON.stringify(text)} as an end of a request`, [
    'write NAMESPACE/NAME, NAMESPACE/KIND/NAME (shop/deploy/web), KIND/NAME with -n NAMESPACE,',
    'an IP address, node/NAME, host/NAME, or as destination a Service host with its port or a URL',
  ]);
}
