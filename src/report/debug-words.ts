import type {
  Agreement,
  Assumed,
  DenialGroup,
  EndEvidence,
  Finding,
  FoundEnd,
  LaterDenial,
  Overruled,
  Rightness,
} from '../debug/index.ts';
import type { LogPolicy } from '../logs/index.ts';
import { count, describeObject, type Fact, listNames, listWords } from '../model/index.ts';
import type { DebugEntry } from './debug-view.ts';
import { describeFact } from './facts.ts';
import { formatPlace } from './position.ts';
import { describeLayer, describePlace, describeReason } from './vocabulary.ts';

/** `14 times`. */
export function countWords(number: number): string {
  return number === 1 ? 'once' : count(number, 'time');
}

/** Both ends and the port: `a/web -> b/db  TCP 80`. */
export function findingEnds({ finding, addressCount, addresses }: DenialGroup): string {
  const { source, destination, request, evidence } = finding;
  const port = request?.port ?? evidence.port;
  const many = `${addresses[0]} and ${count(addressCount - 1, 'other address', 'other addresses')}`;
  const isSource = source.end.kind === 'address';
  const { principal } = source.claim;
  const identity = isSource && principal !== undefined ? ` as ${principal}` : '';
  const from = `${addressCount > 1 && isSource ? many : nameOf(source)}${identity}`;
  const to = addressCount > 1 && !isSource ? many : nameOf(destination);
  return `${from} -> ${to}  ${evidence.protocol}${port === undefined ? '' : ` ${port}`}`;
}

/** Of an end that may be many, how many. */
function nameOf(end: FoundEnd): string {
  if (!end.guess) return end.name;
  return end.others.length > 2 ? `one of ${end.others.length + 1} workloads` : 'one of many workloads';
}

/** Which requests they were: `GET /x and 2 others`; undefined where the log states none. */
export function requestsWords({ requests, requestCount }: DenialGroup): string | undefined {
  if (requestCount === 0) return undefined;
  const shown = requests.slice(0, 3);
  const rest = requestCount - shown.length;
  return rest === 0 ? listWords(shown) : `${shown.join(', ')} and ${count(rest, 'other')}`;
}

/** When, and in which lines. */
export function whenWords({ first, last, count: times, dialects }: DenialGroup): string {
  const by = ` (${dialects.join(', ')})`;
  const at = `${placesWords(first, last)}${by}`;
  if (times === 1) return `${first.time === undefined ? '' : `${first.time}, `}${at}`;
  const span = first.time === undefined || last.time === undefined ? '' : `${first.time} to ${last.time}, `;
  return `${span}${at}`;
}

/** From the first line to the last: `lines 9-16`; of several files `lines a.log:9 to b.log:3`. */
function placesWords(first: DenialGroup['first'], last: DenialGroup['last']): string {
  const from = first.lines[0];
  const to = last.lines[1];
  if (first.file !== last.file) return `lines ${first.file}:${from} to ${last.file}:${to}`;
  const file = first.file === undefined ? '' : `${first.file}, `;
  return `${file}${from === to ? `line ${from}` : `lines ${from}-${Math.max(to, first.lines[1])}`}`;
}

/** What denied it, or why nobody knows, in one line. */
export function causeWords({ cause, evidence, source, destination }: Finding): string {
  switch (cause.kind) {
    case 'denied':
      return `${describeLayer(cause.step)} at the ${describePlace(cause.step.at)}: ${describeReason(cause.step)}`;
    case 'allowed':
      return cause.elsewhere === undefined
        ? 'the manifests allow it: the log disagrees'
        : `the manifests deny it elsewhere, by ${describeLayer(cause.elsewhere)}: ${describeReason(cause.elsewhere)}; the log disagrees`;
    case 'unknown':
      return cause.missing.length === 0
        ? 'nobody can tell for which port it was'
        : 'nobody can tell from what the log and the manifests say';
    case 'not placed': {
      const ends = cause.ends.map((end) => placeWords(end === 'source' ? source : destination, end));
      return `nobody can tell who it was: ${ends.join('; ')}`;
    }
    case 'not judged':
      return `policies do not speak of ${evidence.protocol}: what becomes of it is up to the network plugin`;
  }
}

