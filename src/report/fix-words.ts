import type { Advice, Fix, FixAction, FixSearch, NoFix, PlainValue } from '../debug/fix/index.ts';
import type { Change, PairGroup } from '../diff/index.ts';
import { count, describeObject, formatNumber, formatPath, listWords } from '../model/index.ts';
import { describePairs, endWords } from './diff-ends.ts';
import { changeLines, type TrafficWords, whatChanges } from './diff-lines.ts';
import { describeGain, describeLoss } from './fix-gains.ts';
import { describeLayer, describePlace, describeReason } from './vocabulary.ts';

/** What a fix does, in one line: its actions in the order in which layers deny. */
export function describeFix({ actions }: Fix): string {
  return actions.map(describeAction).join('; ');
}

/** One action: `add shop to spec.rules[0].from[0].source.namespaces of AuthorizationPolicy db/only-db`. */
export function describeAction(action: FixAction): string {
  if (action.kind === 'add policy') {
    return `new ${describeObject(action.object)} beside ${describeObject(action.beside)}`;
  }
  const { kind, object, path, value } = action;
  const where = `${formatPath(path)} of ${describeObject(object)}`;
  switch (kind) {
    case 'add value':
      return `add ${shortValue(value)} to ${where}`;
    case 'add peer':
      return `add ${describePeer(value)} to ${where}`;
    case 'add port':
      return `add ${describePort(value)} to ${where}`;
    case 'add operation':
      return `add an operation to ${where}`;
    case 'add rule':
      return `add a rule${isForAnybody(object, value) ? ' for any caller' : ''} to ${where}`;
    case 'remove value':
      return `take ${shortValue(value)} out of ${formatPath(path.slice(0, -1))} of ${describeObject(object)}`;
    case 'remove rule':
      return `take ${where} away`;
    case 'exempt':
      return `exempt ${typeof value === 'string' ? value : 'the request'} from ${formatPath(path.slice(0, 3))} of ${describeObject(object)} (${String(path.at(-1))})`;
    case 'split rule':
      return `a rule beside it that goes on denying the rest`;
    case 'set field':
      return `set ${where} to ${shortValue(value)}`;
  }
}

/** A rule of an AuthorizationPolicy that names no caller: nothing is known to name him by. */
function isForAnybody({ kind }: FixAction['object'], value: PlainValue): boolean {
  return kind === 'AuthorizationPolicy' && (value as { readonly from?: unknown }).from === undefined;
}

