import { assumeAuthorizerAnswer, type Cluster } from '../cluster/index.ts';
import type { Endpoint, InvalidToken, Request, Step, Symptom, Verdict } from '../model/index.ts';
import { decide, decideConnection } from '../verdict/index.ts';
import { policiesOf } from './agreement.ts';
import { issuerIn } from './rebuild-request.ts';
import { rightnessOfStep } from './right.ts';
import type { ServerFault, SymptomCause, SymptomFinding, SymptomWord } from './symptom-types.ts';

/** Holds what a caller saw against what the verdict foretells; where that does not fit, finds what else gives the symptom. */
export function explainSymptom(
  cluster: Cluster,
  request: Request,
  verdict: Verdict,
  word: SymptomWord,
): SymptomFinding {
  const fits = fitOf(verdict.symptom, word);
  if (fits !== 'no') {
    const right = rightnessOfStep(verdict.decidedBy);
    return { word, request, verdict, fits, causes: [], ...(right === undefined ? {} : { right }) };
  }
  const all = [
    ...notInForce(cluster, request, verdict),
    ...attempts(cluster, request, word),
    ...otherRequests(cluster, request, word),
  ];
  const tried = all.filter(
    (cause) => !('verdict' in cause) || cause.kind === 'DNS' || fitOf(cause.verdict.symptom, word) !== 'no',
  );
  return { word, request, verdict, fits, causes: [...tried, ...untried(cluster, request, word, verdict)] };
}

/** Is this what the caller calls so? An answer that comes after seconds is a timeout to who waits for less. */
function fitOf(symptom: Symptom | undefined, word: SymptomWord): SymptomFinding['fits'] {
  if (symptom === undefined) return 'no';
  if (symptom.kind === 'http') {
    if (String(symptom.status) === word) return 'yes';
    return word === 'timeout' && symptom.after !== undefined ? 'impatient' : 'no';
  }
  if (word === 'timeout') return symptom.kind === 'connect timeout' ? 'yes' : 'no';
  const isCut = symptom.kind === 'connection reset' || symptom.kind === 'connection refused';
  return word === 'reset' && isCut ? 'yes' : 'no';
}

const tokens: readonly ('none' | InvalidToken)[] = ['none', 'expired', 'bad-signature', 'unknown-issuer'];

function* attempts(cluster: Cluster, request: Request, word: SymptomWord): Generator<SymptomCause> {
  const asked = (change: Partial<Request>, changed = cluster): Denied | undefined =>
    denied(decide(changed, { ...request, ...change }));
  if (request.principal === undefined) {
    const plain = asked({ principal: null });
    if (plain !== undefined) yield { kind: 'plaintext', ...plain };
  }
  if (request.http !== undefined) {
    const { destination } = request;
    const issuer = 'namespace' in destination ? issuerIn(cluster, destination.namespace) : undefined;
    // A token of nobody is refused for that alone.
    const claims = issuer === undefined ? {} : { claims: { iss: issuer, sub: 'somebody' } };
    for (const token of tokens) {
      const found = asked({ jwt: token === 'none' ? 'none' : { ...claims, invalid: token } });
      if (found === undefined || fitOf(found.verdict.symptom, word) === 'no') continue;
      yield { kind: 'token', token, ...found };
      break;
    }
    for (const { name } of cluster.mesh.authorizers) {
      const found = asked({}, assumeAuthorizerAnswer(cluster, name, 'deny'));
      if (found !== undefined) yield { kind: 'authorizer', provider: name, ...found };
    }
    const { http: _http, jwt: _jwt, ...bytes } = request;
    const found = denied(decide(cluster, bytes));
    if (found !== undefined) yield { kind: 'bytes', ...found };
  }
  if (request.destination.kind === 'pod' && request.direct !== true) {
    const found = asked({ direct: true });
    if (found !== undefined) yield { kind: 'bare address', ...found };
  }
  if (word === 'timeout') yield* dns(cluster, request);
  if (request.source.kind === 'address') {
    for (const node of [...cluster.nodes.keys()].slice(0, 1)) {
      const found = asked({ source: { kind: 'node', name: node } });
      if (found !== undefined) yield { kind: 'node address', node, ...found };
    }
  }
}

const nothing: ReadonlyMap<string, never[]> = new Map();

/** What would come next, were the policies that deny it not there. */
function* notInForce(
  cluster: Cluster,
  request: Request,
  { outcome, decidedBy }: Verdict,
): Generator<SymptomCause> {
  const policies = policiesOf(decidedBy.because);
  if (outcome !== 'deny' || policies.length === 0) return;
  const without = withoutLayer(cluster, decidedBy.layer);
  const found = without && denied(decide(without, request));
  if (found !== undefined) yield { kind: 'not in force', policies, ...found };
}

