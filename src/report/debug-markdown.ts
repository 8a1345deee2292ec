import { fieldsOf, locateField } from './answer.ts';
import { behindSteps, behindWords } from './debug-behind.ts';
import { debugFixMarkdown } from './debug-fixes.ts';
import { nextSteps } from './debug-next.ts';
import { summarizeDebug } from './debug-text.ts';
import type { DebugEntry, DebugView } from './debug-view.ts';
import {
  agreementWords,
  assumedWords,
  causeWords,
  endNotes,
  findingEnds,
  requestsWords,
  rightWords,
  whenWords,
} from './debug-words.ts';
import { doubtWords } from './doubt-words.ts';
import { fixCaution } from './fix-caution.ts';
import { escapeMarkdown, markdownCode, markdownHead, markdownRow } from './markdown.ts';
import { formatPlace } from './position.ts';

/** So many kinds of denials are written out. */
const mostShown = 50;

/** Denials as a page of Markdown, for an issue or a chat: a table of all, then each with its cause. */
export function formatDebugMarkdown(view: DebugView): string {
  const { entries } = view;
  const head = `## Denied\n\n${escapeMarkdown(summarizeDebug(view))}\n`;
  const behind = (view.behind ?? []).map(
    (each) =>
      `- ${[escapeMarkdown(behindWords(each)), ...behindSteps(each).map(markdownCode)].join('\n  - next: ')}\n`,
  );
  const elsewhere = behind.length === 0 ? [] : [`### Behind the proxy of this log\n\n${behind.join('')}`];
  if (entries.length === 0) return [head, ...elsewhere].join('\n');
  const shown = entries.slice(0, mostShown);
  const rest = entries.length - shown.length;
  const more = rest === 0 ? '' : `\nand ${rest} further kinds, less frequent\n`;
  const rows = shown.map(({ group }) =>
    markdownRow([
      String(group.count),
      markdownCode(findingEnds(group)),
      escapeMarkdown(causeWords(group.finding)),
      placesOf({ group }).map(markdownCode).join(' '),
    ]),
  );
  const table = markdownHead(['times', 'what', 'cause', 'where']) + rows.join('');
  return [head, table + more, ...shown.map(sectionOf), ...elsewhere].join('\n');
}

function sectionOf(entry: DebugEntry): string {
  const { group } = entry;
  const { finding } = group;
  const { cause, right, assumed } = finding;
  const requests = requestsWords(group);
  const agreement = cause.kind === 'denied' ? agreementWords(cause.agreement) : undefined;
  const items = [
    whenWords(group),
    ...(requests === undefined ? [] : [`requests: ${requests}`]),
    causeWords(finding),
    ...(agreement === undefined ? [] : [agreement]),
    ...(cause.kind === 'allowed' ? cause.doubts.map(doubtWords) : []),
    ...assumed.map((each) => `assumed: ${assumedWords(each)}`),
    ...endNotes(entry),
    ...(right === undefined ? [] : [`this is right: ${rightWords(right)}`]),
  ].map(escapeMarkdown);
  const places = placesOf(entry).map(markdownCode);
  const next = nextSteps(finding).map((step) => `next: ${markdownCode(step)}`);
  const list = [...items, ...places, ...next].map((item) => `- ${item}\n`).join('');
  const fixes = entry.fixes === undefined ? '' : `\n${debugFixMarkdown(entry.fixes, fixCaution(finding))}`;
  return `### ${escapeMarkdown(findingEnds(group))}\n\n${list}${fixes}`;
}

/** Files and lines of what denies. */
function placesOf({ group }: Pick<DebugEntry, 'group'>): readonly string[] {
  const { cause } = group.finding;
  if (cause.kind !== 'denied') return [];
  return fieldsOf(cause.step)
    .slice(0, 3)
    .map((field) => formatPlace(locateField(field)));
}
