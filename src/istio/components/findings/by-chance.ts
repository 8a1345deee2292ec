import { isMap } from '../../values/index.ts';
import { finding, type Look } from '../look.ts';
import { flattening, mergedValues } from '../merged-values.ts';
import { userValue } from '../origin.ts';
import { outcome } from '../outcome.ts';
import type { ComponentFinding } from '../types.ts';

/**
 * PC3419: values with which Helm gives now this, now that: the charts that copy what is global to the top then merge one map from two places, in the order in
 * which Go happens to walk them.
 */
export function findByChance(look: Look): readonly ComponentFinding[] {
  const { release } = look;
  if (!flattening.has(release.chart)) return [];
  const key = sharedKey(look);
  if (key === undefined) return [];
  const [one, other] = [false, true].map((globalLast) =>
    outcome(release, () => mergedValues(release, { globalLast })),
  );
  if (one === other) return [];
  return [
    {
      ...finding(look, {
        code: 'PC3419',
        severity: 'error',
        message: `${key} and global.${key} are merged into each other in a random order: Helm's result changes from run to run`,
        help: `Set ${key} in one place only: global.${key}.`,
      }),
      path: [key],
    },
  ];
}

/** A key that holds a map both at the top and below `global`. */
function sharedKey({ release: { values } }: Look): string | undefined {
  return Object.keys(values).find(
    (key) => key !== 'global' && isMap(values[key]) && isMap(userValue(values, ['global', key])),
  );
}
