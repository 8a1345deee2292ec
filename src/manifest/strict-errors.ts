import type { FieldPath } from '../model/index.ts';
import type { YamlDocument, YamlNode } from '../yaml/index.ts';
import type { ShapeProblem } from './kit/index.ts';
import { quoteGo } from './validation/index.ts';

/** Equal keys come first, as one error of the YAML reader; the lines are those where the later values begin. */
export function yamlStrictErrors(
  document: YamlDocument | undefined,
  text: string,
  problems: readonly ShapeProblem[],
): string[] {
  const lines = (document?.repeatedKeys ?? []).map(
    ({ text: key, valueStart }) =>
      `  line ${lineAt(text, valueStart)}: key ${key.startsWith('"') ? quoteGo(JSON.parse(key) as string) : key} already set in map`,
  );
  return [
    ...(lines.length > 0 ? [`yaml: unmarshal errors:\n${lines.join('\n')}`] : []),
    ...problems.map((problem) => `unknown field ${quoteGo(writePath(problem.path))}`),
  ];
}

function lineAt(text: string, offset: number): number {
  return (text.slice(0, offset).match(/\r\n|[\n\r\u0085\u2028\u2029]/g)?.length ?? 0) + 1;
}

/** Unknown and repeated fields in reading order, each once; a repeated field that is unknown, or within an unknown one, is only that. */
export function jsonStrictErrors(
  document: YamlDocument | undefined,
  root: YamlNode,
  problems: readonly ShapeProblem[],
): string[] {
  const found = problems.map((problem) => ({
    offset: problem.node.start,
    text: `unknown field ${quoteGo(writePath(problem.path))}`,
  }));
  const unknown = problems.map((problem) => problem.path.join('\0'));
  for (const { valueStart } of document?.repeatedKeys ?? []) {
    const path = pathAt(root, valueStart);
    if (path === undefined) continue;
    const joined = path.join('\0');
    if (unknown.some((prefix) => joined === prefix || joined.startsWith(`${prefix}\0`))) continue;
    found.push({ offset: valueStart, text: `duplicate field ${quoteGo(writePath(path))}` });
  }
  found.sort((a, b) => a.offset - b.offset);
  return [...new Set(found.map((error) => error.text))];
}

/** The path of the map entry whose value begins at `offset`. */
function pathAt(node: YamlNode, offset: number): FieldPath | undefined {
  if (offset < node.start || offset >= node.end) return undefined;
  if (node.kind === 'mapping') {
    for (const { key, value } of node.entries) {
      if (value.start === offset) return [key];
      const inner = pathAt(value, offset);
      if (inner !== undefined) return [key, ...inner];
    }
  } else if (node.kind === 'sequence') {
    for (const [i, item] of node.items.entries()) {
      const inner = pathAt(item, offset);
      if (inner !== undefined) return [i, ...inner];
    }
  }
  return undefined;
}

/** Strict errors write keys as they are, dots and all. */
function writePath(path: FieldPath): string {
  let text = '';
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`;
  return text;
}
