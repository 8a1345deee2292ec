import { type DenialGroup, type Finding, guessOf } from '../debug/index.ts';
import { count, describeObject, type FieldPath } from '../model/index.ts';
import { behindSteps, behindWords } from './debug-behind.ts';
import { debugFixText } from './debug-fixes.ts';
import { nextSteps } from './debug-next.ts';
import type { DebugEntry, DebugTally, DebugView } from './debug-view.ts';
import {
  agreementWords,
  assumedWords,
  causeWords,
  countWords,
  endNotes,
  findingEnds,
  requestsWords,
  rightWords,
  whenWords,
} from './debug-words.ts';
import { doubtWords } from './doubt-words.ts';
import { fixCaution } from './fix-caution.ts';
import { wrapText } from './lines.ts';
import { quoteSpan } from './quote.ts';
import { plainStyle, type Style } from './style.ts';
import { decisionLines, missingLines, nearMissLines } from './text.ts';

/** So many kinds of denials are written out. */
const mostShown = 50;
/** And so many kinds of what happened elsewhere. */
const mostBehind = 10;

/** Denials of a log as text for people, the most frequent first; what was read stands last. */
export function formatDebugText(view: DebugView, style: Style = plainStyle): string {
  const blocks = view.entries.slice(0, mostShown).map((entry) => formatDebugEntry(entry, view, style));
  const rest = view.entries.length - blocks.length;
  const more =
    rest === 0 ? [] : [`… and ${count(rest, 'further kind')}, less frequent; -o json has them all\n`];
  return [...blocks, ...more, ...behindBlocks(view, style), `${summarizeDebug(view)}\n`].join('\n');
}

/** What is left to say at the end of a log that was followed: how often each kind came, and the fixes. All else was printed as it came. */
export function formatWatchedText(view: DebugView, style: Style = plainStyle): string {
  const shown = view.entries.slice(0, mostShown);
  const rest = view.entries.length - shown.length;
  const blocks = shown.map(({ group, fixes }) => {
    const head = headLines(group, style).slice(0, 1).join('\n');
    if (fixes === undefined) return head;
    return `${head}\n\n${debugFixText(fixes, { patches: view.patches ?? 1 }, style)}`;
  });
  const more = rest === 0 ? [] : [`… and ${count(rest, 'further kind')}, less frequent`];
  return `${[...blocks, ...more, ...behindBlocks(view, style), summarizeDebug(view)].join('\n')}\n`;
}

