import { yamlDiagnostic } from '../../manifest/index.ts';
import type { Diagnostic, FieldPath, Source, Span } from '../../model/index.ts';
import { nodeAt, readRequestBody, toPlainValue, type YamlDocument } from '../../yaml/index.ts';
import type { Values } from '../components/index.ts';
import { depthProblem, draftOf } from '../values/index.ts';
import type { PlainOperator } from './types.ts';

/** Whether values read from a file are an IstioOperator, not values of a chart. */
export function isOperator(content: Values): boolean {
  return content.kind === 'IstioOperator';
}

/**
 * Reads a text as istioctl reads a file of `-f`: one object of any kind and no more, YAML 1.1 made JSON. A text with nothing in it says nothing. Errors are
 * there where `operator` is not.
 * Source: MergeInputs and checkNoMultipleIOPs of operator/pkg/render.
 */
export function readOperator(source: Source): {
  readonly operator?: PlainOperator;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  let objects = 0;
  for (const part of splitDocuments(source.text)) {
    const { document, shift } = readYaml(part.text);
    const depth = depthProblem(document?.root);
    const problems = [...(document?.problems ?? []), ...(depth === undefined ? [] : [depth])];
    for (const problem of problems) {
      const [start, end] = [problem.start, problem.end].map((at) => Math.max(0, at - shift) + part.start);
      diagnostics.push(yamlDiagnostic({ ...problem, start: start!, end: end! }, source));
    }
    if (problems.some(({ severity }) => severity === 'error') || isNothing(document)) continue;
    objects++;
    const fault = objects > 1 ? several : objectFault(document);
    if (fault !== undefined) diagnostics.push(refusal(spanOf(source, part), fault));
  }
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics };
  return { operator: operatorOf(source), diagnostics };
}

/** The first document of a text; never as JSON, for which a comment before it cares. */
function readYaml(text: string): { readonly document: YamlDocument | undefined; readonly shift: number } {
  const before = text.startsWith('{') ? '#\n' : '';
  const [document] = readRequestBody(`${before}${text}`);
  return { document, shift: before.length };
}

/** Comments alone, or null: no object, and no fault. */
function isNothing(document: YamlDocument | undefined): boolean {
  const root = document?.root;
  return root === undefined || (root.kind === 'scalar' && root.value === null);
}

interface Part {
  readonly text: string;
  readonly start: number;
}

/** Pieces between lines that begin with ---, those without any text left out. Source: SplitString of pkg/test/util/yml. */
function splitDocuments(text: string): readonly Part[] {
  const parts: Part[] = [];
  let start = 0;
  for (const marker of text.matchAll(/^---.*(?:\n|$)/gm)) {
    parts.push({ text: text.slice(start, marker.index), start });
    start = marker.index + marker[0].length;
  }
  parts.push({ text: text.slice(start), start });
  return parts.filter((part) => part.text.trim() !== '');
}

/** The first document is read, whatever the pieces were: a line that begins with --- may have an object on it. */
function operatorOf(source: Source): PlainOperator {
  const { document, shift } = readYaml(source.text);
  const root = document?.root;
  if (root?.kind !== 'mapping') return { source: source.name, content: {} };
  return {
    source: source.name,
    content: draftOf(toPlainValue(root) as Values),
    locate: (path: FieldPath): Span | undefined => {
      const found = path.length === 0 ? undefined : nodeAt(root, path);
      if (found === undefined) return undefined;
      const start = found.key?.keyStart ?? found.node.start;
      return { source, start: start - shift, end: found.node.end - shift };
    },
  };
}

interface ObjectFault {
  readonly message: string;
  readonly help: string;
}

const several: ObjectFault = {
  message: 'contains multiple IstioOperator CRs, only one per file is supported',
  help: 'put each into a file of its own and give them all with -f: later ones go over earlier ones',
};

function objectFault(document: YamlDocument | undefined): ObjectFault | undefined {
  const root = document?.root;
  const help =
    'begin it with apiVersion: install.istio.io/v1alpha1 and kind: IstioOperator, and put what you set below spec; values of a Helm chart go with --values';
  if (root?.kind !== 'mapping') return { message: 'an IstioOperator is a mapping, and this is none', help };
  const kind = nodeAt(root, ['kind'])?.node;
  if (kind?.kind === 'scalar' && typeof kind.value === 'string' && kind.value !== '') return undefined;
  return { message: "Object 'Kind' is missing: istioctl takes no file without one", help };
}

function spanOf(source: Source, { text, start }: Part): Span {
  const at = start + text.length - text.trimStart().length;
  const line = text.trimStart().split('\n')[0]!;
  return { source, start: at, end: at + line.trimEnd().length };
}

function refusal(span: Span, { message, help }: ObjectFault): Diagnostic {
  return { code: 'PC3430', severity: 'error', message, span, help };
}