function shortValue(value: PlainValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function describePort(value: PlainValue): string {
  const { protocol = 'TCP', port } = value as { readonly protocol?: string; readonly port?: number };
  return `${protocol} ${port ?? ''}`.trim();
}

interface PeerFields {
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly namespaceSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly ipBlock?: { readonly cidr: string };
  readonly source?: Readonly<Record<string, readonly string[]>>;
}

function describePeer(value: PlainValue): string {
  const { podSelector, namespaceSelector, ipBlock, source } = value as PeerFields;
  if (ipBlock !== undefined) return ipBlock.cidr;
  if (source !== undefined) return listWords(Object.values(source).flat());
  const labels = Object.entries(podSelector?.matchLabels ?? {}).map(([key, each]) => `${key}=${each}`);
  const pods = labels.length === 0 ? 'all pods' : `pods ${labels.join(',')}`;
  const namespace = namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
  return namespace === undefined ? pods : `${pods} of ${namespace}`;
}

/** How far a fix goes beyond the request, in one line: `allows nothing else to any of the workloads given`, for nobody else was asked about. */
export function describeWidening(fix: Fix): string {
  return wideningWords(fix, ['of the workloads given', 'to any of the workloads given']);
}

/** The same where it has been said whom it is about: `allows nothing else`. */
export function describeWideningInShort(fix: Fix): string {
  return wideningWords(fix, ['', '']);
}

function wideningWords(
  { widening, newlyDenied }: Fix,
  [ofGiven, toGiven]: readonly [string, string],
): string {
  const { pairs, ports, http } = widening;
  const more = [
    ...(pairs === 0 ? [] : [`${count(pairs, 'other pair')} ${ofGiven}`.trim()]),
    ...(ports === 0
      ? []
      : [`${formatNumber(ports)} further ${ports === 1 ? 'port' : 'ports'} between the two`]),
    ...(pairs + ports > 0 || http === 0 ? [] : ['other requests of the two on that port']),
  ];
  const closed = newlyDenied.reduce((sum, { pairs: own }) => sum + own, 0);
  const open = more.length === 0 ? `allows nothing else ${toGiven}`.trim() : `also allows ${listWords(more)}`;
  return closed === 0 ? open : `${open}, and denies something to ${count(closed, 'pair')}`;
}

/** What else a fix allows, a line for each group of pairs: `shop/web -> shop/db: TCP 5432`. */
export function listElse(fix: Fix): readonly string[] {
  return groupsInLines(fix, fix.newlyAllowed, describeGain);
}

/** What a fix denies that came through before. */
export function listDenied(fix: Fix): readonly string[] {
  return groupsInLines(fix, fix.newlyDenied, describeLoss);
}

function groupsInLines(
  { diff }: Fix,
  groups: readonly PairGroup[],
  describe: typeof describeGain,
): readonly string[] {
  const words = endWords(diff);
  return groups.map((group) => `${describePairs(group, words)}: ${describeChanges(group, describe)}`);
}

function describeChanges(group: PairGroup, describe: typeof describeGain): string {
  const changes = group.changes.filter((change) => describe(change) !== undefined);
  const wordsOf = (change: Change): TrafficWords => ({
    traffic: describe(change) ?? '',
    conditions: undefined,
  });
  return changeLines({ ...group, changes }, wordsOf)
    .map(whatChanges)
    .join('; ');
}

/** What is new between the two ends of the request: `TCP 8080, GET on /a`. */
export function describeAsked({ asked, diff, newlyAllowed }: Fix): string {
  const [first] = newlyAllowed;
  const ends = diff.groups.find(({ changes }) => changes.some((change) => asked.includes(change))) ?? first;
  // A client at an address has the identity of a certificate that no map knows of.
  if (asked.length === 0 || ends === undefined) return 'the request';
  return describeChanges({ ...ends, changes: asked }, describeGain);
}

/** Which fixes a search takes as made: `on top of the fixes above`; undefined where it takes none. */
export function describeGround({ builtOn }: FixSearch): string | undefined {
  if (builtOn === undefined) return undefined;
  return `on top of the ${builtOn === 1 ? 'fix' : 'fixes'} above`;
}

/** Why a search found no fix, as a sentence without a full stop. */
export function describeNone(search: Extract<FixSearch, { kind: 'no fix' }>): string {
  const ground = describeGround(search);
  return ground === undefined ? describeNoFix(search.why) : `${ground}, ${describeNoFix(search.why)}`;
}

/** Why there is no fix, as a sentence without a full stop. */
export function describeNoFix(why: NoFix): string {
  switch (why.kind) {
    case 'already allowed':
      return 'it is allowed';
    case 'not known':
      return `it is not known whether it is allowed: ${describeLayer(why.step)}: ${describeReason(why.step)}`;
    case 'token':
      return `no policy is at fault: the request lacks a good token (${describeReason(why.step)})`;
    case 'no endpoint':
      return `no policy is at fault: ${describeReason(why.step)}`;
    case 'client':
      return `only the client can change this: ${describeReason(why.step)}`;
    case 'authorizer':
      return `the external authorizer ${why.provider} says no, and no policy can change its answer`;
    case 'bad request':
      return `the request is refused before any policy is asked: ${describeReason(why.step)}`;
    case 'nothing found':
      return `${count(why.tried, 'edit')} ${why.tried === 1 ? 'was' : 'were'} tried, and none lets it through: ${describeLayer(why.step)} at the ${describePlace(why.step.at)}: ${describeReason(why.step)}`;
  }
}

/** What helps beside edits of policies. */
export function describeAdvice(advice: Advice): string {
  switch (advice.kind) {
    case 'put the client into the mesh':
      return `put ${advice.pod} into the mesh (istio-injection or istio.io/dataplane-mode): then it has an identity, and sends mutual TLS`;
    case 'give the Service':
      return `give the Service that leads to ${advice.pod}, if there is one: ${advice.client} has an identity, but without a Service its sidecar sends plaintext, and only its address can be named, which a new pod has not`;
    case 'send a token':
      return advice.text === ''
        ? 'send a token that the RequestAuthentication takes'
        : `send a token that the RequestAuthentication takes (${advice.text})`;
  }
}
