import {
  describeObject,
  type Endpoint,
  type EnforcementPoint,
  formatPath,
  type KindedObject,
  listNames,
  listWords,
  type NearMiss,
  type PolicyNote,
  type PolicyReference,
  qualifiedName,
  type Reason,
  type Request,
  type ServiceReference,
  type Step,
  type Symptom,
  type TlsTrouble,
  type Token,
} from '../model/index.ts';
import { nameFact } from './facts.ts';

/** Where a step is enforced: `node of ns/pod`, `sidecar of ns/pod`, `waypoint ns/name`. */
export function describePlace(at: EnforcementPoint): string {
  switch (at.kind) {
    case 'client':
      return `client ${at.name}`;
    case 'node':
    case 'sidecar':
    case 'ztunnel':
      return `${at.kind} of ${at.pod}`;
    case 'gateway':
      return `gateway ${at.pod}`;
    case 'waypoint':
      return `waypoint ${at.name}`;
    case 'outside':
      return `outside, ${at.address}`;
  }
}

/** An end of a request: `ns/pod`, an address, `node/NAME`, or a Service as `svc/ns/name`. */
function describeEndpoint(end: Endpoint | ServiceReference): string {
  switch (end.kind) {
    case 'pod':
      return `${end.namespace}/${end.name}`;
    case 'service':
      return end.namespace === '' ? end.name : `${end.namespace}/svc/${end.name}`;
    case 'node':
      return `node/${end.name}`;
    case 'address':
      return end.address;
    case 'host':
      return `host/${end.host}`;
  }
}

/** What ztunnel does not have of a policy, or not as it was written. */
export function describeNote({ policy, why, attributes }: PolicyNote): string {
  const list = attributes.join(', ');
  return `${describeObject(policy)} ${noteWords[why].replace('LIST', list)}`;
}

const noteWords: Readonly<Record<PolicyNote['why'], string>> = {
  'dry run': 'is not enforced by ztunnel: it is a dry run',
  targetRefs: 'is for a waypoint (targetRefs); ztunnel does not enforce it',
  action: 'is not enforced: ztunnel knows only ALLOW and DENY',
  'selector without labels': 'has a selector without labels, which ztunnel attaches to nothing',
  'HTTP rules omitted': 'has rules on LIST, which ztunnel leaves out: it allows less than it says',
  'enforced without HTTP attributes': 'is enforced by ztunnel without LIST: it denies more than it says',
  'no effect without HTTP attributes':
    'denies nothing at ztunnel, which does not know LIST: it needs a waypoint and targetRefs',
  'trustDomains ignored': 'is enforced by ztunnel without LIST: it allows more than it says',
};

/** `TCP 80`, `UDP dns`. */
export function describePort(request: Request): string {
  return `${request.protocol} ${request.port}`;
}

/** What is sent, beyond the ends and the port: the HTTP line, tokens, the identity; empty where nothing is said. */
export function describeRequest(request: Request): string[] {
  const { http, jwt, sni, principal } = request;
  const headers = Object.keys(http?.headers ?? {});
  return [
    ...(http === undefined ? [] : [`${http.method ?? '(any method)'} ${http.path ?? '(any path)'}`]),
    ...(http?.host === undefined ? [] : [`host ${http.host}`]),
    ...(headers.length === 0 ? [] : [`${headers.length === 1 ? 'header' : 'headers'} ${listWords(headers)}`]),
    ...(jwt === undefined ? [] : [tokenWords(jwt)]),
    ...(sni === undefined ? [] : [sni === null ? 'no server name' : `server name ${sni}`]),
    ...(principal === undefined ? [] : [principal === null ? 'plaintext' : `as ${principal}`]),
    ...(request.complete ? [] : ['what is not said is open']),
  ];
}

function tokenWords(jwt: NonNullable<Request['jwt']>): string {
  if (jwt === 'none') return 'no token';
  const tokens: readonly Token[] = Array.isArray(jwt) ? jwt : [jwt as Token];
  const words = tokens.map(({ claims, invalid }) => {
    const names = Object.keys(claims ?? {});
    const told = names.length === 0 ? '' : ` with ${listWords(names)}`;
    return `${invalid === undefined ? 'a token' : `a token that is no good (${invalid})`}${told}`;
  });
  return listWords(words);
}

