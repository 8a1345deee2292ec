import { addBits, eachBit, type MapRows } from '../reach/index.ts';
import { type AtomSet, type Atoms, atomReader, type JointClass } from './atoms.ts';
import {
  addDoubtful,
  differingSources,
  hasDoubt,
  type Part,
  partsOf,
  type Row,
  readRow,
} from './compare-streams.ts';

/** Sources for which something may have changed at a destination. */
export interface Suspects {
  /** Ends with one address, of which tables say all. One object for destinations that are alike. */
  readonly parts: readonly Part[];
  /** Classes of which the tables have to be asked cell by cell; all their ends fare alike. */
  readonly alike: readonly JointClass[];
  /** Verdicts have a say in what comes from them; `sure`: tables differ too. */
  readonly doubtful: readonly { readonly source: JointClass; readonly sure: boolean }[];
}

/** What two rows have that differs. */
interface RowDifference {
  readonly differing: Uint32Array;
  readonly doubtful: Uint32Array;
  readonly parts: readonly Part[];
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
  const compare = rowComparer(atoms);
  const unaligned = atoms.classes.filter((each) => each.atoms.length === 0);
  const size = (atoms.list.length + 31) >>> 5;
  return (destination) => {
    const found = destination.atoms.map((atom) => compare(left(atom.before), right(atom.after), destination));
    const [only] = found;
    const isSimple = found.length === 1;
    const isUnaligned = found.length === 0;
    const changed = new Uint32Array(size);
    const unsure = new Uint32Array(size);
    for (const { differing, doubtful } of found) {
      addBits(changed, differing);
      addBits(unsure, doubtful);
    }
    const classOf = (index: number): JointClass => atoms.classes[atoms.list[index]!.class]!;
    const sure = new Set(isUnaligned ? atoms.classes : unaligned);
    eachBit(changed, (index) => sure.add(classOf(index)));
    const rows = [...destination.before.virtual.map(left), ...destination.after.virtual.map(right)];
    const asked = new Set(!rows.some(hasDoubt) ? [] : isUnaligned ? atoms.classes : unaligned);
    eachBit(unsure, (index) => asked.add(classOf(index)));
    return {
      parts: isSimple ? only!.parts : [],
      alike: [...sure].filter((each) => !asked.has(each) && !(isSimple && each.atoms.length === 1)),
      doubtful: [...asked].map((source) => ({ source, sure: sure.has(source) })),
    };
  };
}

type CompareRows = (left: Row, right: Row, destination: JointClass) => RowDifference;

function rowComparer({ classes, list }: Atoms): CompareRows {
  const size = (list.length + 31) >>> 5;
  const simple = new Uint32Array(size);
  const inside = new Uint32Array(size);
  for (const { index, class: own } of list) {
    const { atoms, ends } = classes[own]!;
    if (atoms.length > 1) continue;
    simple[index >>> 5]! |= 1 << (index & 31);
    if (ends[0]!.kind === 'workload') inside[index >>> 5]! |= 1 << (index & 31);
  }
  const known = new Map<Row, Map<Row, Map<Uint32Array, RowDifference>>>();
  return (left, right, { ends }) => {
    // Nobody asks about traffic between two addresses outside.
    const mask = ends[0]!.kind === 'outside' ? inside : simple;
    const byRight = known.get(left) ?? new Map<Row, Map<Uint32Array, RowDifference>>();
    known.set(left, byRight);
    const byMask = byRight.get(right) ?? new Map<Uint32Array, RowDifference>();
    byRight.set(right, byMask);
    const found = byMask.get(mask) ?? compareTwo(left, right, mask);
    byMask.set(mask, found);
    return found;
  };
}

function compareTwo(left: Row, right: Row, mask: Uint32Array): RowDifference {
  const differing = differingSources(left, right, mask.length);
  const doubtful = new Uint32Array(mask.length);
  for (const row of [left, right]) addDoubtful(row, doubtful);
  const told = differing.map((word, i) => word & mask[i]! & ~doubtful[i]!);
  return { differing, doubtful, parts: partsOf(left, right, told) };
}

/** Reads the row of a virtual end; equal rows are one object. */
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