function withoutLayer(cluster: Cluster, layer: Step['layer']): Cluster | undefined {
  const { policies } = cluster;
  if (layer === 'egress policy' || layer === 'ingress policy')
    return { ...cluster, policies: { ...policies, network: nothing, admin: [] } };
  if (layer === 'mutual TLS') return { ...cluster, policies: { ...policies, peerAuthentication: nothing } };
  return undefined;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];

/** Requests that differ from the one that was said in what policies ask of it. */
function* otherRequests(cluster: Cluster, request: Request, word: SymptomWord): Generator<SymptomCause> {
  const { http } = request;
  if (word !== '403' || http === undefined) return;
  for (const fact of openVerdict(cluster, request, word)?.missing ?? []) {
    if (fact.kind !== 'request' || (fact.field !== 'method' && fact.field !== 'path')) continue;
    const { field, patterns } = fact;
    const named = patterns
      .filter(({ form }) => form === 'exact' || form === 'prefix')
      .map(({ text }) => text);
    const values =
      field === 'method' ? methods : [...named.filter((text) => text.startsWith('/')), '/something-else'];
    for (const value of values) {
      if (value === http[field]) continue;
      const found = denied(decide(cluster, { ...request, http: { ...http, [field]: value } }));
      if (found === undefined || fitOf(found.verdict.symptom, word) === 'no') continue;
      yield { kind: 'another request', field, value, ...found };
      break;
    }
  }
}

interface Denied {
  readonly verdict: Verdict;
  readonly step: Step;
}

function denied(verdict: Verdict): Denied | undefined {
  return verdict.outcome === 'deny' ? { verdict, step: verdict.decidedBy } : undefined;
}

/** Names are looked up first; a client whose question is dropped waits. */
function* dns(cluster: Cluster, { source, destination }: Request): Generator<SymptomCause> {
  if (source.kind !== 'pod' || destination.kind === 'address') return;
  const server = ['kube-dns', 'coredns', 'rke2-coredns-rke2-coredns', 'dns-default']
    .map((name) => cluster.services.get(`kube-system/${name}`))
    .find((service) => service !== undefined);
  const found =
    server === undefined
      ? denied(
          decideConnection(cluster, {
            source,
            destination: { kind: 'host', host: 'the DNS server' } as Endpoint,
            port: 53,
            protocol: 'UDP',
          }),
        )
      : denied(
          decide(cluster, {
            source,
            destination: { kind: 'service', namespace: 'kube-system', name: server.metadata.name },
            port: 53,
            protocol: 'UDP',
            complete: true,
          }),
        );
  const name = server === undefined ? 'the DNS server' : `kube-system/svc/${server.metadata.name}`;
  if (found !== undefined) yield { kind: 'DNS', server: name, ...found };
}

/** What looks alike and is nothing of policies, by symptom. */
const serverFaults: Readonly<Record<SymptomWord, readonly ServerFault[]>> = {
  timeout: ['does not answer', 'is behind a firewall'],
  '401': ['answers so itself'],
  '403': ['answers so itself'],
  '503': ['does not listen', 'is held to be broken', 'answers so itself'],
  reset: ['closes the connection', 'does not listen'],
};

function* untried(
  cluster: Cluster,
  request: Request,
  word: SymptomWord,
  verdict: Verdict,
): Generator<SymptomCause> {
  const open = verdict.outcome === 'unknown' ? verdict : openVerdict(cluster, request, word);
  // Other methods and paths have been tried, and none of them gives a 401.
  const facts = (open?.missing ?? []).filter((fact) =>
    fact.kind !== 'request' ? true : word !== '401' && fact.field !== 'method' && fact.field !== 'path',
  );
  const { destination } = request;
  if (word === '401' && 'namespace' in destination && !asksForTokens(cluster, destination.namespace))
    yield { kind: 'missing policy', policy: 'RequestAuthentication', namespace: destination.namespace };
  if (facts.length > 0) yield { kind: 'request', facts };
  if (cluster.foreign.length > 0) yield { kind: 'other policies', objects: cluster.foreign };
  for (const what of serverFaults[word]) yield { kind: 'server', what };
}

function asksForTokens({ policies, mesh }: Cluster, namespace: string): boolean {
  return [namespace, mesh.rootNamespace].some(
    (each) => (policies.requestAuthentication.get(each) ?? []).length > 0,
  );
}

/** The verdict with nothing taken for absent that was not said: what then is missing decides. */
function openVerdict(cluster: Cluster, request: Request, word: SymptomWord): Verdict | undefined {
  if (word !== '403' && word !== '401') return undefined;
  if (request.http === undefined) return undefined;
  const { host } = request.http;
  const http = host === undefined ? {} : { host };
  return decide(cluster, { ...request, http, complete: false });
}
