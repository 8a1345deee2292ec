import { type ComponentEntry, renderedEntries } from './component-object.ts';
import { formatYaml } from './yaml.ts';

/**
 * Istio's policies as `kubectl apply -f -` takes them: what Helm prints, with the types that YAML gives its text, a document and a comment with its template for each.
 * Empty for none.
 */
export function formatComponentYaml(entries: readonly ComponentEntry[]): string {
  return renderedEntries(entries)
    .map(({ template, object }) => `---\n# Source: ${template}\n${formatYaml(object)}`)
    .join('');
}
