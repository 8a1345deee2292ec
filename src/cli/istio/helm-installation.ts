import {
  helmNames,
  type IstioVersion,
  type Release,
  renderComponent,
  type Values,
} from '../../istio/components/index.ts';
import { mergeValues } from '../../istio/values/index.ts';
import type { Diagnostic, Source } from '../../model/index.ts';
import { helmReleases } from './helm-releases.ts';
import type { LocatedEntry, ReadInstallation } from './installation.ts';
import type { InstallationFlags } from './policies.ts';
import { addUpValues, readValues } from './read-values.ts';

/** What Helm would install: one release for each chart, all with the same values. Throws a usage or input error. */
export async function helmInstallation(
  flags: InstallationFlags,
  version: IstioVersion,
  sources: readonly Source[],
  report: (diagnostics: readonly Diagnostic[]) => void,
  cwd: string,
): Promise<ReadInstallation> {
  const { values, locate } = await addUpValues(readValues(sources, report), flags, cwd);
  const entry = (release: Release): LocatedEntry => ({
    component: release.chart,
    namespace: release.namespace,
    template: `${helmNames[release.chart]}/templates/networkpolicy.yaml`,
    rendering: renderComponent(release),
    release,
    locate,
  });
  const releases = helmReleases(flags, version, values);
  return {
    by: 'helm',
    version,
    entries: releases.map(entry),
    diagnostics: [],
    switchedOn: () => releases.map((release) => entry({ ...release, values: switchOn(release.values) })),
  };
}

/** The switch in every place that a chart looks for it. */
function switchOn(values: Values): Values {
  const on: Values = { global: { networkPolicy: { enabled: true } } };
  const scoped = ['pilot', 'cni'].filter((name) => Object.hasOwn(values, name));
  return mergeValues(mergeValues(values, on), Object.fromEntries(scoped.map((name) => [name, on])));
}
