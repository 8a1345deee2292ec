import type { YamlNode } from '../../../yaml/index.ts';
import { isBlock, ownChildren } from './structure.ts';
import { columnAt } from './text-change.ts';

/** How somebody writes YAML, as far as it shows; what does not show is as most people do. */
export interface Style {
  /** The line end of the text. */
  readonly newline: string;
  /** Columns by which a map below a key is indented. */
  readonly step: number;
  /** Columns by which a list below a key is indented; 0 as kubectl prints it. */
  readonly listStep: number;
  /** Lists of scalars are written `[a, b]`. */
  readonly flowLists: boolean;
  /** Everything is quoted, keys too. */
  readonly json: boolean;
}

/** The style of an object and of the text that it stands in. */
export function styleOf(text: string, root: YamlNode, json: boolean): Style {
  const seen = { steps: [] as number[], listSteps: [] as number[], flow: 0, block: 0 };
  look(text, root, seen);
  return {
    newline: text.includes('\r\n') ? '\r\n' : '\n',
    step: mostOf(seen.steps) ?? 2,
    listStep: mostOf(seen.listSteps) ?? 2,
    flowLists: json || (seen.flow > 0 && seen.flow >= seen.block),
    json,
  };
}

interface Seen {
  readonly steps: number[];
  readonly listSteps: number[];
  flow: number;
  block: number;
}

function look(text: string, node: YamlNode, seen: Seen): void {
  if (node.kind === 'scalar') return;
  const block = isBlock(text, node);
  if (
    node.kind === 'sequence' &&
    node.items.length > 0 &&
    node.items.every((item) => item.kind === 'scalar')
  ) {
    if (block) seen.block++;
    else seen.flow++;
  }
  for (const child of ownChildren(node)) {
    if (node.kind === 'mapping' && block && child.keyStart !== undefined && isBlock(text, child.node)) {
      const step = columnAt(text, child.node.start) - columnAt(text, child.keyStart);
      if (step >= 0 && child.node.kind === 'sequence') seen.listSteps.push(step);
      else if (step > 0 && child.node.kind === 'mapping') seen.steps.push(step);
    }
    look(text, child.node, seen);
  }
}

function mostOf(numbers: readonly number[]): number | undefined {
  const counted = [...Map.groupBy(numbers, (each) => each)];
  return counted.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}
