import { eachBit, hasBit, type MapRows, rowsOf } from '../reach/index.ts';
import { type Atoms, gatherAtoms, type JointClass } from './atoms.ts';
import { textOfBits } from './bits.ts';
import { type Comparer, type Comparison, comparePairs, comparerOf } from './compare-pairs.ts';
import type { Difference } from './compare-passages.ts';
import type { Part } from './compare-streams.ts';
import type { Finding } from './groups.ts';
import { hasTwoPods, type MatchedEnd } from './match-ends.ts';
import { suspectFinder } from './suspects.ts';
import type { Maps } from './types.ts';
import { countUnknown } from './unknown-destinations.ts';

/**
 * Compares every pair, by classes: rows of destinations as sets of sources first, and cells only where these differ. Where verdicts have the last word, pairs are
 * asked one by one, but for those of which `isTouched` says that nothing about them changed. Finds what `comparePairs` finds.
 */
export function compareRows(
  maps: Maps,
  ends: readonly MatchedEnd[],
  isTouched: (end: MatchedEnd) => boolean,
): Comparison {
  const [before, after] = [rowsOf(maps.before), rowsOf(maps.after)];
  if (before === undefined || after === undefined) return comparePairs(maps, ends);
  const atoms = gatherAtoms(before, after, ends);
  const findings = findingsOf(maps, atoms, before, after, isTouched);
  return { findings, unknown: countUnknown(maps.after, after, atoms), classes: atoms.classes.length };
}

function findingsOf(
  maps: Maps,
  atoms: Atoms,
  before: MapRows,
  after: MapRows,
  isTouched: (end: MatchedEnd) => boolean,
): readonly Finding[] {
  const suspectsOf = suspectFinder(atoms, before, after);
  const comparer = comparerOf(maps);
  const readPart = partReader(atoms, comparer);
  return atoms.classes.flatMap((destination) => {
    const { parts, alike, doubtful } = suspectsOf(destination);
    const own = destination.ends.filter(hasTwoPods);
    const within = (differences: readonly Difference[]): readonly Finding[] =>
      own.map((end) => ({ scope: 'within', sources: [end], destinations: [end], differences }));
    const byDifferences = new Map<readonly Difference[], MatchedEnd[]>();
    const findings: Finding[] = [];
    for (const part of parts) {
      const { sources, differences } = readPart(part);
      if (differences.length === 0) continue;
      findings.push({ scope: 'between', sources, destinations: destination.ends, differences });
      if (hasBit(part.bits, destination.atoms[0]!.index)) findings.push(...within(differences));
    }
    for (const source of alike) {
      const differences = compareClasses(comparer, source, destination);
      if (differences.length === 0) continue;
      byDifferences.set(differences, [...(byDifferences.get(differences) ?? []), ...source.ends]);
      if (source === destination) findings.push(...within(differences));
    }
    for (const [differences, sources] of byDifferences)
      findings.push({ scope: 'between', sources, destinations: destination.ends, differences });
    if (doubtful.length > 0) findings.push(...compareOneByOne(comparer, doubtful, destination, isTouched));
    return findings;
  });
}

interface PartFinding {
  /** One object for equal lists. */
  readonly sources: readonly MatchedEnd[];
  readonly differences: readonly Difference[];
}

function partReader({ classes, list }: Atoms, { passages }: Comparer): (part: Part) => PartFinding {
  const known = new WeakMap<Part, PartFinding>();
  const byText = new Map<string, readonly MatchedEnd[]>();
  const readSources = (bits: Uint32Array): readonly MatchedEnd[] => {
    const text = textOfBits(bits);
    const same = byText.get(text);
    if (same !== undefined) return same;
    const sources: MatchedEnd[] = [];
    eachBit(bits, (index) => sources.push(...classes[list[index]!.class]!.ends));
    byText.set(text, sources);
    return sources;
  };
  return (part) => {
    const found = known.get(part);
    if (found !== undefined) return found;
    const made = { sources: readSources(part.bits), differences: passages(part.before, part.after) };
    known.set(part, made);
    return made;
  };
}

/** What differs between any end of one class and any of another. */
function compareClasses(
  comparer: Comparer,
  source: JointClass,
  destination: JointClass,
): readonly Difference[] {
  const [to, next] = destination.ends;
  const from = source === destination ? (next ?? to!) : source.ends[0]!;
  return comparer.ends(from, to!) ?? [];
}

/** Classes that a verdict tells more about than tables; `sure`: their tables differ, so that all of their pairs are asked. */
function compareOneByOne(
  comparer: Comparer,
  doubtful: readonly { readonly source: JointClass; readonly sure: boolean }[],
  { ends }: JointClass,
  isTouched: (end: MatchedEnd) => boolean,
): readonly Finding[] {
  return ends.flatMap((destination) => {
    const byDifferences = new Map<readonly Difference[], MatchedEnd[]>();
    const findings: Finding[] = [];
    for (const { source, sure } of doubtful) {
      for (const end of source.ends) {
        if (!sure && !isTouched(end) && !isTouched(destination)) continue;
        const differences = comparer.ends(end, destination) ?? [];
        if (differences.length === 0) continue;
        if (end === destination)
          findings.push({ scope: 'within', sources: [end], destinations: [end], differences });
        else byDifferences.set(differences, [...(byDifferences.get(differences) ?? []), end]);
      }
    }
    for (const [differences, sources] of byDifferences)
      findings.push({ scope: 'between', sources, destinations: [destination], differences });
    return findings;
  });
}