/** A whole request: `shop/cart -> shop/db  TCP 9090, GET /, host db.shop`. */
export function describeQuestion(request: Request): string {
  return [describeEnds(request), ...describeRequest(request)].join(', ');
}

/** `shop/cart -> shop/db  TCP 9090`. */
export function describeEnds(request: Request): string {
  const { source, destination } = request;
  return `${describeEndpoint(source)} -> ${describeEndpoint(destination)}  ${describePort(request)}`;
}

/** The layer, and for authorization the filter: `authorization/DENY`. */
export function describeLayer(step: Step): string {
  return step.filter === undefined ? step.layer : `${step.layer}/${step.filter}`;
}

/** The rule by the name that logs use (`ns[NS]-policy[NAME]-rule[I]`), or its object and field. */
export function describeReference(reference: PolicyReference): string {
  const { policy, path, id, action, tier } = reference;
  if (id !== undefined) return id;
  const field = path.length === 0 ? '' : ` ${formatPath(path)}`;
  const adminTier = tier !== undefined && tier !== 'NetworkPolicy';
  const remarks = [
    ...(action === undefined || !adminTier ? [] : [action]),
    ...(adminTier ? [`${tier} tier`] : []),
  ];
  return `${describeObject(policy)}${field}${remarks.length === 0 ? '' : ` (${remarks.join(', ')})`}`;
}

/** The rule that came closest, by name. */
export function describeNearMiss(miss: NearMiss): string {
  return describeReference(miss);
}

/** Why a step came out as it did, in one line. */
export function describeReason(step: Step): string {
  const words = reasonWords(step.because, step);
  if (step.shadow === undefined) return words;
  const { result, rule } = step.shadow;
  const by = rule === undefined ? '' : ` by ${describeReference(rule)}`;
  return `${words}; dry-run policies would have ${result}${by}`;
}

function reasonWords(reason: Reason, step: Step): string {
  switch (reason.kind) {
    case 'matched rule':
      return `${matchWords(step)} ${describeReference(reason.rule)}${passedWords(reason.passed)}`;
    case 'isolated, nothing matched':
      return isolatedWords(reason.policies, step);
    case 'no policy selects':
      return `no ${step.layer === 'authorization' ? 'policy applies' : 'policy selects the pod'}${passedWords(reason.passed)}`;
    case 'not subject':
      return {
        'host network': 'pods on the host network are not subject to policies',
        'outside the cluster': 'outside the cluster, no policy applies',
        node: 'nodes are not subject to policies',
      }[reason.why];
    case 'self traffic':
      return 'a pod always reaches itself';
    case 'own node':
      return "a pod's own node always reaches it";
    case 'missing facts':
      return `depends on ${listNames(reason.facts.map(nameFact))}`;
    case 'resolved':
      return resolvedWords(reason.service, reason.port, reason.targetPort, reason.backends);
    case 'no endpoint':
      return `${describeObject(reason.service)} has no endpoint: ${reason.why}`;
    case 'no such port':
      return `${describeObject(reason.service)} has no port ${reason.port}; it has ${listWords(reason.ports) || 'none'}`;
    case 'direct':
      return 'straight to the address, no Service between';
    case 'external name':
      return `${describeObject(reason.service)} is a name for ${reason.host}`;
    case 'tls':
      return tlsWords(reason);
    case 'not in mesh':
      return notInMeshWords(reason.pod, reason.why, reason.policies ?? []);
    case 'token':
      return reason.rule === undefined ? reason.text : `${reason.text} (${describeReference(reason.rule)})`;
    case 'no token rule':
      return 'no RequestAuthentication applies';
    case 'no policy of this action':
      return step.filter === undefined ? 'no policy applies' : `no ${step.filter} policy applies`;
    case 'authorizer':
      return `${describeReference(reason.rule)} asks ${reason.provider}, ${authorizerWords[reason.answer]}`;
    case 'bad authorizer':
      return `${describeReference(reason.rule)}: ${reason.why}`;
    case 'bad request':
      return `the proxy can make nothing of the request: ${badRequestWords[reason.detail] ?? 'it is not valid HTTP/1'} (${reason.detail})`;
  }
}

