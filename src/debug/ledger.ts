import type { Cluster } from '../cluster/index.ts';
import type { LogRecord } from '../logs/index.ts';
import { formatPath, qualifiedName, type Reason } from '../model/index.ts';
import { openAddressBook } from './address-book.ts';
import { evidenceKey, evidenceOf } from './evidence.ts';
import { explainDenial } from './explain-denial.ts';
import type { Memory } from './judge-pairs.ts';
import { overruledBy } from './overruled.ts';
import type { Denial, DenialGroup, Finding, Occurrence, Said } from './types.ts';

/** Denials that are counted while they come. */
export interface Ledger {
  /** Notes what a record states of addresses, for denials whose lines state less. */
  readonly learn: (record: LogRecord) => void;
  /** Takes a denial; gives its group where it is the first of it. */
  readonly add: (denial: Denial) => DenialGroup | undefined;
  /** All groups, the most frequent first; of equals the one that came first. */
  readonly groups: () => readonly DenialGroup[];
}

/** So many addresses and requests of a group are kept. */
const mostExamples = 5;
/** So many ways of denying are remembered; beyond it they are explained anew. */
const mostRemembered = 50_000;

interface OpenGroup {
  readonly finding: Finding;
  count: number;
  readonly first: Occurrence;
  last: Occurrence;
  readonly dialects: Set<string>;
  readonly addresses: Sample;
  readonly requests: Sample;
}

/** Groups denials by what they come to: same ends, port, policy, and where they decide, method and path. */
export function openLedger(
  cluster: Cluster,
  said: Said,
  judge: (finding: Finding) => Finding = same,
): Ledger {
  const groups = new Map<string, OpenGroup>();
  /** What denials of one kind of evidence belong to; undefined where their requests decide. */
  const known = new Map<string, string | undefined>();
  const memory: Memory = new Map();
  const book = openAddressBook();

  const explain = (denial: Denial): { readonly key: string; readonly finding: () => Finding } => {
    const evidence = evidenceOf(denial, said, book.told);
    const plain = evidenceKey(evidence);
    const { http } = evidence;
    const detailed = `${plain} ${http?.method ?? ''} ${http?.path ?? ''}`;
    if (known.size > mostRemembered) known.clear();
    const group = known.get(plain) ?? known.get(detailed);
    if (group !== undefined && groups.has(group))
      return { key: group, finding: () => groups.get(group)!.finding };
    if (http !== undefined && !known.has(plain)) {
      const { method: _method, path: _path, ...rest } = http;
      const finding = explainDenial(cluster, { ...evidence, http: rest }, said, memory);
      if (!finding.byRequest) {
        const key = groupKey(finding);
        known.set(plain, key);
        return { key, finding: () => judge(finding) };
      }
      known.set(plain, undefined);
    }
    const whole = explainDenial(cluster, evidence, said, memory);
    const finding = http === undefined ? whole : { ...whole, byRequest: true };
    const key = `${groupKey(finding)} ${finding.byRequest ? `${http?.method} ${http?.path}` : ''}`;
    known.set(http === undefined ? plain : detailed, key);
    return { key, finding: () => judge(finding) };
  };

  return {
    learn: book.learn,
    add: (denial) => {
      const { record, file } = denial;
      book.learn(record);
      const { key, finding } = explain(denial);
      const at: Occurrence = { file, lines: record.lines, time: record.time };
      let group = groups.get(key);
      const isNew = group === undefined;
      if (group === undefined) {
        const dialects = new Set<string>();
        group = {
          finding: finding(),
          count: 0,
          first: at,
          last: at,
          dialects,
          addresses: openSample(),
          requests: openSample(),
        };
        groups.set(key, group);
      }
      group.count += 1;
      group.last = at;
      group.dialects.add(record.dialect);
      const { source, destination } = group.finding;
      if (isOutside(source)) group.addresses.add(record.source?.ip);
      else if (isOutside(destination)) group.addresses.add(record.destination?.ip);
      group.requests.add(
        [record.method, record.path].filter((word) => word !== undefined).join(' ') || undefined,
      );
      return isNew ? snapshot(group, said) : undefined;
    },
    groups: () =>
      [...groups.values()].sort((a, b) => b.count - a.count).map((group) => snapshot(group, said)),
  };
}

function same(finding: Finding): Finding {
  return finding;
}

/** Addresses outside that one policy treats alike are one source. */
function groupKey({ source, destination, request, evidence, cause }: Finding): string {
  const from = isOutside(source) ? `outside ${source.claim.principal ?? ''}` : source.name;
  // Of addresses at both ends one stands for many.
  const to = isOutside(destination) && !isOutside(source) ? 'outside' : destination.name;
  const { policy } = evidence;
  const named = [policy?.kind, policy?.namespace, policy?.name, policy?.rule].join('/');
  const port = `${evidence.protocol} ${request?.port ?? evidence.port ?? ''}`;
  const claims = cause.kind === 'not placed' ? JSON.stringify([endClaim(source), endClaim(destination)]) : '';
  return [evidence.at, from, to, port, named, causeKey(cause), claims].join('\n');
}

function isOutside({ end, name }: Finding['source']): boolean {
  return end.kind === 'address' && !name.startsWith('node/');
}

function endClaim({ claim }: Finding['source']): unknown {
  const { ip, namespace, pod, workload, principal, service } = claim;
  return [ip, namespace, pod, workload, principal, service];
}

function causeKey(cause: Finding['cause']): string {
  switch (cause.kind) {
    case 'denied':
      return `denied ${cause.step.layer} ${reasonKey(cause.step.because)} ${cause.agreement.kind}`;
    case 'allowed':
      return `allowed ${cause.doubts.map(({ kind }) => kind).join(' ')}`;
    default:
      return cause.kind;
  }
}

function reasonKey(reason: Reason): string {
  if (reason.kind === 'matched rule') {
    return `${qualifiedName(reason.rule.policy)} ${formatPath(reason.rule.path)}`;
  }
  return 'policies' in reason
    ? `${reason.kind} ${(reason.policies ?? []).map(qualifiedName).join(' ')}`
    : reason.kind;
}

function snapshot(
  { finding, count, first, last, dialects, addresses, requests }: OpenGroup,
  said: Said,
): DenialGroup {
  return {
    finding,
    count,
    first,
    last,
    dialects: [...dialects],
    addresses: addresses.values(),
    addressCount: addresses.size(),
    requests: requests.values(),
    requestCount: requests.size(),
    overruled: overruledBy(finding.evidence, requests.values(), said),
  };
}

/** Some of many texts, and how many there are; counting ends where it would take much memory. */
interface Sample {
  readonly add: (text: string | undefined) => void;
  readonly values: () => readonly string[];
  readonly size: () => number;
}

const mostCounted = 10_000;

function openSample(): Sample {
  const seen = new Set<string>();
  return {
    add: (text) => {
      if (text !== undefined && seen.size < mostCounted) seen.add(text);
    },
    values: () => [...seen].slice(0, mostExamples),
    size: () => seen.size,
  };
}
