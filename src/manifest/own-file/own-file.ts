import type { Diagnostic, Source, Span } from '../../model/index.ts';
import { type MappingNode, readDocuments, type YamlDocument } from '../../yaml/index.ts';
import { fieldOf } from './read-fields.ts';

/** The `apiVersion` of every file that Portcullis has of its own. */
const apiVersion = 'portcullis.dev/v1alpha1';

/** A kind of own file: what it is called in messages, its `kind`, and the code of a file that is none. */
export interface OwnFileKind {
  readonly words: string;
  readonly kind: string;
  readonly code: string;
}

/** The mapping that an own file consists of, or why the text is no such file: not YAML, a key twice, several documents, another apiVersion or kind. */
export function openOwnFile(
  source: Source,
  file: OwnFileKind,
): { readonly root: MappingNode } | { readonly diagnostics: readonly Diagnostic[] } {
  const documents = [...readDocuments(source.text)];
  const broken = documents.flatMap((document) => brokenYaml(document, source, file.code));
  if (broken.length > 0) return { diagnostics: broken };
  const refuse = (message: string, at: Pick<Span, 'start' | 'end'>): { diagnostics: Diagnostic[] } => {
    const span = { source, start: at.start, end: at.end };
    return { diagnostics: [{ code: file.code, severity: 'error', message, span }] };
  };
  const [root, second] = documents.flatMap((document) => document.root ?? []);
  if (second !== undefined) return refuse(`a ${file.words} has one document, and this is another`, second);
  if (root?.kind !== 'mapping') {
    const message = `this is not a ${file.words}: apiVersion: ${apiVersion} and kind: ${file.kind} are missing`;
    return refuse(message, root ?? { start: 0, end: 0 });
  }
  for (const [field, wanted] of Object.entries({ apiVersion, kind: file.kind })) {
    const node = fieldOf(root, field);
    if (node === undefined) {
      return refuse(`this is not a ${file.words}: ${field}: ${wanted} is missing`, root);
    }
    if (node.kind !== 'scalar' || node.value !== wanted) {
      return refuse(`${field} of a ${file.words} must be ${wanted}`, node);
    }
  }
  return { root };
}

/** A key set twice is an error here: only the last would count, and nobody could tell that it was meant. */
function brokenYaml(document: YamlDocument, source: Source, code: string): Diagnostic[] {
  return document.problems
    .filter((problem) => problem.severity === 'error' || isRepeatedKey(problem.code))
    .map(({ message, start, end, help }) => ({
      code,
      severity: 'error' as const,
      message,
      span: { source, start, end },
      ...(help !== undefined && { help }),
    }));
}

function isRepeatedKey(code: string): boolean {
  return code === 'duplicate-key' || code === 'clashing-keys';
}