const authorizerWords = {
  allow: 'which answers allow',
  deny: 'which answers deny',
  'not known': 'whose answer is not known',
} as const;

function matchWords(step: Step): string {
  if (step.filter === 'AUDIT') return 'logged by';
  return { allow: 'allowed by', deny: 'denied by', unknown: 'may match', 'not applicable': 'matched by' }[
    step.outcome
  ];
}

function passedWords(passed: readonly PolicyReference[] | undefined): string {
  if (passed === undefined || passed.length === 0) return '';
  return `, passed on by ${listNames(passed.map(describeReference))}`;
}

function isolatedWords(policies: readonly KindedObject[], step: Step): string {
  const names = listObjects(policies);
  if (step.layer === 'authorization') return `no rule of ${names} matches`;
  if (step.outcome === 'allow') return `no rule of ${names} matches`;
  return `isolated by ${names}; no rule matches`;
}

function resolvedWords(
  service: KindedObject,
  port: number,
  target: number,
  backends: readonly string[],
): string {
  const to = backends.length === 0 ? '' : ` of ${listNames(backends)}`;
  return `${describeObject(service)} port ${port} leads to port ${target}${to}`;
}

function notInMeshWords(pod: string, why: string, policies: readonly KindedObject[]): string {
  const idle = policies.length === 0 ? '' : `; nothing enforces ${listObjects(policies)}`;
  return `${pod} is not in the mesh: ${why}${idle}`;
}

const tlsTroubleWords: Readonly<Record<TlsTrouble, string>> = {
  'plaintext to STRICT': 'the server takes mutual TLS only, its mode is STRICT',
  'client TLS to a plaintext port': 'the client sends TLS to a port that takes plaintext only',
  'foreign trust domain': "the client's certificate is of a foreign trust domain",
  'client certificate is not of the mesh': "the client's certificate is not of the mesh",
  'server cannot terminate the client TLS': "the server cannot terminate the client's TLS",
};

function tlsWords(reason: Extract<Reason, { kind: 'tls' }>): string {
  const who = reason.identity === undefined ? 'no identity' : `as ${reason.identity}`;
  const isTold = reason.mode === 'UNSET' || reason.why === 'plaintext to STRICT';
  const mode = isTold ? '' : `; the server's mode is ${reason.mode}`;
  const by = reason.decidedBy === undefined ? '' : ` (${describeReference(reason.decidedBy)})`;
  const client =
    reason.client === undefined ? '' : `; the client's TLS is set by ${describeReference(reason.client)}`;
  const trouble = reason.why === undefined ? '' : `: ${tlsTroubleWords[reason.why]}`;
  return `${reason.transport}, ${who}${trouble}${mode}${by}${client}`;
}

/** Envoy's response code details of a request that it refuses before any filter. */
const badRequestWords: Readonly<Record<string, string>> = {
  'http1.codec_error': 'it is not valid HTTP/1, or no HTTP at all',
  'http1.invalid_url': 'its target is not one',
  path_normalization_failed: 'its path cannot be normalized',
};

/** What the caller sees, in one line. */
export function describeSymptom(symptom: Symptom): string {
  switch (symptom.kind) {
    case 'response':
      return "the server's response";
    case 'connect timeout':
    case 'connection refused':
    case 'connection reset':
      return symptom.kind;
    case 'http':
      return [
        `HTTP ${symptom.status}`,
        ...(symptom.body === undefined ? [] : [`body ${JSON.stringify(symptom.body)}`]),
        ...(symptom.details === undefined ? [] : [`details ${symptom.details}`]),
        ...(symptom.flag === undefined ? [] : [`flag ${symptom.flag}`]),
        ...(symptom.after === undefined ? [] : [`after ${symptom.after} s`]),
      ].join(', ');
  }
}

/** Objects of one kind share the word: `NetworkPolicy a/x and a/y`; of several kinds each has its own. */
function listObjects(objects: readonly KindedObject[]): string {
  const kinds = new Set(objects.map((object) => object.kind));
  if (kinds.size !== 1) return listNames(objects.map(describeObject));
  return `${[...kinds][0]} ${listNames(objects.map(qualifiedName))}`;
}
