import type { MapDiff, PairGroup, Witness } from '../diff/index.ts';
import { count, type KindedObject } from '../model/index.ts';
import type { MapEnd, ReachMap } from '../reach/index.ts';
import { describePairs, type EndWords, endWords } from './diff-ends.ts';
import { type ChangeLine, changeLines, whatChanges } from './diff-lines.ts';
import {
  changedObjectsOf,
  type DiffReport,
  describeFurther,
  describeGround,
  describeKind,
  describeObjectChange,
  describeTurns,
  loneEnds,
  placeOf,
  summarizeDiff,
} from './diff-words.ts';
import { shortenWords } from './lines.ts';
import { escapeMarkdown, markdownCode, markdownShell, mostCharacters } from './markdown.ts';
import { formatPlace } from './position.ts';
import { describeQuestion } from './vocabulary.ts';

/** Finds the comment of an earlier run, to put the new one in its place. */
const marker = '<!-- portcullis diff -->';

/** Kept free for the lines at the end. */
const reserve = 2_000;

const signs = {
  'newly allowed': '🔴',
  conditions: '🟠',
  'now unknown': '🟠',
  undecided: '🟠',
  'newly denied': '🟢',
  'no longer unknown': '🔵',
} as const;

/**
 * A diff for a pull request: a line for each group of pairs, with its proof folded away, the most serious first. Below 65,000 characters; what finds no room is
 * counted at the end. Begins with a hidden marker, by which a workflow finds the comment again.
 */
export function formatDiffMarkdown(report: DiffReport): string {
  const { diff } = report;
  const words = endWords(diff);
  const blocks = [
    ...groupBlocks(report, words),
    ...endBlocks('Workloads added', diff.after, diff.added),
    ...endBlocks('Workloads removed', diff.before, diff.removed),
    ...objectBlocks(diff),
  ];
  const ground = [...describeGround(diff), ...describeFurther(diff)].map(escapeMarkdown).join(' ');
  const sides = `${markdownCode(report.before.label)} → ${markdownCode(report.after.label)}`;
  const head = `${marker}\n### portcullis diff: ${escapeMarkdown(summarizeDiff(report))}\n\n${sides}. ${ground}\n`;
  const taken: Block[] = [];
  let length = head.length + reserve;
  for (const block of blocks) {
    if (length + block.text.length > mostCharacters) continue;
    taken.push(block);
    length += block.text.length;
  }
  return `${head}${taken.map(({ text }) => text).join('')}${leftOut(blocks, taken)}`;
}

/** A piece of the comment, and what is said where it finds no room. */
interface Block {
  readonly text: string;
  readonly what: 'group of pairs' | 'workload' | 'object';
  readonly size: number;
}

function leftOut(blocks: readonly Block[], taken: readonly Block[]): string {
  const rest = blocks.filter((block) => !taken.includes(block));
  const counts = (['group of pairs', 'workload', 'object'] as const).flatMap((what) => {
    const size = rest.filter((block) => block.what === what).reduce((sum, block) => sum + block.size, 0);
    return size === 0
      ? []
      : [what === 'group of pairs' ? count(size, what, 'groups of pairs') : count(size, what)];
  });
  return counts.length === 0
    ? ''
    : `\n**Left out here for want of room: ${counts.join(', ')}.** All is in \`-o json\`.\n`;
}

function groupBlocks(report: DiffReport, words: EndWords): readonly Block[] {
  return report.diff.groups.map((group) => ({
    text: groupText(group, report, words),
    what: 'group of pairs',
    size: 1,
  }));
}

function groupText(group: PairGroup, report: DiffReport, words: EndWords): string {
  const lines = changeLines(group);
  const [first] = lines as readonly [ChangeLine, ...ChangeLine[]];
  const more = lines.length === 1 ? '' : `; ${count(lines.length - 1, 'further change')}`;
  const pairs = escapeMarkdown(describePairs(group, words)).replace('-&gt;', '→');
  const summary = `${signs[first.kind]} <b>${describeKind(first.kind)}</b> ${pairs}: ${escapeMarkdown(whatOf(first))}${more}`;
  return `\n<details><summary>${summary}</summary>\n${lines.map((line) => lineText(line, report)).join('')}\n</details>\n`;
}

function whatOf(line: ChangeLine): string {
  return shortenWords(whatChanges(line));
}

function lineText(line: ChangeLine, report: DiffReport): string {
  const { conditions } = line;
  const told = conditions && [
    `- before: ${escapeMarkdown(shortenWords(conditions.before))}\n`,
    `- after: ${escapeMarkdown(shortenWords(conditions.after))}\n`,
  ];
  return [
    `\n**${describeKind(line.kind)}**: ${escapeMarkdown(whatOf(line))}\n\n`,
    ...(told ?? []),
    ...line.witnesses.map((witness) => witnessText(witness, report)),
  ].join('');
}

function witnessText(witness: Witness, report: DiffReport): string {
  const changed = changedObjectsOf(report.diff);
  const commands = (['before', 'after'] as const).flatMap(
    (side) => report[side].command(witness[side].request) ?? [],
  );
  return [
    `- ${markdownCode(shortenWords(describeQuestion(witness.after.request)))}\n`,
    sideText(witness, 'before', changed),
    sideText(witness, 'after', changed),
    ...(commands.length === 0 ? [] : [`\n${markdownShell(commands)}`]),
  ].join('');
}

function sideText(witness: Witness, side: 'before' | 'after', changed: ReadonlySet<KindedObject>): string {
  return describeTurns(witness, side, changed)
    .map(({ outcome, words, spans }) => {
      const [place] = spans;
      const at = place === undefined ? '' : ` (${markdownCode(formatPlace(place))})`;
      return `  - ${side}: **${outcome}**, ${escapeMarkdown(shortenWords(words))}${at}\n`;
    })
    .join('');
}

function endBlocks(title: string, map: ReachMap, ends: readonly MapEnd[]): readonly Block[] {
  return chunk(loneEnds(map, ends)).map((some) => {
    const lines = some.map(
      ({ label, words }) => `- ${markdownCode(label)}${words === '' ? '' : `: ${words}`}\n`,
    );
    return { text: details(`${title} (${some.length})`, lines), what: 'workload', size: some.length };
  });
}

function objectBlocks({ objects, settings }: MapDiff): readonly Block[] {
  const told = settings.length === 0 ? [] : [`- settings: ${escapeMarkdown(settings.join(', '))}\n`];
  const blocks = chunk(objects).map((some): Block => {
    const lines = some.map(
      (change) =>
        `- ${escapeMarkdown(describeObjectChange(change))} (${markdownCode(formatPlace(placeOf((change.after ?? change.before)!)))})\n`,
    );
    return {
      text: details(`What differs in the manifests (${some.length})`, [...lines, ...told]),
      what: 'object',
      size: some.length,
    };
  });
  return blocks.length > 0 || told.length === 0
    ? blocks
    : [{ text: details('What differs in the manifests', told), what: 'object', size: 1 }];
}

/** Lists are cut, so that a part of a long one finds room. */
function chunk<T>(items: readonly T[], size = 50): readonly (readonly T[])[] {
  const chunks: T[][] = [];
  for (let i = 0; i < items.length; i += size) chunks.push(items.slice(i, i + size));
  return chunks;
}

function details(summary: string, lines: readonly string[]): string {
  return `\n<details><summary>${summary}</summary>\n\n${lines.join('')}\n</details>\n`;
}
