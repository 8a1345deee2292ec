import { yamlDiagnostic } from '../../manifest/index.ts';
import type { Diagnostic, FieldPath, Source, Span } from '../../model/index.ts';
import { nodeAt, readRequestBody, toPlainValue, type YamlDocument, type YamlNode } from '../../yaml/index.ts';
import { depthProblem } from './depth.ts';
import { draftOf, type Values } from './types.ts';

/** A values file that was read. */
export interface ValuesFile {
  readonly source: Source;
  readonly values: Values;
  /** The key and value at a path; undefined where the file does not set it. */
  readonly locate: (path: FieldPath) => Span | undefined;
}

/**
 * Reads a text as Helm reads a values file: the first document, YAML 1.1 made JSON, so that every number is a float and every key text. Warnings tell what
 * reads otherwise than it looks; an error is there where `file` is not.
 * Source: sigs.k8s.io/yaml, which helm's pkg/cli/values calls.
 */
export function readValuesFile(source: Source): {
  readonly file?: ValuesFile;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { document, shift } = readFirst(source.text);
  const spanOf = (start: number, end: number): Span => ({
    source,
    start: Math.max(0, start - shift),
    end: Math.max(0, end - shift),
  });
  const depth = depthProblem(document?.root);
  const problems = [...(document?.problems ?? []), ...(depth === undefined ? [] : [depth])];
  const diagnostics = problems.map((problem): Diagnostic => {
    const isNext = /^(---|\.\.\.)/.test((document?.text ?? '').slice(problem.start));
    if (problem.code === 'ignored-text' && isNext) return nextDocument(spanOf(problem.start, problem.end));
    const moved = { ...problem, start: spanOf(problem.start, 0).start, end: spanOf(0, problem.end).end };
    return yamlDiagnostic(moved, source);
  });
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics };
  const root = document?.root;
  const isNull = root === undefined || (root.kind === 'scalar' && root.value === null);
  if (!isNull && root.kind !== 'mapping') {
    return { diagnostics: [...diagnostics, noMapping(root, spanOf(root.start, root.end))] };
  }
  const values = isNull ? {} : (toPlainValue(root) as Values);
  const locate = (path: FieldPath): Span | undefined => {
    const found = isNull || path.length === 0 ? undefined : nodeAt(root, path);
    return found && spanOf(found.key?.keyStart ?? found.node.start, found.node.end);
  };
  return { file: { source, values: draftOf(values), locate }, diagnostics };
}

/** Helm never takes a values file for JSON; a comment before the text keeps our reader from it. */
function readFirst(text: string): { readonly document: YamlDocument | undefined; readonly shift: number } {
  const before = text.startsWith('{') ? '#\n' : '';
  const [document] = readRequestBody(`${before}${text}`);
  return { document, shift: before.length };
}

function nextDocument(span: Span): Diagnostic {
  return {
    code: 'PC1131',
    severity: 'warning',
    message: 'Helm reads the first document of a values file alone: what stands from here on has no effect',
    span,
    help: 'put it into a file of its own and name both with --values, or take out the line ---',
  };
}

function noMapping(root: YamlNode, span: Span): Diagnostic {
  return {
    code: 'PC1130',
    severity: 'error',
    message: `a values file is a mapping, and this is ${describe(root)}`,
    span,
    help: 'write names and values: global: {networkPolicy: {enabled: true}}',
  };
}

function describe(node: YamlNode): string {
  if (node.kind !== 'scalar') return node.kind === 'sequence' ? 'a list' : 'a mapping';
  if (typeof node.value === 'string') return 'a text';
  return typeof node.value === 'boolean' ? 'a boolean' : 'a number';
}
