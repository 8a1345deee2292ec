import type { Fix, LintEntry, LintReport } from '../lint/index.ts';
import { formatPath, qualifiedName, type Severity, type Span } from '../model/index.ts';
import type { JsonValue } from './json-value.ts';
import { describeProof, type LintSetting, titleOf } from './lint-words.ts';
import { boundsOf, positionOf } from './position.ts';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** A result, and what was done about it before: nothing, a comment in the text, or a place in the baseline. */
interface Listed {
  readonly entry: LintEntry;
  readonly ignored?: string;
  readonly known?: true;
}

/** A lint report as SARIF 2.1.0. Ignored and known findings are there too, marked as such. */
export function lintToSarif(report: LintReport, { pages, version }: LintSetting): JsonValue {
  const listed: readonly Listed[] = [
    ...report.entries.map((entry) => ({ entry })),
    ...report.known.map((entry) => ({ entry, known: true as const })),
    ...report.suppressed.map(({ entry, reason }) => ({ entry, ignored: reason })),
  ];
  const codes = [...new Set(listed.map(({ entry }) => entry.code))].sort();
  const withBaseline = report.known.length > 0 || report.gone > 0;
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'portcullis',
            semanticVersion: version,
            rules: codes.map((code) => ruleOf(code, pages)),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: listed.map((each) => resultOf(each, codes, withBaseline)),
      },
    ],
  };
}

/** The rule of a code, with its page as help. */
function ruleOf(code: string, pages: ReadonlyMap<string, string>): JsonValue {
  const page = pages.get(code);
  const title = titleOf(code, pages) || code;
  return {
    id: code,
    shortDescription: { text: title },
    help: page === undefined ? undefined : { text: page, markdown: page },
  };
}

function resultOf(
  { entry, ignored, known }: Listed,
  codes: readonly string[],
  withBaseline: boolean,
): JsonValue {
  const { code, severity, message, span, related, help, proof, fix, fingerprint } = entry;
  const words = [
    message,
    ...(proof === undefined ? [] : describeProof(proof)),
    ...(help === undefined ? [] : [help]),
  ];
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: levels[severity],
    message: { text: words.join('\n') },
    locations: span === undefined ? undefined : [{ ...placeOf(span), ...logicalPlaces(entry) }],
    relatedLocations: related?.map((other, id) => ({
      id,
      ...placeOf(other.span),
      message: { text: other.message },
    })),
    partialFingerprints: { 'portcullis/v1': fingerprint },
    fixes: fix === undefined ? undefined : [fixOf(fix)],
    suppressions: ignored === undefined ? undefined : [{ kind: 'inSource', justification: ignored }],
    baselineState: withBaseline ? (known === true ? 'unchanged' : 'new') : undefined,
  };
}

function placeOf(span: Span): { readonly physicalLocation: JsonValue } {
  const { first, last } = boundsOf(span);
  return {
    physicalLocation: {
      artifactLocation: artifactOf(span),
      region: {
        startLine: first.line,
        startColumn: first.column,
        endLine: last.line,
        endColumn: last.column + 1,
      },
    },
  };
}

/** The object and the field, for viewers that show no text. */
function logicalPlaces({ object, path }: LintEntry): { readonly logicalLocations?: JsonValue } {
  if (object === undefined || path === undefined) return {};
  const field = formatPath(path);
  const name = `${object.kind} ${qualifiedName(object)}${field === '' ? '' : ` ${field}`}`;
  return { logicalLocations: [{ fullyQualifiedName: name, kind: 'object' }] };
}

function fixOf({ description, edits }: Fix): JsonValue {
  const bySource = Map.groupBy(edits, ({ span }) => span.source);
  return {
    description: { text: description },
    artifactChanges: [...bySource.values()].map((changes) => ({
      artifactLocation: artifactOf(changes[0]!.span),
      replacements: changes.map(({ span, text }) => ({
        deletedRegion: exactRegion(span),
        insertedContent: { text },
      })),
    })),
  };
}

/** Not a character more or less than the span: white space at its end counts. */
function exactRegion({ source, start, end }: Span): JsonValue {
  const from = positionOf(source, start);
  const to = positionOf(source, end);
  return { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column };
}

/** The source's name as a relative URI: every part of the path escaped. */
function artifactOf({ source }: Span): { readonly uri: string } {
  return { uri: source.name.split('/').map(encodeURIComponent).join('/') };
}
