/**
 * The known name that was probably meant: at most a third of its letters differ. Names are compared whole and by their last part, because it's the registry and the account that
 * people leave out or change.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((each) => ({ each, cost: Math.min(distance(name, each), distance(lastPart(name), lastPart(each))) }))
    .filter(({ each, cost }) => cost <= lastPart(each).length / 3)
    .sort((a, b) => a.cost - b.cost);
  return ranked[0]?.each;
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** Edits between two words; two neighbouring letters that changed places count once. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        rows[i - 1]![j]! + 1,
        row[j - 1]! + 1,
        rows[i - 1]![j - 1]! + (same ? 0 : 1),
        swapped ? rows[i - 2]![j - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
