import { fault } from './fault.ts';
import { type BuildResult, buildResult } from './kustomize.ts';
import { runTool } from './tool.ts';

/** A chart to render, as `helm template` takes it. Paths are relative to the directory in which Helm runs. */
export interface HelmChart {
  readonly chart: string;
  readonly release?: string;
  readonly namespace?: string;
  readonly values: readonly string[];
  /** Each as after `--set`. */
  readonly set: readonly string[];
  /** Further arguments, passed on as they are. */
  readonly args: readonly string[];
}

/** Renders a chart with the user's Helm, running in `directory`. */
export async function renderChart(chart: HelmChart, directory: string): Promise<BuildResult> {
  const result = await runTool('helm', helmArguments(chart), directory);
  if (result.kind !== 'missing') return buildResult('helm template', chart.chart, result);
  const message = `cannot render ${chart.chart}: helm is not on PATH`;
  return { fault: fault('PC1108', message, 'install Helm, or pass on what another machine rendered: -f -') };
}

/** The command line after `helm`. The namespace is always said, or Helm would take it from the user's kubeconfig. */
export function helmArguments(chart: HelmChart): string[] {
  return [
    'template',
    ...(chart.release === undefined ? [] : [chart.release]),
    chart.chart,
    `--namespace=${chart.namespace ?? 'default'}`,
    ...chart.values.map((file) => `--values=${file}`),
    ...chart.set.map((assignment) => `--set=${assignment}`),
    ...chart.args,
  ];
}

/**
 * Why an argument may not be in `args`, or undefined. A project file is run by whoever checks it out: it must not start programs of
 * its own choosing, reach a cluster, or send the output elsewhere.
 */
export function refusedHelmArgument(argument: string): string | undefined {
  if (argument.startsWith('--post-renderer')) return 'it would run another program';
  if (/^--(kube|validate|dry-run)/.test(argument)) return 'it would reach a cluster';
  if (argument.startsWith('--output-dir')) return 'it would write files';
  return undefined;
}
