import { isSet, printed, valueAt } from '../go-values.ts';
import { finding, type Look } from '../look.ts';
import type { ComponentFinding } from '../types.ts';

/** PC3413: a resourceScope with which istiod's chart renders no policy, although it is switched on. */
export function findScopedOut(look: Look): readonly ComponentFinding[] {
  const { release, values, enabled } = look;
  if (release.chart !== 'istiod' || !enabled) return [];
  const scope = valueAt(values, ['global', 'resourceScope']);
  if (scope === 'all' || scope === 'namespace') return [];
  return [
    finding(look, {
      code: 'PC3413',
      severity: scope === 'cluster' ? 'info' : 'warning',
      message: `with global.resourceScope ${JSON.stringify(printed(scope))} the chart renders no NetworkPolicy${scope === 'cluster' ? ', as it renders no istiod either' : ''}`,
      path: ['global', 'resourceScope'],
      help: 'The scopes are all, cluster and namespace; the policy comes with all and namespace.',
    }),
  ];
}

/** PC3414: a policy whose pods the chart does not render: a scope that leaves them out, an istiod that runs elsewhere. */
export function findWithoutPods(look: Look): readonly ComponentFinding[] {
  const { release, values, written } = look;
  if (written === undefined) return [];
  if (release.chart === 'istiod') return remoteIstiod(look);
  const path = { 'istio-cni': ['global', 'resourceScope'], ztunnel: ['resourceScope'] }[
    release.chart as string
  ];
  if (path === undefined) return [];
  const scope = valueAt(values, path);
  if (scope === 'all' || scope === 'namespace') return [];
  return [
    finding(look, {
      code: 'PC3414',
      severity: 'warning',
      message: `with ${path.join('.')} ${JSON.stringify(printed(scope))} the chart renders its NetworkPolicy, but not the pods that it is for`,
      path,
      help: 'The release that brings the pods renders the same policy: two releases then claim one object. Switch it off in this one.',
    }),
  ];
}

function remoteIstiod(look: Look): readonly ComponentFinding[] {
  const of = (key: string): boolean => isSet(valueAt(look.values, ['istiodRemote', key]));
  if (!of('enabled') || of('enabledLocalInjectorIstiod')) return [];
  return [
    finding(look, {
      code: 'PC3414',
      severity: 'info',
      message: 'istiod runs elsewhere (istiodRemote.enabled, profile remote): the policy selects no pods',
      path: ['istiodRemote', 'enabled'],
    }),
  ];
}
