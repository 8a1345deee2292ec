import {
  describeObject,
  type Fact,
  type ImplementationTopic,
  type KindedObject,
  listWords,
  type Pattern,
} from '../model/index.ts';
import { formatPlace } from './position.ts';
import { quoteForShell } from './shell.ts';

const topicWords: Readonly<Record<ImplementationTopic, string>> = {
  hairpin: 'what the network plugin does with traffic that comes back to its own pod through a Service',
  'repeated port name': 'which port the network plugin takes for a name that is used twice',
  'priority tie': 'which of the policies with equal priority the network plugin puts first',
  'baseline skip': 'whether the network plugin skips the baseline tier for isolated pods',
  'endpoint choice': 'which endpoint the request is sent to',
  'source NAT': 'whose address the pod sees: that of the client, or of a node that the request came in by',
};

/** Settings that decide a topic; for the others there is none. */
const topicAdvice: Readonly<Record<ImplementationTopic, string>> = {
  hairpin: 'say what your network plugin does: --cni hairpin=policy-applies or --cni hairpin=exempt',
  'repeated port name': 'say what your network plugin does: --cni repeated-port-name=first or =any',
  'priority tie': 'say what your network plugin does: --cni priority-tie=by-name',
  'baseline skip':
    'say what your network plugin does: --cni baseline-skip=asks-baseline or --cni baseline-skip=skips-baseline',
  'endpoint choice': 'ask about one of the pods instead of the Service, or give its EndpointSlices',
  'source NAT':
    'say what your network does: --cni source-nat=preserved or --cni source-nat=node; externalTrafficPolicy: Local preserves it',
};

/** What is not known, as a noun: `the label "team" of namespace x`. */
export function describeFact(fact: Fact): string {
  switch (fact.kind) {
    case 'namespace label':
      return `the label ${fact.key} of namespace ${fact.namespace}`;
    case 'pod address':
      return `the address of pod ${fact.pod}`;
    case 'external address':
      return `the address of ${fact.host}`;
    case 'pod node':
      return `the node of pod ${fact.pod}`;
    case 'authorizer answer':
      return `the answer of authorizer ${fact.provider}`;
    case 'token':
      return 'the token that the request carries';
    case 'request':
      return `the request's ${fact.field}`;
    case 'unread policy':
      return `${nameUnread(fact.object)}: ${fact.why}`;
    case 'implementation':
      return `${topicWords[fact.topic]} (${fact.detail})`;
  }
}

/** The same in few words, for a step among others. */
export function nameFact(fact: Fact): string {
  if (fact.kind === 'unread policy') return `${nameUnread(fact.object)}, which is not read`;
  return fact.kind === 'implementation' ? topicWords[fact.topic] : describeFact(fact);
}

/** By kind and name; a document that does not tell them by its place. */
function nameUnread(object: KindedObject): string {
  const { kind, metadata, origin } = object;
  if (kind !== '' && metadata.name !== '') return describeObject(object);
  return `${kind === '' ? 'the document' : `the ${kind}`} at ${formatPlace(origin)}`;
}

/** How to say what is missing: the flag with an example value, or the field of a manifest. */
export function adviseFact(fact: Fact): string {
  switch (fact.kind) {
    case 'namespace label':
      return `give the Namespace object, or --assume ${quoteForShell(`Namespace/${fact.namespace}:${fact.key}=${exampleText(fact.patterns)}`)}`;
    case 'pod address':
      return "give the Pod with its status.podIP, or narrow the pods' range with --pod-cidr CIDR";
    case 'external address':
      return 'ask with the address instead of the name';
    case 'pod node':
      return 'give the Pod with its spec.nodeName';
    case 'authorizer answer':
      return `--authorizer ${quoteForShell(`${fact.provider}=allow`)} or =deny, or externalAuthorizers in the project file`;
    case 'token':
      return 'say it with --claim iss=ISSUER --claim sub=SUBJECT, or --jwt none';
    case 'request':
      return adviseRequestField(fact.field, exampleText(fact.patterns));
    case 'unread policy':
      return adviseUnread(fact.object.kind);
    case 'implementation':
      return topicAdvice[fact.topic];
  }
}

/** Kinds that are read: one that is missing has a fault of its own, of which a diagnostic tells. */
const readKinds: ReadonlySet<string> = new Set([
  'NetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'AuthorizationPolicy',
  'PeerAuthentication',
  'RequestAuthentication',
  'DestinationRule',
  'ServiceEntry',
  'Namespace',
  'Node',
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
  'Service',
  'ServiceAccount',
  'EndpointSlice',
  'Gateway',
  'GatewayClass',
  'ConfigMap',
]);

function adviseUnread(kind: string): string {
  if (kind === '' || readKinds.has(kind)) return 'correct the document, or leave it out';
  return `leave it out of account with --ignore-kind ${kind}`;
}

/** What the decision turns on, for a value that is not known: `"a" or anything that starts with "b"`. */
export function describePatterns(patterns: readonly Pattern[]): string {
  const words = patterns.map(({ form, text }) => {
    if (form === 'presence') return 'is there';
    if (form === 'prefix') return `starts with ${JSON.stringify(text)}`;
    if (form === 'suffix') return `ends with ${JSON.stringify(text)}`;
    if (form === 'regex') return `matches ${JSON.stringify(text)}`;
    if (form === 'range') return `lies in ${text}`;
    return `is ${JSON.stringify(text)}`;
  });
  return listWords([...new Set(words)], 'or');
}

/** The patterns that a fact asks about; facts of other kinds have none. */
export function patternsOf(fact: Fact): readonly Pattern[] {
  return 'patterns' in fact ? fact.patterns : [];
}

const flagOfField: ReadonlyMap<string, string> = new Map([
  ['method', '--method'],
  ['path', '--path'],
  ['host', '--host'],
  ['sni', '--sni'],
]);

function adviseRequestField(field: string, example: string): string {
  const flag = flagOfField.get(field);
  if (flag !== undefined) return `say it with ${flag} ${quoteForShell(example)}`;
  const space = field.indexOf(' ');
  const name = field.slice(space + 1);
  if (field.startsWith('header ')) return `say it with --header ${quoteForShell(`${name}: ${example}`)}`;
  if (field.startsWith('claim ')) return `say it with --claim ${quoteForShell(`${name}=${example}`)}`;
  if (field === 'remote address') return "say it with --header 'X-Forwarded-For: ADDRESS'";
  return 'it cannot be said: it depends on what other filters of the proxy do';
}

function exampleText(patterns: readonly Pattern[]): string {
  const told = patterns.find(({ form, text }) => form !== 'presence' && form !== 'regex' && text !== '');
  return told === undefined ? 'VALUE' : told.text;
}
