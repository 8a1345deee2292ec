import { listNames } from '../../../model/index.ts';
import { nodeAt } from '../../../yaml/index.ts';
import { printed, valueAt } from '../go-values.ts';
import { finding, type Look } from '../look.ts';
import type { ComponentFinding } from '../types.ts';

/** Labels that chart gateway writes itself, before those of the user. */
const own: ReadonlySet<string> = new Set([
  'app',
  'istio',
  'istio.io/rev',
  'install.operator.istio.io/owning-resource',
  'operator.istio.io/component',
  'release',
  'app.kubernetes.io/name',
]);

/** PC3404: labels of the user that go over those which the chart writes: of two equal keys the last counts. */
export function findOverriddenLabels(look: Look): readonly ComponentFinding[] {
  const labels = look.release.chart === 'gateway' ? (look.values.get('labels') ?? null) : null;
  if (look.written === undefined || !(labels instanceof Map)) return [];
  const over = [...labels.keys()].filter((key) => own.has(key) && labels.get(key) !== null);
  if (over.length === 0) return [];
  return [
    finding(look, {
      code: 'PC3404',
      severity: 'info',
      message: `labels has ${listNames(over, 9)}, which the template writes too: the policy has them twice, and the ones of labels count`,
      path: ['labels', over[0]!],
      help: 'YAML readers that refuse repeated keys refuse the text. app and istio also change whom the policy selects, together with the gateway itself.',
    }),
  ];
}

/** PC3422: a number that a template prints as Go does, with an exponent from a million on. */
export function findPrintedNumbers(look: Look): readonly ComponentFinding[] {
  const { release, written, values } = look;
  if (written === undefined || release.chart !== 'gateway') return [];
  const labels = values.get('labels') ?? null;
  if (!(labels instanceof Map)) return [];
  return [...labels.keys()].flatMap((key) => {
    const value = valueAt(labels, [key]);
    if (typeof value !== 'number' || !printed(value).includes('e')) return [];
    const node = nodeAt(written.root, ['metadata', 'labels', key])?.node;
    if (node?.kind !== 'scalar') return [];
    return [
      finding(look, {
        code: 'PC3422',
        severity: 'warning',
        message: `the label ${key} is ${JSON.stringify(printed(value))}: numbers of a values file are printed so from a million on`,
        path: ['labels', key],
        help: `Quote it: ${key}: "${value}"`,
      }),
    ];
  });
}