/** One group: what was denied, to whom and how often; the cause with its place; what to do next. */
export function formatDebugEntry(
  entry: DebugEntry,
  { patches }: Pick<DebugView, 'patches'>,
  style: Style = plainStyle,
): string {
  const { group, check, fixes } = entry;
  const { finding } = group;
  const sections = [
    headLines(group, style),
    causeLines(group, style),
    noteLines(entry, style),
    nextLines(group, check, patches === undefined, style),
  ];
  const { cause, verdict } = finding;
  const proof =
    cause.kind === 'denied' && verdict !== undefined
      ? [decisionLines(cause.step, style), nearMissLines({ ...verdict, decidedBy: cause.step }, style)]
      : [];
  const named =
    cause.kind !== 'denied' && finding.named !== undefined
      ? [
          `${style.strong('The log names')} ${describeObject(finding.named)}:`,
          ...quoteSpan(finding.named.origin.locate(namedPath(finding)), style),
        ]
      : [];
  const missing = cause.kind === 'unknown' && verdict !== undefined ? [missingLines(verdict, style)] : [];
  const [head, why, notes, next] = sections as [string[], string[], string[], string[]];
  const all = [[...head, ...why], ...proof, named, ...missing, notes, next].filter(
    (lines) => lines.length > 0,
  );
  const text = `${all.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  return fixes === undefined
    ? text
    : `${text}\n${debugFixText(fixes, { patches: patches ?? 1, caution: fixCaution(finding) }, style)}`;
}

/** What the log says of somebody behind its proxy, and where to look. */
function behindBlocks({ behind = [] }: DebugView, style: Style): readonly string[] {
  return behind.slice(0, mostBehind).map((each) => {
    const label = style.doubtful(style.strong('Elsewhere:'));
    const words = wrapText(behindWords(each), `${label} `, '  ', style.width);
    const steps = behindSteps(each).map((step) => `  ${step}`);
    return [...words, ...(steps.length === 0 ? [] : [style.strong('Next:'), ...steps]), ''].join('\n');
  });
}

/** The rule that the log names by its number, else the policy's name. */
function namedPath({ named, evidence }: Finding): FieldPath {
  const rule = evidence.policy?.rule ?? '';
  const isRule = named?.kind === 'AuthorizationPolicy' && /^\d+$/.test(rule);
  return isRule ? ['spec', 'rules', Number(rule)] : ['metadata', 'name'];
}

function headLines(group: DenialGroup, style: Style): string[] {
  const { cause } = group.finding;
  const isAllowed = cause.kind === 'allowed' && cause.elsewhere === undefined;
  const times = countWords(group.count);
  const denied = isAllowed
    ? style.doubtful(style.strong(`? DENIED ${times}, ALLOWED by the manifests`))
    : style.bad(style.strong(`✗ DENIED ${times}`));
  const requests = requestsWords(group);
  return [
    `${denied}  ${findingEnds(group)}${requests === undefined ? '' : `, ${requests}`}`,
    ...wrapText(whenWords(group), '  ', '    ', style.width).map(style.faint),
  ];
}

function causeLines({ finding }: DenialGroup, style: Style): string[] {
  const { cause } = finding;
  const isDoubtful = cause.kind !== 'denied';
  const words = causeWords(finding);
  const label = style.strong('Cause:');
  const lines = wrapText(isDoubtful ? style.doubtful(words) : words, `  ${label} `, '    ', style.width);
  const agreement = cause.kind === 'denied' ? agreementWords(cause.agreement) : undefined;
  const before =
    cause.kind === 'denied' && cause.before !== undefined
      ? [
          `by the manifests it would not even have come so far: ${causeWords({ ...finding, cause: { ...cause, step: cause.before } })}`,
        ]
      : [];
  const doubts = cause.kind === 'allowed' ? cause.doubts.map(doubtWords) : [];
  return [
    ...lines,
    ...[...(agreement === undefined ? [] : [agreement]), ...before].flatMap((text) =>
      wrapText(text, '    ', '    ', style.width),
    ),
    ...(doubts.length === 0 ? [] : ['  Likely reasons, the likeliest first:']),
    ...doubts.flatMap((text, i) => wrapText(text, `    ${i + 1}. `, '       ', style.width)),
  ];
}

/** What the verdict takes for granted, but for what the log itself shows: that the request came there. */
function grantedBy(verdict: Finding['verdict']): readonly string[] {
  return (verdict?.assumed ?? []).filter((text) => !text.includes(' has a road to '));
}

function noteLines(entry: DebugEntry, style: Style): string[] {
  const { assumed, verdict } = entry.group.finding;
  const note = (label: string) => (text: string) =>
    wrapText(text, `${style.faint(label)} `, '  ', style.width);
  return [
    ...[...assumed.map(assumedWords), ...grantedBy(verdict)].flatMap(note('Assumed:')),
    ...endNotes(entry).flatMap(note('Note:')),
  ];
}

function nextLines(
  { finding }: DenialGroup,
  check: string | undefined,
  offersFix: boolean,
  style: Style,
): string[] {
  const { right, cause } = finding;
  // What is not known stands above with the flags that say it.
  const steps = cause.kind === 'unknown' && finding.verdict !== undefined ? [] : [...nextSteps(finding)];
  if (check !== undefined && cause.kind !== 'denied') steps.push(check);
  const lines: string[] = [];
  if (right !== undefined) {
    lines.push(
      ...wrapText(rightWords(right), `${style.good(style.strong('This is right:'))} `, '  ', style.width),
    );
  }
  const isGuess = guessOf(finding) === 'all';
  if (cause.kind === 'denied' && offersFix && isFixable(finding) && !isGuess) {
    const isStale = cause.agreement.kind === 'absent';
    const should = right === undefined ? 'if it should be allowed' : 'if it should be allowed all the same';
    const when = isStale ? `with that policy, and ${should}` : should;
    steps.push(`${when}: the same with --fix shows the smallest edit that does it, as a patch`);
  }
  if (steps.length === 0) return lines;
  // Commands are copied: they are not broken.
  return [...lines, style.strong('Next:'), ...steps.map((step) => `  ${step}`)];
}

/** Nothing in policies helps against a token that is no good, or a client without a certificate. */
function isFixable({ right }: DenialGroup['finding']): boolean {
  return right?.kind !== 'token' && right?.kind !== 'plaintext';
}

/** What was read and found, in one line. */
export function summarizeDebug({ entries, tally, behind = [] }: DebugView): string {
  const { denied, allowed, none, lines, unknown } = tally;
  const found =
    denied === 0
      ? `nothing was denied${behind.length === 0 ? '' : ' by the proxy of this log, but behind it'}`
      : `${count(denied, 'denial')} of ${count(entries.length, 'kind')}`;
  const rest = [
    ...(allowed === 0 ? [] : [`${count(allowed, 'decision')} to allow`]),
    ...(none === 0 ? [] : [`${count(none, 'dry run or audit', 'dry runs or audits')}`]),
    `${count(lines, 'line')} read${unknown === 0 ? '' : `, ${unknown} of them ${unknown === 1 ? 'tells' : 'tell'} of no decision`}`,
  ];
  return `${found}; ${rest.join('; ')}`;
}

/** What to say where no line was understood. */
export function noDecisionLines({ lines }: DebugTally, dialects: readonly string[]): readonly string[] {
  return [
    lines === 0
      ? 'the log is empty: 0 lines'
      : `${count(lines, 'line')} read, and none of them tells of a decision`,
    `known: ${dialects.join(', ')}`,
    'to have proxies and plugins tell of what they deny:',
    '  Envoy      istioctl proxy-config log POD -n NAMESPACE --level rbac:debug',
    '             or access logs: meshConfig.accessLogFile: /dev/stdout',
    '  ztunnel    its access log is on: kubectl logs -n istio-system -l app=ztunnel --prefix',
    '  Cilium     hubble observe --verdict DROPPED -o json',
    '  Calico     a rule with action Log before the one that denies; flow logs: Goldmane, Whisker',
    '  others     kube-router: ulogd on NFLOG group 100; Antrea, OVN-Kubernetes, GKE, AWS: their policy logging',
  ];
}
