import { chartDefaults, helmNames } from './chart-defaults.ts';
import { coalesce } from './coalesce.ts';
import { copyGo, type GoMap, type GoValue, isSet, printed, toGoMap, typeName } from './go-values.ts';
import { mergeOverwrite } from './merge-overwrite.ts';
import { profileFile } from './profiles.ts';
import { asMap, fail, type Place, softField } from './template.ts';
import type { Chart, IstioVersion, Release, Values } from './types.ts';

/** The key below which the charts keep their own values, so that a profile can stand between them and the user's. */
export const defaultsKey = '_internal_defaults_do_not_set';

/** The charts that take every value below `global` also as one of the top. */
export const flattening: ReadonlySet<Chart> = new Set<Chart>(['gateway', 'ztunnel']);

/** The key whose values a chart copies to the top in the end, over everything else. */
export const descoped: Readonly<Partial<Record<Chart, 'pilot' | 'cni'>>> = {
  istiod: 'pilot',
  'istio-cni': 'cni',
};

/**
 * The values that the templates of a chart see: Helm's own coalescing, then what `zzz_profile.yaml` and `zzy_descope_legacy.yaml` do, which run first.
 * Keys of no weight for a NetworkPolicy may be missing. Go walks maps in an order that changes from run to run; `globalLast` gives the order in which
 * `global` is merged after all others, instead of before them. That matters only to flattening charts, and seldom.
 * @throws TemplateFailure where Helm stops
 */
export function mergedValues(
  { chart, version, values: userValues }: Pick<Release, 'chart' | 'version' | 'values'>,
  { globalLast = false }: { readonly globalLast?: boolean } = {},
): GoMap {
  const values = coalesce(toGoMap(userValues), toGoMap({ [defaultsKey]: chartDefaults[chart] }));
  const merged = withProfile(chart, version, ordered(values, globalLast));
  const key = descoped[chart];
  if (key === undefined) return merged;
  const place = { template: `${helmNames[chart]}/templates/zzy_descope_legacy.yaml` };
  const over = asMap(place, merged.get(key) ?? null, {
    expression: JSON.stringify(key),
    at: [key],
  });
  return mergeOverwrite(merged, over);
}

/** `values` with `global` as its first or last key. */
function ordered(values: GoMap, globalLast: boolean): GoMap {
  const global = values.get('global');
  if (global === undefined) return values;
  const others = [...values].filter(([key]) => key !== 'global');
  const first: [string, GoValue] = ['global', global];
  return new Map(globalLast ? [...others, first] : [first, ...others]);
}

/** What `zzz_profile.yaml` does. */
function withProfile(chart: Chart, version: Pick<IstioVersion, 'minor'>, values: GoMap): GoMap {
  const place = { template: `${helmNames[chart]}/templates/zzz_profile.yaml` };
  refuseDefaults(place, values);
  const defaults = values.get(defaultsKey) ?? null;
  values.delete(defaultsKey);
  const profile = chosenProfile(place, version, values);
  const asDefaults = (): GoMap | null =>
    asMap(place, defaults, { expression: '$defaults', at: [defaultsKey] });
  if (profile.size > 0) mergeOverwrite(asDefaults(), profile);
  if (flattening.has(chart)) {
    const own = asDefaults();
    const global = values.get('global') ?? null;
    const globals = asMap(place, isSet(global) ? global : new Map(), {
      expression: '$.Values.global | default dict',
      at: ['global'],
    });
    // Without a map of the chart's own there is nothing that keeps what is merged here.
    if (own !== null) {
      mergeOverwrite(own, profile.get('global') as GoMap | null);
      mergeOverwrite(own, globals);
    }
  }
  values.set('_original', copyGo(values));
  return mergeOverwrite(asDefaults(), values);
}

function refuseDefaults(place: Place, values: GoMap): void {
  const value = values.get('defaults') ?? null;
  if (!isSet(value)) return;
  fail(
    place,
    `Setting with .default prefix found; remove it. For example, replace \`--set defaults.hub=foo\` with \`--set hub=foo\`. Defaults set:\n ${asYaml(value)}`,
    ['defaults'],
  );
}

/** A value as a YAML reader takes it again, for messages. */
function asYaml(value: GoValue): string {
  return `\n    ${JSON.stringify(plain(value))}`;
}

function plain(value: GoValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === 'bigint' ? Number(value) : value;
}

/** The file of `profile`, over it the one of `compatibilityVersion`, over both the one of `platform`. */
function chosenProfile(place: Place, version: Pick<IstioVersion, 'minor'>, values: GoMap): GoMap {
  const profile: GoMap = new Map();
  const add = ({ value, path }: Chosen, { prefix, kind }: { prefix: string; kind: string }): void => {
    if (!isSet(value)) return;
    const file = profileFile(`${prefix}${formatted(value)}`, version);
    if (file === undefined) fail(place, `unknown ${kind} ${printed(value)}`, path);
    mergeOverwrite(profile, toGoMap(file as Values));
  };
  add(topOrGlobal(place, values, 'profile'), { prefix: '', kind: 'profile' });
  const compatibility = values.get('compatibilityVersion') ?? null;
  add(
    { value: compatibility, path: ['compatibilityVersion'] },
    { prefix: 'compatibility-version-', kind: 'compatibility version' },
  );
  add(topOrGlobal(place, values, 'platform'), { prefix: 'platform-', kind: 'platform' });
  return profile;
}

interface Chosen {
  readonly value: GoValue;
  readonly path: readonly string[];
}

/** `coalesce ($.Values).NAME ($.Values.global).NAME` */
function topOrGlobal(place: Place, values: GoMap, name: string): Chosen {
  const top = values.get(name) ?? null;
  const global = softField(place, values.get('global') ?? null, name, {
    expression: '$.Values.global',
    at: ['global'],
  });
  return isSet(top) ? { value: top, path: [name] } : { value: global, path: ['global', name] };
}

/** Go's `%s`. */
function formatted(value: GoValue): string {
  return typeof value === 'string' ? value : `%!s(${typeName(value)}=${printed(value)})`;
}
