import { readDocuments, toPlainValue, type YamlProblem } from '../../yaml/index.ts';
import type { WrittenPolicy } from './look.ts';
import type { RenderedPolicy } from './types.ts';

/** A rendered text as its readers take it, or what keeps them from reading it. */
export type ReadPolicy =
  | { readonly kind: 'policy'; readonly written: WrittenPolicy }
  | { readonly kind: 'unreadable'; readonly problem: YamlProblem };

/**
 * Reads the text of a rendered NetworkPolicy as Helm's consumers do: scalars that nobody quoted get the type that YAML gives them, of equal keys the last
 * counts.
 */
export function readPolicy(text: string): ReadPolicy {
  for (const document of readDocuments(text)) {
    const problem = document.problems.find(({ severity }) => severity === 'error');
    if (problem !== undefined) return { kind: 'unreadable', problem };
    const { root } = document;
    if (root?.kind !== 'mapping') continue;
    return { kind: 'policy', written: { policy: toPlainValue(root) as RenderedPolicy, root, text } };
  }
  throw new Error('A rendered NetworkPolicy begins with its apiVersion.');
}
