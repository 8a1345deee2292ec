import type { PlannedFix } from '../debug/fix/index.ts';
import { fixesToJson } from './fix-json.ts';
import { formatFixMarkdown } from './fix-markdown.ts';
import { type FixTextOptions, formatFixText } from './fix-text.ts';
import type { JsonValue } from './json-value.ts';
import { wrapText } from './lines.ts';
import { markdownCode } from './markdown.ts';
import type { Style } from './style.ts';
import { describeQuestion } from './vocabulary.ts';

/** Fixes of one group as text: of each request that is to get through, which request it is and what lets it. */
export function debugFixText(fixes: readonly PlannedFix[], options: FixTextOptions, style: Style): string {
  return told(fixes)
    .map(({ request, search }) => {
      const asked = wrapText(describeQuestion(request), `${style.strong('To allow')} `, '  ', style.width);
      return `${asked.join('\n')}\n\n${formatFixText(search, options, style)}`;
    })
    .join('\n');
}

/** The same as Markdown. */
export function debugFixMarkdown(fixes: readonly PlannedFix[]): string {
  return told(fixes)
    .map(
      ({ request, search }) =>
        `To allow ${markdownCode(describeQuestion(request))}:\n\n${formatFixMarkdown(search)}`,
    )
    .join('\n');
}

/** The same as objects. */
export function debugFixJson(fixes: readonly PlannedFix[]): JsonValue {
  return fixes.map(({ request, search, allowed }) => ({
    request: request as unknown as JsonValue,
    allowed,
    ...(fixesToJson(search) as object),
  }));
}

/** Of a group's requests those that the fix of another lets through already need no word. */
function told(fixes: readonly PlannedFix[]): readonly PlannedFix[] {
  const needed = fixes.filter(
    ({ search }) => search.kind !== 'no fix' || search.why.kind !== 'already allowed',
  );
  return needed.length === 0 ? fixes.slice(0, 1) : needed;
}