function placeWords(end: FoundEnd, side: 'source' | 'destination'): string {
  const what = side === 'source' ? 'the client' : 'the server';
  const { claim, others, conflicts } = end;
  const names = others.length === 0 ? '' : `, which may be ${listNames(others)}`;
  const service = claim.service ?? claim.elsewhere?.service;
  if (service !== undefined && conflicts.includes('Service')) {
    const by = claim.service === undefined ? ' by other lines' : '';
    return `${what}${claim.ip === undefined ? '' : ` ${claim.ip}`} is behind ${service}${by}, whose namespace has no pods in the manifests: the log is not of these manifests`;
  }
  if (claim.pod !== undefined || claim.workload !== undefined) {
    const named = [claim.namespace, claim.pod ?? claim.workload].filter((word) => word !== undefined);
    return `${what} ${named.join('/')} is not in the manifests`;
  }
  if (claim.ip !== undefined)
    return `${what} has the address ${claim.ip}${names || ', which nobody in the manifests has'}`;
  return `the log does not state ${what}${names}`;
}

/** How the policy that the log names stands to it; undefined where there is nothing to tell. */
export function agreementWords(agreement: Agreement): string | undefined {
  switch (agreement.kind) {
    case 'not named':
      return undefined;
    case 'same':
      return 'the log names the same policy';
    case 'nothing matched':
      return agreement.agrees
        ? 'the log says so, too: no rule matched'
        : 'the log says that no rule matched: the manifests may be newer than it';
    case 'another':
      return `the log names ${describeObject(agreement.object)}, which by the manifests does not decide this`;
    case 'absent':
      return `the log names ${policyWords(agreement.policy)}, which is not in the manifests: they are not what the cluster has`;
  }
}

/** A policy as a log names it; of what ztunnel is told of a PeerAuthentication, that. */
export function policyWords({ kind, namespace, name, rule }: LogPolicy): string {
  if (name === 'istio_converted_static_strict') return 'a PeerAuthentication with the mode STRICT';
  const converted = /^converted_peer_authentication_(.+)$/.exec(name ?? '')?.[1];
  if (converted !== undefined) return `PeerAuthentication ${namespace}/${converted}`;
  if (name === undefined) {
    return `a default deny by ${kind ?? 'a policy'}${namespace === undefined ? '' : ` in namespace ${namespace}`}`;
  }
  const named = [namespace, name].filter((word) => word !== undefined).join('/');
  return [kind ?? 'policy', named, rule === undefined ? undefined : `rule ${rule}`]
    .filter((word) => word !== undefined && word !== '')
    .join(' ');
}

/** What was taken for granted. */
export function assumedWords(assumed: Assumed): string {
  switch (assumed.kind) {
    case 'port':
      return `port ${assumed.port}: the log states none, and it is the first that the server declares`;
    case 'http':
      return `${assumed.method} ${assumed.path}: the log does not state the request`;
    case 'other node':
      return `${assumed.pod} runs on another node than the client: its own node would not be denied`;
    case 'address':
      return `${assumed.pod} has the address ${assumed.address}, as the log says`;
    case 'absent':
      return `the request came without ${absentWords(assumed.facts)}, of which the log says nothing`;
  }
}

/** Claims are in a token, and that nobody said. */
function absentWords(facts: readonly Fact[]): string {
  const isClaim = (fact: Fact): boolean => fact.kind === 'request' && fact.field.startsWith('claim ');
  const hasToken = facts.some((fact) => fact.kind === 'token' || isClaim(fact));
  const others = facts.filter((fact) => fact.kind !== 'token' && !isClaim(fact));
  const names = others.map((fact) => (fact.kind === 'request' ? fact.field : describeFact(fact)));
  return listNames([...(hasToken ? ['a token'] : []), ...names]);
}

const evidenceWords: Readonly<Record<EndEvidence, string>> = {
  said: 'as you say',
  'pod name': 'by its name',
  stream: 'by the pod whose log it is',
  address: 'by its address',
  workload: 'by its workload',
  identity: 'by its identity',
  Service: 'by its Service',
  namespace: 'by its namespace',
  verdict: 'for whom the verdict is what the log says',
};

