import { type EndClass, type EndSet, eachIn, type MapRows } from '../reach/index.ts';
import { textOfBits } from './bits.ts';
import type { MatchedEnd } from './match-ends.ts';

/** Ends that neither map tells apart. */
export interface JointClass {
  readonly index: number;
  readonly ends: readonly MatchedEnd[];
  readonly before: EndClass;
  readonly after: EndClass;
  /** One for each address that both sides give its ends; none where the sides give them different ones. */
  readonly atoms: readonly Atom[];
}

/** What no row of either map tells apart: an address of a joint class. */
export interface Atom {
  readonly index: number;
  readonly class: number;
  /** Indexes of the virtual ends. */
  readonly before: number;
  readonly after: number;
}

export interface Atoms {
  readonly classes: readonly JointClass[];
  readonly list: readonly Atom[];
}

/** A set of atoms, as bits. Equal sets are the same object. */
export interface AtomSet {
  readonly id: number;
  readonly bits: Uint32Array;
}

/** Gathers the ends that both maps have into joint classes. */
export function gatherAtoms(before: MapRows, after: MapRows, ends: readonly MatchedEnd[]): Atoms {
  const byKey = Map.groupBy(ends, (end) => {
    const left = before.ends.classOf.get(end.before)!;
    const right = after.ends.classOf.get(end.after)!;
    return left.index * after.ends.classes.length + right.index;
  });
  const list: Atom[] = [];
  const classes = [...byKey.values()].map((own, index): JointClass => {
    const left = before.ends.classOf.get(own[0]!.before)!;
    const right = after.ends.classOf.get(own[0]!.after)!;
    const atoms = alike(before, left, after, right)
      ? left.virtual.map(
          (virtual, i): Atom => ({
            index: list.length + i,
            class: index,
            before: virtual,
            after: right.virtual[i]!,
          }),
        )
      : [];
    list.push(...atoms);
    return { index, ends: own, before: left, after: right, atoms };
  });
  return { classes, list };
}

/** Do both sides give the ends the same addresses, as far as anything looks at them? One address stands for any other where no rule tells them apart. */
function alike(before: MapRows, left: EndClass, after: MapRows, right: EndClass): boolean {
  if (left.virtual.length !== right.virtual.length || left.addressKnown !== right.addressKnown) return false;
  if (left.virtual.length === 1) return true;
  return left.virtual.every((index, i) => {
    const [a, b] = [before.ends.virtual[index]!, after.ends.virtual[right.virtual[i]!]!];
    return a.packet.address === b.packet.address && a.families === b.families;
  });
}

/** Reads the sets of one map as sets of atoms; what the other map does not have falls away. Sets of both maps come off one shelf. */
export function atomReader(
  { list }: Atoms,
  side: 'before' | 'after',
  shelf: Map<string, AtomSet>,
): (set: EndSet) => AtomSet {
  const byVirtual = Map.groupBy(list, (atom) => atom[side]);
  const known = new WeakMap<EndSet, AtomSet>();
  return (set) => {
    const found = known.get(set);
    if (found !== undefined) return found;
    const bits = new Uint32Array((list.length + 31) >>> 5);
    eachIn(set, (virtual) => {
      for (const { index } of byVirtual.get(virtual) ?? []) bits[index >>> 5]! |= 1 << (index & 31);
    });
    const key = textOfBits(bits);
    const atoms = shelf.get(key) ?? { id: shelf.size, bits };
    shelf.set(key, atoms);
    known.set(set, atoms);
    return atoms;
  };
}
