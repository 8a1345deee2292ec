import {
  helmNames,
  type IstioVersion,
  type Release,
  type Rendering,
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
    rendering: withoutName(renderComponent(release), flags.chart === undefined),
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

/**
 * Without --chart one set of values stands for all charts, and the one that has a schema need not be meant: what its schema refuses (PC3417) is a remark then.
 */
function withoutName(rendering: Rendering, isUnnamed: boolean): Rendering {
  if (!isUnnamed) return rendering;
  const findings = rendering.findings.map((finding) =>
    finding.code === 'PC3417' ? { ...finding, severity: 'info' as const } : finding,
  );
  return { ...rendering, findings };
}

/** The switch in every place that a chart looks for it. */
function switchOn(values: Values): Values {
  const on: Values = { global: { networkPolicy: { enabled: true } } };
  const scoped = ['pilot', 'cni'].filter((name) => Object.hasOwn(values, name));
  return mergeValues(mergeValues(values, on), Object.fromEntries(scoped.map((name) => [name, on])));
}
