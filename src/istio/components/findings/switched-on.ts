import { type GoValue, isSet, printed, valueAt } from '../go-values.ts';
import { finding, type Look } from '../look.ts';
import { descoped } from '../merged-values.ts';
import { pathText, userValue, type ValuePath } from '../origin.ts';
import type { ComponentFinding } from '../types.ts';

const switchPath = ['global', 'networkPolicy', 'enabled'];

/** PC3411: a switch that is no boolean, which switches on unless it is empty: also the text "false". */
export function findOddSwitch(look: Look): readonly ComponentFinding[] {
  const value: GoValue = valueAt(look.values, switchPath);
  if (!isSet(value) || value === true) return [];
  const shown = typeof value === 'string' ? `the text ${JSON.stringify(value)}` : printed(value);
  return [
    finding(look, {
      code: 'PC3411',
      severity: 'warning',
      message: `global.networkPolicy.enabled is ${shown}, no boolean, and switches the policy on`,
      path: switchPath,
      help: 'Write true or false without quotes; with --set, not --set-string.',
    }),
  ];
}

/** PC3412: the switch where no template looks for it. */
export function findMisplacedSwitch(look: Look): readonly ComponentFinding[] {
  const { release, enabled } = look;
  if (enabled) return [];
  const over = descoped[release.chart];
  const places: readonly ValuePath[] = [
    ['networkPolicy', 'enabled'],
    ['global', 'networkpolicy', 'enabled'],
    ['global', 'networkPolicies', 'enabled'],
    ['global', 'networkPolicy', 'enable'],
    ['values', ...switchPath],
    [release.chart, ...switchPath],
    ...(over === undefined ? [] : [[over, 'networkPolicy', 'enabled']]),
  ];
  const place = places.find((path) => isTrue(userValue(release.values, path)));
  if (place === undefined) return [];
  return [
    {
      ...finding(look, {
        code: 'PC3412',
        severity: 'warning',
        message: `${pathText(place)} is set, but no template reads it: no NetworkPolicy`,
        help: 'Set global.networkPolicy.enabled.',
      }),
      path: place,
    },
  ];
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === 1 || value === 1n;
}

/** PC3416: the switch is on for a chart that got its policy only later. */
export function findTooEarly(look: Look): readonly ComponentFinding[] {
  const { release, enabled } = look;
  const { chart, version } = release;
  if (!enabled || version.minor >= 29 || (chart !== 'istio-cni' && chart !== 'ztunnel')) return [];
  return [
    finding(look, {
      code: 'PC3416',
      severity: 'warning',
      message: `global.networkPolicy.enabled has no effect in ${version.text}: this chart has a NetworkPolicy since 1.29`,
      path: switchPath,
      help: 'Write a NetworkPolicy of your own, or upgrade.',
    }),
  ];
}
