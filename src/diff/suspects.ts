import type { MapRows } from '../reach/index.ts';
import { type AtomSet, type Atoms, atomReader, type JointClass } from './atoms.ts';
import {
  addBits,
  addDoubtful,
  differingSources,
  eachBit,
  hasDoubt,
  type Row,
  readRow,
} from './compare-streams.ts';

/** Classes of sources for which something may have changed at a destination. */
export interface Suspects {
  /** All their ends fare alike. */
  readonly alike: readonly JointClass[];
  /** Verdicts have a say in what comes from them; `sure`: tables differ too. */
  readonly doubtful: readonly { readonly source: JointClass; readonly sure: boolean }[];
}

/** Finds the suspects of a destination by its rows in both maps. Rows that are alike are compared once. */
export function suspectFinder(
  atoms: Atoms,
  before: MapRows,
  after: MapRows,
): (destination: JointClass) => Suspects {
  const shelf = new Map<string, AtomSet>();
  const left = rowReader(before, atomReader(atoms, 'before', shelf));
  const right = rowReader(after, atomReader(atoms, 'after', shelf));
  const size = (atoms.list.length + 31) >>> 5;
  const compared = new Map<Row, Map<Row, Uint32Array>>();
  const differing = (a: Row, b: Row): Uint32Array => {
    const byAfter = compared.get(a) ?? new Map<Row, Uint32Array>();
    compared.set(a, byAfter);
    const bits = byAfter.get(b) ?? differingSources(a, b, size);
    byAfter.set(b, bits);
    return bits;
  };
  const unaligned = atoms.classes.filter((each) => each.atoms.length === 0);
  return (destination) => {
    const rows = [...destination.before.virtual.map(left), ...destination.after.virtual.map(right)];
    const anyDoubt = rows.some(hasDoubt);
    const changed = new Uint32Array(size);
    const doubtful = new Uint32Array(size);
    for (const atom of destination.atoms) {
      addBits(changed, differing(left(atom.before), right(atom.after)));
      if (anyDoubt) for (const row of [left(atom.before), right(atom.after)]) addDoubtful(row, doubtful);
    }
    const isUnaligned = destination.atoms.length === 0;
    const sure = new Set(isUnaligned ? atoms.classes : unaligned);
    eachBit(changed, (index) => sure.add(atoms.classes[atoms.list[index]!.class]!));
    const unsure = new Set(anyDoubt ? sure : []);
    if (!isUnaligned) for (const each of unsure) if (each.atoms.length > 0) unsure.delete(each);
    eachBit(doubtful, (index) => unsure.add(atoms.classes[atoms.list[index]!.class]!));
    return {
      alike: [...sure].filter((each) => !unsure.has(each)),
      doubtful: [...unsure].map((source) => ({ source, sure: sure.has(source) })),
    };
  };
}

/** Reads the row of a virtual end; equal rows without doubts are one object. */
function rowReader({ behaviours }: MapRows, read: ReturnType<typeof atomReader>): (virtual: number) => Row {
  const known: Row[] = [];
  const byKey = new Map<string, Row>();
  return (virtual) => {
    const found = known[virtual];
    if (found !== undefined) return found;
    const row = readRow(behaviours[virtual]!, read);
    const same = byKey.get(row.key) ?? row;
    byKey.set(row.key, same);
    known[virtual] = same;
    return same;
  };
}
