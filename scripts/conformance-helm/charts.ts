import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type Chart,
  chartNamed,
  charts,
  type IstioVersion,
  parseVersion,
} from '../../src/istio/components/index.ts';

/** A chart that lies on this machine, and the version of Istio that it is from. */
export interface FoundChart {
  readonly chart: Chart;
  readonly folder: string;
  readonly version: IstioVersion;
  /** `version` and `appVersion` of its Chart.yaml. */
  readonly chartVersion: string;
  readonly appVersion: string;
}

/**
 * Finds Istio's charts in a folder: a clone of istio/istio at a tag, a folder of several such (each named by its tag), or charts that `helm pull --untar`
 * left side by side.
 */
export function findCharts(folder: string, istio: string | undefined): readonly FoundChart[] {
  const clone = join(folder, 'manifests', 'charts');
  if (existsSync(clone)) return chartsBelow(clone, istio ?? tagOf(folder));
  const here = chartsBelow(folder, istio);
  if (here.length > 0) return here;
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'manifests', 'charts')))
    .flatMap((entry) => findCharts(join(folder, entry.name), istio));
}

/** The tag of a clone: its folder's name where that is a version, else what git says. */
function tagOf(clone: string): string | undefined {
  const name = basename(clone);
  if (parseVersion(name).kind === 'version') return name;
  const git = spawnSync('git', ['-C', clone, 'describe', '--tags', '--exact-match'], { encoding: 'utf8' });
  return git.status === 0 ? git.stdout.trim() : undefined;
}

function chartsBelow(folder: string, istio: string | undefined): FoundChart[] {
  return ['', 'istio-control', 'gateways']
    .map((group) => join(folder, group))
    .filter((group) => existsSync(group))
    .flatMap((group) => readdirSync(group).map((name) => join(group, name)))
    .flatMap((path) => foundChart(path, istio) ?? []);
}

function foundChart(folder: string, istio: string | undefined): FoundChart | undefined {
  const file = join(folder, 'Chart.yaml');
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  const of = (key: string): string => new RegExp(`^${key}:[ "']*([^\\s"']+)`, 'm').exec(text)?.[1] ?? '';
  const named = chartNamed(of('name'));
  if (named.kind !== 'chart') return undefined;
  const version = parseVersion(istio ?? of('version'));
  if (version.kind !== 'version') {
    throw new Error(
      `${folder} does not say which version of Istio it is from: give --istio VERSION (${version.message})`,
    );
  }
  const { chart } = named;
  return {
    chart,
    folder,
    version: version.version,
    chartVersion: of('version'),
    appVersion: of('appVersion'),
  };
}

/** Which of the charts of each version are missing, in words. */
export function missing(found: readonly FoundChart[]): readonly string[] {
  const versions = new Set(found.map(({ version }) => version.text));
  return [...versions].flatMap((text) => {
    const has = new Set(found.filter(({ version }) => version.text === text).map(({ chart }) => chart));
    return charts.filter((chart) => !has.has(chart)).map((chart) => `${chart} of ${text}`);
  });
}
