import { diffMaps, type MapDiff, type MatchedEnd } from '../../src/diff/index.ts';
import { mapReach } from '../../src/reach/index.ts';
import { clusterOf } from './text-cluster.ts';

/** The diff of two clusters that are written as text. */
export function diffOf(before: readonly string[], after: readonly string[]): MapDiff {
  return diffMaps(mapReach(clusterOf(before)), mapReach(clusterOf(after)));
}

/** A line for each change: `newly allowed: shop/web -> shop/db TCP 5432`, with `http` or `bytes` where only these change. */
export function told(diff: MapDiff): readonly string[] {
  return diff.groups.flatMap(({ scope, sources, destinations, changes }) =>
    changes.map(({ kind, traffic, protocol, ports }) => {
      const ends =
        scope === 'within' ? `within ${list(destinations)}` : `${list(sources)} -> ${list(destinations)}`;
      const ranges = ports.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
      const what = traffic === 'any' || protocol !== 'TCP' ? '' : ` ${traffic}`;
      return `${kind}: ${ends} ${protocol} ${ranges.join(',')}${what}`;
    }),
  );
}

function list(ends: readonly MatchedEnd[]): string {
  return ends
    .map((end) => (end.kind === 'workload' ? `${end.namespace}/${end.after.workload.name}` : end.label))
    .join(' ');
}
