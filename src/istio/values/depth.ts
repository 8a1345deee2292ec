import type { YamlNode, YamlProblem } from '../../yaml/index.ts';

/** Values may nest so many levels deep. What follows them goes down with them; Helm and istioctl take some thousands, and nobody writes them. */
export const mostLevels = 1000;

/** What is wrong with values that nest too deep; undefined where they do not. */
export function depthProblem(root: YamlNode | undefined): YamlProblem | undefined {
  let level: ReadonlySet<YamlNode> = new Set(root === undefined ? [] : [root]);
  for (let depth = 0; depth <= mostLevels; depth++) {
    if (level.size === 0) return undefined;
    level = new Set([...level].flatMap(childrenOf));
  }
  const [first] = level;
  if (first === undefined) return undefined;
  const message = `Values nest at most ${mostLevels} levels deep here.`;
  return { code: 'too-deep', severity: 'error', message, start: first.start, end: first.start + 1 };
}

function childrenOf(node: YamlNode): readonly YamlNode[] {
  if (node.kind === 'scalar') return [];
  return node.kind === 'sequence' ? node.items : node.entries.map(({ value }) => value);
}
