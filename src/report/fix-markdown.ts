import type { FixSearch } from '../debug/fix/index.ts';
import {
  describeAdvice,
  describeFix,
  describeGround,
  describeNone,
  describeWidening,
  describeWideningInShort,
  listElse,
} from './fix-words.ts';
import { escapeMarkdown, markdownDiff } from './markdown.ts';
import { formatUnifiedDiff } from './unified-diff.ts';

/** Of what else a fix allows so many lines are shown. */
const mostListed = 10;

/** Fixes of one request as Markdown: the best, or the one that is taken, with its patch, the others in one line each; or why there is none. */
export function formatFixMarkdown(search: FixSearch): string {
  const advice = search.advice.map((each) => `- or: ${escapeMarkdown(describeAdvice(each))}\n`).join('');
  if (search.kind === 'no fix') return `No fix: ${escapeMarkdown(describeNone(search))}.\n${advice}`;
  const { fixes, taken: best = fixes[0] } = search;
  if (best === undefined) return advice;
  const others = fixes.flatMap((fix, i) => (fix === best ? [] : [{ fix, number: i + 1 }]));
  const all = listElse(best);
  const rest = all.length - mostListed;
  const patch = best.edits
    .map(({ source, before, after }) => formatUnifiedDiff({ name: source, before, after }))
    .join('');
  return [
    `**${['Fix', describeGround(search) ?? []].flat().join(', ')}:** ${escapeMarkdown(describeFix(best))}; it ${escapeMarkdown(describeWidening(best))}.\n`,
    ...(all.length === 0
      ? []
      : [
          all
            .slice(0, mostListed)
            .map((line) => `- ${escapeMarkdown(line)}\n`)
            .join(''),
        ]),
    ...(rest > 0 ? [`and ${rest} more.\n`] : []),
    ...(best.editable ? [] : ['This text is rendered, or no file: make the change in what it comes from.\n']),
    markdownDiff(patch),
    ...(others.length === 0
      ? []
      : [
          others
            .map(
              ({ fix, number }) =>
                `${number}. ${escapeMarkdown(`${describeFix(fix)}: ${describeWideningInShort(fix)}`)}\n`,
            )
            .join(''),
        ]),
    ...(advice === '' ? [] : [advice]),
  ].join('\n');
}
