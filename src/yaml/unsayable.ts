import type { MappingEntry, YamlNode } from './nodes.ts';
import type { Parser } from './parser-state.ts';
import type { YamlProblemCode } from './problems.ts';
import type { Refusal } from './scalars.ts';

/** Notes a value or an entry that YAML can say and JSON cannot: `.inf`, a null key. */
export function rememberUnsayable(
  p: Parser,
  place: YamlNode | MappingEntry,
  code: YamlProblemCode,
  refusal: Refusal,
  start: number,
  end: number,
): void {
  const { refused: message, help } = refusal;
  p.unsayable ??= new Map();
  p.unsayable.set(place, {
    code,
    severity: 'error',
    message,
    start,
    end,
    help,
  });
}

/** Refuses the document if such a value is part of it in the end: a later equal key may have replaced it. */
export function refuseUnsayable(p: Parser): void {
  const { unsayable, root } = p;
  if (unsayable === undefined || root === undefined || p.failed) return;
  const seen = new Set<YamlNode>();
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const entries = node.kind === 'mapping' ? node.entries : [];
    const problem =
      unsayable.get(node) ?? unsayable.get(entries.find((entry) => unsayable.has(entry)) ?? node);
    if (problem !== undefined) {
      p.failed = true;
      p.problems.push(problem);
      return;
    }
    if (node.kind === 'sequence') open.push(...node.items.filter((item) => !seen.has(item)));
    for (const entry of entries) open.push(entry.value);
  }
}
