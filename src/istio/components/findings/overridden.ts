import { finding, type Look } from '../look.ts';
import { defaultsKey, descoped, flattening } from '../merged-values.ts';
import { pathText, userValue, type ValuePath } from '../origin.ts';
import type { ComponentFinding, Value } from '../types.ts';

/** Values that a policy is made from. */
const used: readonly ValuePath[] = [
  ['revision'],
  ['ownerName'],
  ['global', 'networkPolicy', 'enabled'],
  ['global', 'resourceScope'],
];

/** PC3420: a value that has another one in `pilot` or `cni`, which goes over it. */
export function findOverridden(look: Look): readonly ComponentFinding[] {
  const { chart, values } = look.release;
  const over = descoped[chart];
  if (over === undefined) return [];
  return used.flatMap((path) => {
    const [top, below] = [userValue(values, path), userValue(values, [over, ...path])];
    if (top === undefined || below === undefined || same(top, below)) return [];
    const winner = pathText([over, ...path]);
    return [
      {
        ...finding(look, {
          code: 'PC3420',
          severity: 'warning',
          message: `${pathText(path)} is set, but ${winner} goes over it`,
          help: `Set only one of them; ${winner} is the older way.`,
        }),
        path,
      },
    ];
  });
}

function same(a: Value, b: Value): boolean {
  return a === b || String(a) === String(b);
}

/** Values of the top that are of weight, and that somebody may look for below `global`. */
const topLevel: readonly string[] = ['revision', 'ownerName', 'name', 'resourceName', 'labels', 'service'];

/** PC3421: a value below `global` that counts as one of the top, in the charts that copy them, or that nobody reads, in the others. */
export function findGlobals(look: Look): readonly ComponentFinding[] {
  const { chart, values } = look.release;
  const copies = flattening.has(chart);
  const keys = copies ? topLevel : ['revision', 'ownerName'];
  return keys.flatMap((key) => {
    const path = ['global', key];
    if (userValue(values, path) === undefined || !look.enabled) return [];
    if (copies && userValue(values, [key]) !== undefined) return [];
    return [
      {
        ...finding(look, {
          code: 'PC3421',
          severity: copies ? 'info' : 'warning',
          message: copies
            ? `global.${key} counts as ${key}: this chart takes whatever is global for itself too`
            : `global.${key} is not read; the policy is made with ${key}`,
          ...(!copies && { help: `Set ${key}.` }),
        }),
        path,
      },
    ];
  });
}

/** PC3424: values at the key below which the chart keeps its own, and which Istio asks to leave alone. */
export function findInnerDefaults(look: Look): readonly ComponentFinding[] {
  if (userValue(look.release.values, [defaultsKey]) === undefined) return [];
  return [
    {
      ...finding(look, {
        code: 'PC3424',
        severity: 'warning',
        message: `${defaultsKey} is the chart's own: values there work, but count less than a profile`,
        help: 'Set the same values at the top.',
      }),
      path: [defaultsKey],
    },
  ];
}
