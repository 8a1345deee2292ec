import type { Leaving } from '../istio/operator/index.ts';
import { count } from '../model/index.ts';
import { type JsonValue, reportVersion } from './json-value.ts';
import { wrapText } from './lines.ts';
import { plainStyle, type Style } from './style.ts';

/** What istioctl leaves behind, with the commands that remove it, and what Helm deletes by itself. Ends with a line break. */
export function formatLeavingText(leaving: Leaving, style: Style = plainStyle): string {
  const { leftBehind, removedByHelm, removeAll } = leaving;
  const head =
    leftBehind.length === 0
      ? 'No NetworkPolicy of Istio stays behind.'
      : `${count(leftBehind.length, 'NetworkPolicy', 'NetworkPolicies')} of Istio ${leftBehind.length === 1 ? 'stays' : 'stay'} behind:`;
  const all = removeAll?.includes('--selector') === true && leftBehind.length > 1 ? [removeAll] : [];
  const blocks = [
    [style.strong(head)],
    ...leftBehind.map(({ namespace, name, component, revision, why, remove }) => [
      `  ${style.strong(`${namespace}/${name}`)} (${component}, revision ${revision})`,
      ...wrapText(why, '    ', '    ', style.width),
      `    ${remove}`,
    ]),
    all.length === 0 ? [] : ['All that istioctl put there, at once:', ...all.map((line) => `  ${line}`)],
    removedByHelm.length === 0
      ? []
      : [
          'Helm deletes its own, with helm uninstall, or helm upgrade with global.networkPolicy.enabled=false:',
          ...removedByHelm.map(
            ({ namespace, name, component, release }) =>
              `  ${namespace}/${name} (${component}, release ${release})`,
          ),
        ],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** The same as the document `LeftPolicies`. */
export function leavingToJson({ leftBehind, removedByHelm, removeAll }: Leaving): JsonValue {
  return {
    apiVersion: reportVersion,
    kind: 'LeftPolicies',
    leftBehind: leftBehind.map(({ code, namespace, name, component, revision, by, why, remove }) => ({
      code,
      namespace,
      name,
      component,
      revision,
      by,
      text: why,
      remove,
    })),
    removedByHelm: removedByHelm.map(({ namespace, name, component, release }) => ({
      namespace,
      name,
      component,
      release,
    })),
    removeAll,
  };
}
