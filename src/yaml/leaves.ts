import { clearProperties, deliver, failMerge, setAnchor, wantsKey } from './builder.ts';
import { fail } from './faults.ts';
import type { ScalarNode } from './nodes.ts';
import type { Parser } from './parser-state.ts';
import { type RawScalar, resolvePlainScalar, resolveScalar } from './scalars.ts';
import { rememberUnsayable } from './unsayable.ts';
import { warnAboutScalar } from './warnings.ts';

/** Makes a scalar a node, with the properties read before it, and hands it on. */
export function deliverScalar(p: Parser, text: string, plain: boolean, start: number, end: number): void {
  const from = p.propertyStart >= 0 ? p.propertyStart : start;
  const asKey = wantsKey(p);
  const raw = asKey || p.propertyStart >= 0 ? { text, plain, tag: p.tag } : undefined;
  const value =
    p.tag !== '' ? resolveScalar({ text, plain, tag: p.tag }) : plain ? resolvePlainScalar(text) : text;
  p.decoded++;
  p.lastEnd = end;
  if (typeof value === 'object' && value !== null && 'refused' in value) {
    if (value.unlessReplaced !== true) {
      fail(p, 'invalid-value', from, end, value.refused, value.help);
      return;
    }
    const node: ScalarNode = { kind: 'scalar', value: text, start: from, end, plain };
    if (!asKey) rememberUnsayable(p, node, 'invalid-value', value, from, end);
    finishScalar(p, raw, node);
    return;
  }
  const node: ScalarNode = { kind: 'scalar', value, start: from, end, plain };
  if (plain && p.tag === '' && typeof value !== 'string' && !asKey) warnAboutScalar(p, text, node);
  finishScalar(p, raw, node);
}

function finishScalar(p: Parser, raw: RawScalar | undefined, node: ScalarNode): void {
  if (p.propertyStart >= 0) {
    if (p.anchor !== '') setAnchor(p, { node, raw, size: 1 });
    clearProperties(p);
  }
  deliver(p, node, raw);
}

/** Hands on the node that an alias names. */
export function deliverAlias(p: Parser, name: string, start: number, end: number): void {
  const anchor = p.anchors?.get(name);
  if (anchor?.node === undefined) {
    failAlias(p, name, start, end, anchor !== undefined);
    return;
  }
  p.decoded += 1 + anchor.size;
  p.aliased += anchor.size;
  p.lastEnd = end;
  if (isAliasBomb(p)) {
    fail(
      p,
      'alias-bomb',
      start,
      end,
      'Aliases multiply this document beyond what kubectl reads: nearly all of its values come from aliases.',
      'Write the values out, or use fewer aliases of aliases.',
    );
  } else if (anchor.node.kind === 'sequence' && p.depth > 0 && p.frames[p.depth - 1]!.merges) {
    failMerge(p, start, end);
  } else deliver(p, anchor.node, anchor.raw);
}

function failAlias(p: Parser, name: string, start: number, end: number, inside: boolean): void {
  const message = inside
    ? `The alias \`*${name}\` stands inside the very value that its anchor names.`
    : `No anchor \`&${name}\` stands before this alias.`;
  const help = inside
    ? 'A value cannot contain itself: write the part out, or name another anchor.'
    : `Define it earlier in the same document, or quote "*${name}" if it is meant as text.`;
  fail(p, 'alias', start, end, message, help);
}

/** go-yaml's limit: more than 99 % inside aliases, falling to 10 % between 400,000 and 4,000,000 nodes. */
function isAliasBomb(p: Parser): boolean {
  if (p.aliased <= 100 || p.decoded <= 1000) return false;
  const beyond = Math.min(Math.max(p.decoded - 400_000, 0), 3_600_000);
  return p.aliased / p.decoded > 0.99 - 0.89 * (beyond / 3_600_000);
}
