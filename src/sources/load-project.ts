import { dirname, isAbsolute, resolve } from 'node:path';
import { expandKustomization, expandPath } from './expand.ts';
import { type Job, runSteps, type Step, stepsOf } from './jobs.ts';
import { relativeName } from './names.ts';
import type { HelmEntry, Project, ProjectSource } from './project.ts';
import { readText, type TextResult } from './text.ts';
import type { Env, Loaded } from './types.ts';

/**
 * Reads the sources of a project in the order of its entries. Names are those that `nameOf` gives a path, else relative to `cwd`; values in `env` go before those in the file, and `envOnly` counts for all templates.
 * A file that two entries name is read for the first. Diagnostics without a place of their own get that of the entry.
 * Never throws.
 */
export async function loadProject(
  project: Project,
  cwd: string,
  env: Env = new Map(),
  envOnly = false,
  nameOf: (absolute: string) => string = (absolute) => relativeName(cwd, absolute),
): Promise<Loaded> {
  const context = { directory: dirname(project.path), nameOf, env, envOnly };
  const steps = project.sources.flatMap((entry) => stepsOfEntry(entry, context));
  return runSteps(steps, 4);
}

interface Context {
  /** Where the project file stands, absolute. */
  readonly directory: string;
  readonly nameOf: (absolute: string) => string;
  readonly env: Env;
  readonly envOnly: boolean;
}

function stepsOfEntry(entry: ProjectSource, context: Context): Step[] {
  if (entry.kind === 'helm') return [helmJob(entry, context.directory)];
  const options = {
    base: context.directory,
    recursive: entry.kind !== 'kustomize' && entry.recursive,
    templates: entry.kind === 'template',
    display: (path: string) => (isAbsolute(path) ? path : context.nameOf(resolve(context.directory, path))),
  };
  const expand = entry.kind === 'kustomize' ? expandKustomization : expandPath;
  const isTemplate = entry.kind === 'template';
  return stepsOf(expand(entry.path, options), {
    fill: {
      env: new Map([...(isTemplate ? entry.env : []), ...context.env]),
      envOnly: context.envOnly || (isTemplate && entry.envOnly),
    },
    fillAll: isTemplate,
    namespace: entry.namespace,
    place: entry.span,
  });
}

function helmJob(entry: HelmEntry, directory: string): Job {
  return {
    identity: `helm ${JSON.stringify({ ...entry, span: undefined })}`,
    read: () => renderHelm(entry, directory),
    namespace: entry.namespace,
    place: entry.span,
  };
}

async function renderHelm(entry: HelmEntry, directory: string): Promise<TextResult> {
  const { renderChart } = await import('./helm.ts');
  const rendered = await renderChart(entry, directory);
  return 'fault' in rendered ? rendered : readText(helmName(entry), rendered.bytes);
}

/** Charts are often used for several releases. */
function helmName({ chart, release }: HelmEntry): string {
  return release === undefined ? `helm ${chart}` : `helm ${chart} (${release})`;
}
