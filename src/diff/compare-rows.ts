import { type MapRows, rowsOf } from '../reach/index.ts';
import { type Atoms, gatherAtoms, type JointClass } from './atoms.ts';
import { type Comparison, comparePairs, comparerOf } from './compare-pairs.ts';
import type { Difference } from './compare-passages.ts';
import type { Finding } from './groups.ts';
import { hasTwoPods, type MatchedEnd } from './match-ends.ts';
import { suspectFinder } from './suspects.ts';
import type { Maps } from './types.ts';
import { countUnknown } from './unknown-destinations.ts';

type Compare = ReturnType<typeof comparerOf>;

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
  const compare = comparerOf(maps);
  return atoms.classes.flatMap((destination) => {
    const { alike, doubtful } = suspectsOf(destination);
    const byDifferences = new Map<readonly Difference[], MatchedEnd[]>();
    const findings: Finding[] = [];
    for (const source of alike) {
      const differences = compareClasses(compare, source, destination);
      if (differences.length === 0) continue;
      if (source !== destination || source.ends.length > 1)
        byDifferences.set(differences, [...(byDifferences.get(differences) ?? []), ...source.ends]);
      if (source !== destination) continue;
      const pairs = source.ends.filter(hasTwoPods);
      for (const end of pairs)
        findings.push({ scope: 'within', sources: [end], destinations: [end], differences });
    }
    for (const [differences, sources] of byDifferences)
      findings.push({ scope: 'between', sources, destinations: destination.ends, differences });
    if (doubtful.length > 0) findings.push(...compareOneByOne(compare, doubtful, destination, isTouched));
    return findings;
  });
}

/** What differs between any end of one class and any of another. */
function compareClasses(
  compare: Compare,
  source: JointClass,
  destination: JointClass,
): readonly Difference[] {
  const [to, next] = destination.ends;
  const from = source === destination ? (next ?? to!) : source.ends[0]!;
  return compare(from, to!) ?? [];
}

/** Classes that a verdict tells more about than tables; `sure`: their tables differ, so that all of their pairs are asked. */
function compareOneByOne(
  compare: Compare,
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
        const differences = compare(end, destination) ?? [];
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
