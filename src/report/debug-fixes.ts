import type { PlannedFix } from '../debug/fix/index.ts';
import { fixesToJson } from './fix-json.ts';
import { formatFixMarkdown } from './fix-markdown.ts';
import { type FixTextOptions, formatFixText } from './fix-text.ts';
import type { JsonValue } from './json-value.ts';
import { wrapText } from './lines.ts';
import { escapeMarkdown, markdownCode } from './markdown.ts';
import type { Style } from './style.ts';
import { describeQuestion } from './vocabulary.ts';

/** Fixes of one group as text: of each request that is to get through, which request it is and what lets it. */
export function debugFixText(
  fixes: readonly PlannedFix[],
  { caution, ...options }: FixTextOptions & { readonly caution?: string | undefined },
  style: Style,
): string {
  const minded = caution !== undefined && offersAny(fixes);
  const label = style.doubtful(style.strong('Caution:'));
  const head = minded ? `${wrapText(caution, `${label} `, '  ', style.width).join('\n')}\n\n` : '';
  const texts = told(fixes)
    .map(({ request, search }) => {
      const what = request.packets === true ? ('the packets' as const) : ('the request' as const);
      const asked = wrapText(wantedWords(request), `${style.strong('To allow')} `, '  ', style.width);
      return `${asked.join('\n')}\n\n${formatFixText(search, { ...options, what }, style)}`;
    })
    .join('\n');
  return head + texts;
}

function wantedWords(request: PlannedFix['request']): string {
  if (request.packets !== true) return describeQuestion(request);
  return `the packets of ${describeQuestion(packetsOf(request))}`;
}

/** Less what stands for whatever is sent. */
function packetsOf({ http: _http, ...request }: PlannedFix['request']): PlannedFix['request'] {
  return request;
}

/** The same as Markdown. */
export function debugFixMarkdown(fixes: readonly PlannedFix[], caution?: string): string {
  const minded = caution !== undefined && offersAny(fixes);
  const head = minded ? `**Caution:** ${escapeMarkdown(caution)}.\n\n` : '';
  const texts = told(fixes)
    .map(
      ({ request, search }) =>
        `To allow ${markdownCode(wantedWords(request))}:\n\n${formatFixMarkdown(search)}`,
    )
    .join('\n');
  return head + texts;
}

/** The same as objects. */
export function debugFixJson(fixes: readonly PlannedFix[], caution?: string): JsonValue {
  return fixes.map(({ request, search, allowed }) => ({
    request: (request.packets === true ? packetsOf(request) : request) as unknown as JsonValue,
    allowed,
    ...(caution === undefined || search.kind !== 'fixes' ? {} : { caution }),
    ...(fixesToJson(search) as object),
  }));
}

function offersAny(fixes: readonly PlannedFix[]): boolean {
  return fixes.some(({ search }) => search.kind === 'fixes');
}

/** Of a group's requests those that the fix of another lets through already need no word. */
function told(fixes: readonly PlannedFix[]): readonly PlannedFix[] {
  const needed = fixes.filter(
    ({ search }) => search.kind !== 'no fix' || search.why.kind !== 'already allowed',
  );
  return needed.length === 0 ? fixes.slice(0, 1) : needed;
}
