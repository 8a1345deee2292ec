import type { ServerFault, SymptomCause, SymptomFinding } from '../debug/index.ts';
import { describeObject, listNames } from '../model/index.ts';
import { adviseFact, describeFact } from './facts.ts';
import { describeLayer, describeReason, describeSymptom } from './vocabulary.ts';

/** The symptom as its caller would put it. */
export const symptomTitles: Readonly<Record<SymptomFinding['word'], string>> = {
  timeout: 'TIMEOUT',
  '401': 'HTTP 401',
  '403': 'HTTP 403',
  '503': 'HTTP 503',
  reset: 'CONNECTION RESET',
};

const plainTitles: typeof symptomTitles = {
  timeout: 'a timeout',
  '401': 'HTTP 401',
  '403': 'HTTP 403',
  '503': 'HTTP 503',
  reset: 'a reset',
};

/** How the symptom stands to the verdict, in one line. */
export function fitWords({ fits, verdict, word }: SymptomFinding): string {
  const { outcome, symptom } = verdict;
  const seen = symptom === undefined ? undefined : describeSymptom(symptom);
  if (fits === 'yes') return `by the manifests the caller sees just this: ${seen}`;
  if (fits === 'impatient')
    return `by the manifests the caller gets ${seen}; one that waits for less, as curl --max-time 3 does, sees a timeout`;
  if (outcome === 'allow') return 'by the manifests the request is allowed';
  if (outcome === 'unknown') return 'by the manifests nobody can tell whether the request is allowed';
  return `by the manifests it is denied, and the caller sees ${seen ?? 'something else'}, not ${plainTitles[word]}`;
}

/** Something that gives the symptom, in one line. */
export function symptomCauseWords(cause: SymptomCause): string {
  switch (cause.kind) {
    case 'plaintext':
      return `the client sends plaintext, without an identity: ${stepWords(cause)}`;
    case 'token':
      return cause.token === 'none'
        ? `the request comes without a token: ${stepWords(cause)}`
        : `the token is no good (tried: ${cause.token}): ${stepWords(cause)}`;
    case 'authorizer':
      return `the external authorizer ${cause.provider} says no: ${stepWords(cause)}`;
    case 'bytes':
      return `what the client sends is not HTTP, or TLS of its own: ${stepWords(cause)}`;
    case 'bare address':
      return `the client uses the pod's own address in place of the Service: ${stepWords(cause)}`;
    case 'DNS':
      return `the client can't look the name up at ${cause.server} and waits: ${stepWords(cause)}`;
    case 'node address':
      return `the server sees a node's address in place of the client's (${cause.node}): ${stepWords(cause)}`;
    case 'not in force': {
      const { policies } = cause;
      return `${listNames(policies.map(describeObject))} ${policies.length === 1 ? 'is' : 'are'} not in force, or newer than what the caller saw: ${stepWords(cause)}`;
    }
    case 'another request':
      return `the request was another one, of the ${cause.field} ${cause.value} for example: ${stepWords(cause)}`;
    case 'missing policy':
      return `a ${cause.policy} that the manifests lack, of namespace ${cause.namespace} or of the mesh: with a token that is no good it gives just this`;
    case 'request':
      return `something else of the request decides: ${listNames(cause.facts.map(describeFact))}`;
    case 'other policies':
      return `another policy layer: ${listNames(cause.objects.map(describeObject))}, of kinds that are not read`;
    case 'server':
      return serverWords[cause.what];
  }
}

function stepWords({ step }: Extract<SymptomCause, { step: unknown }>): string {
  return `then it is denied at ${describeLayer(step)}, ${describeReason(step)}`;
}

const serverWords: Readonly<Record<ServerFault, string>> = {
  'answers so itself':
    'the server answers so itself, or a proxy outside the mesh does: a sidecar that refuses has "server: istio-envoy" and no x-envoy-upstream-service-time',
  'does not answer': 'the server takes the connection and does not answer in time',
  'closes the connection':
    'the server closes the connection itself, or speaks another protocol than the port is declared for',
  'does not listen': 'nothing listens at the target port of the pod',
  'is held to be broken':
    'the mesh holds the endpoints to be broken (outlier detection), or knows no route or subset for the host',
  'is behind a firewall':
    'a firewall, a security group or a policy that is not in the manifests drops the packets',
};

/** What to look at next, as commands where there are any. */
export function symptomNext({ causes, request }: SymptomFinding): readonly string[] {
  const { destination } = request;
  const server =
    destination.kind === 'pod'
      ? `pod/${destination.name} -n ${destination.namespace}`
      : destination.kind === 'service'
        ? `svc/${destination.name} -n ${destination.namespace}`
        : undefined;
  const steps = causes.flatMap((cause): readonly string[] => {
    if (cause.kind === 'request') return cause.facts.map(adviseFact);
    if (cause.kind === 'another request') return ['say what was sent: --method METHOD --path PATH'];
    if (cause.kind === 'missing policy') return ['kubectl get requestauthentications -A'];
    if (cause.kind === 'not in force')
      return cause.policies.slice(0, 2).map(({ kind, metadata }) => {
        const where = metadata.namespace === '' ? '' : ` -n ${metadata.namespace}`;
        return `kubectl get ${kind.toLowerCase()} ${metadata.name}${where} -o yaml`;
      });
    if (server === undefined || cause.kind !== 'server') return [];
    if (cause.what === 'does not listen' && destination.kind === 'service') {
      return [
        `kubectl get endpointslices -n ${destination.namespace} -l kubernetes.io/service-name=${destination.name}`,
      ];
    }
    if (cause.what === 'answers so itself' || cause.what === 'is held to be broken') {
      return [`kubectl logs ${server} -c istio-proxy --tail 20`];
    }
    return [`kubectl logs ${server} --tail 20`];
  });
  return [...new Set(steps)];
}
