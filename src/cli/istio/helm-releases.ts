import {
  type Chart,
  chartNamed,
  firstMinor,
  type IstioVersion,
  lastMinor,
  newestRelease,
  parseVersion,
  type Release,
  type Values,
} from '../../istio/components/index.ts';
import { usageError } from '../exit.ts';
import type { InstallationFlags } from './policies.ts';

/** The charts that Helm installs, with the release and namespace that Istio's documentation gives them. */
const documented: Readonly<Partial<Record<Chart, { readonly name: string; readonly namespace: string }>>> = {
  istiod: { name: 'istiod', namespace: 'istio-system' },
  'istio-cni': { name: 'istio-cni', namespace: 'istio-system' },
  ztunnel: { name: 'ztunnel', namespace: 'istio-system' },
  gateway: { name: 'istio-ingress', namespace: 'istio-ingress' },
};

/** Charts that are in Istio's release archive and nowhere else, with the names that istioctl gives them. */
const unpublished: typeof documented = {
  'istio-ingress': { name: 'istio', namespace: 'istio-system' },
  'istio-egress': { name: 'istio', namespace: 'istio-system' },
};

/** The version of Istio that the flags name. `tell` gets what was read into it. Throws a usage error. */
export function readVersionFlag(text: string | undefined, tell: (note: string) => void): IstioVersion {
  if (text === undefined) {
    tell(
      `without --istio: ${newestRelease.text}, the newest final release known here (1.${firstMinor} to 1.${lastMinor} are known)`,
    );
    return newestRelease;
  }
  const parsed = parseVersion(text);
  if (parsed.kind === 'fault') throw usageError(`--istio ${text}: ${parsed.message}`, [parsed.help]);
  if (parsed.note !== undefined) tell(`--istio ${parsed.note}`);
  return parsed.version;
}

/** The charts that the flags name, each once; undefined where they name none. Throws a usage error. */
export function readCharts(texts: readonly string[] | undefined): readonly Chart[] | undefined {
  if (texts === undefined) return undefined;
  const charts = texts
    .flatMap((text) => text.split(','))
    .map((text) => {
      const named = chartNamed(text);
      if (named.kind === 'fault') throw usageError(`--chart: ${named.message}`, [named.help]);
      return named.chart;
    });
  return [...new Set(charts)];
}

/** The releases of Helm that the flags stand for, one for each chart. Throws a usage error. */
export function helmReleases(
  flags: InstallationFlags,
  version: IstioVersion,
  values: Values,
): readonly Release[] {
  const charts = readCharts(flags.chart) ?? (Object.keys(documented) as Chart[]);
  if (flags.release !== undefined) checkReleaseName(flags.release, charts);
  return charts.map((chart) => {
    const usual = documented[chart] ?? unpublished[chart]!;
    return {
      chart,
      version,
      name: flags.release ?? usual.name,
      namespace: flags.namespace ?? usual.namespace,
      values,
      chartVersion: version.text,
      appVersion: version.text,
    };
  });
}

/** Source: `ValidateReleaseName` of helm's pkg/chartutil. */
const releaseName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function checkReleaseName(name: string, charts: readonly Chart[]): void {
  if (charts.length > 1) {
    throw usageError(`--release ${name} names one release, and there are ${charts.length} charts`, [
      `say whose it is: --chart gateway --release ${name}`,
    ]);
  }
  if (releaseName.test(name) && name.length <= 53) return;
  throw usageError(`--release ${JSON.stringify(name)} is a name that Helm refuses`, [
    'it takes at most 53 of a-z, 0-9, - and ., with a letter or digit at both ends',
  ]);
}