/** What is worth a line beside the cause: of whom the ends are, what contradicts and who fits as well; of flags, what the log states otherwise. */
export function endNotes({ group, later }: Pick<DebugEntry, 'group' | 'later'>): readonly string[] {
  const { finding, overruled } = group;
  const { source, destination, cause } = finding;
  return [
    ...overruled.map(overruledWords),
    ...notesOf(source, 'client', '--from', cause),
    ...notesOf(destination, 'server', '--to, or --pod for the pod whose log it is,', cause),
    ...(later === undefined ? [] : [laterWords(later)]),
  ];
}

function overruledWords({ what, said, stated }: Overruled): string {
  return `the log states the ${what} ${stated}: --${what} ${said} is for what it does not state`;
}

/** What a fix for packets does not do. */
function laterWords({ step, http }: LaterDenial): string {
  const what = http === undefined ? 'what is sent' : `${http.method} ${http.path}, a guess,`;
  return `a fix is for the packets, of which alone the log tells: then the ${describePlace(step.at)} would deny ${what} by ${describeLayer(step)}, ${describeReason(step)}; --method and --path say what is sent, and a fix lets that through`;
}

function notesOf(end: FoundEnd, what: string, flag: string, cause: Finding['cause']): string[] {
  const fits = cause.kind === 'denied';
  const isNotPlaced = cause.kind === 'not placed';
  const { name, by, others, conflicts, claim } = end;
  const notes: string[] = [];
  if (claim.forwarded === true && !by.includes('said')) {
    notes.push(
      `the address ${claim.ip} came by a header: the connection is of a gateway or another proxy before the server, of whose identity the line says nothing; ${flag} says who it is`,
    );
  }
  if (by.includes('verdict') && !name.startsWith('somebody')) {
    const stated = by.filter((each) => each !== 'verdict').map((each) => `, ${evidenceWords[each]}`);
    const address = claim.ip === undefined ? '' : ` ${claim.ip}`;
    const rest =
      others.length === 0
        ? `of all that ${end.guess ? 'were tried' : 'it may be'} the ${fits ? 'only one for whom the verdict is what the log says' : 'first'}`
        : `as ${listNames(others.map((other) => (other === claim.ip ? 'a host that is not in the manifests' : other)))} may be, too: ${flag} says which${claim.ip === undefined ? '' : ', and so do the pods with their addresses (kubectl get pods -A -o yaml)'}`;
    notes.push(`the ${what}${address} is taken for ${name}${stated.join('')}, ${rest}`);
  }
  for (const conflict of conflicts) {
    if (conflict === 'pod name') {
      const named = [claim.namespace, claim.pod ?? claim.workload].filter((word) => word !== undefined);
      notes.push(
        `${named.join('/')} is not in the manifests: it is judged as an address that nobody there has`,
      );
      continue;
    }
    // The cause says so.
    if (isNotPlaced && conflict === 'Service') continue;
    const stated = {
      address: claim.ip,
      identity: claim.principal ?? claim.elsewhere?.principal,
      Service: claim.service ?? claim.elsewhere?.service,
      workload: claim.workload,
    };
    const value = stated[conflict as keyof typeof stated];
    notes.push(
      `the ${what} is ${name} ${by.map((each) => evidenceWords[each]).join(', ')}; its ${conflict}${value === undefined ? '' : ` ${value}`} is not that of the manifests`,
    );
  }
  return notes;
}

/** Why a denial is as it should be. */
export function rightWords(right: Rightness): string {
  switch (right.kind) {
    case 'test':
      return `the test ${JSON.stringify(right.name)} expects it to be denied (${formatPlace(right.span)})`;
    case 'explicit':
      return 'the rule denies just this caller, by name';
    case 'token':
      return `the token is no good (${right.token}): the client needs another one, no policy is at fault`;
    case 'plaintext':
      return 'the server takes mutual TLS only, and the client sends plaintext: it needs a sidecar, or the server a PERMISSIVE port';
  }
}
