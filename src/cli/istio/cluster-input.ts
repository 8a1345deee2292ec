import type { Component } from '../../istio/components/index.ts';
import { describeComponent } from '../../istio/components/index.ts';
import { readManifests } from '../../manifest/index.ts';
import { type Diagnostic, hasLabels, listWords, type NetworkPolicy } from '../../model/index.ts';
import { type ComponentEntry, formatComponentYaml } from '../../report/index.ts';
import { type Gathered, gatherCluster } from '../gather.ts';
import { tellerOf } from '../tell.ts';
import type { Terminal } from '../terminal.ts';
import type { LocatedEntry } from './installation.ts';
import type { PoliciesFlags } from './policies.ts';

/** Reads the cluster of -f, -k or the project file. The namespace of -n is that of the release, not of manifests. Throws Refusal. */
export async function gatherSurrounding(flags: PoliciesFlags, terminal: Terminal): Promise<Gathered> {
  const { namespace: _, ...others } = flags;
  return gatherCluster(others, terminal, tellerOf(terminal, flags.color));
}

/** Policies as a cluster has them, read from their text like every manifest; and what the API server would say of those that it refuses. */
export interface ReadPolicies {
  readonly policies: readonly NetworkPolicy[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the policies that entries render, each from a source of its own. */
export function readRendered(entries: readonly ComponentEntry[]): ReadPolicies {
  return readPolicyTexts(
    entries.map((entry) => ({ name: `${entry.component} (rendered)`, text: formatComponentYaml([entry]) })),
  );
}

export function readPolicyTexts(
  sources: readonly { readonly name: string; readonly text: string }[],
): ReadPolicies {
  const { objects, diagnostics } = readManifests(sources.filter(({ text }) => text !== ''));
  const policies = objects.filter((object): object is NetworkPolicy => object.kind === 'NetworkPolicy');
  return { policies, diagnostics };
}

/** What the releases of entries run; those that fail, or run nothing, are left out. */
export function componentsOf(entries: readonly LocatedEntry[]): readonly Component[] {
  return entries.flatMap(({ release }) => {
    const described = describeComponent(release);
    return described.kind === 'component' && described.component.runs ? [described.component] : [];
  });
}

/**
 * Without --chart, all charts of Helm stand for an installation; of a cluster that runs some of them, those are meant. `tell` gets which. What istioctl installs
 * is said in its input.
 */
export function entriesInCluster(
  entries: readonly LocatedEntry[],
  { cluster }: Gathered,
  tell: (note: string) => void,
): readonly LocatedEntry[] {
  const found = entries.filter((entry) =>
    componentsOf([entry]).some((component) => runsIn(component, cluster)),
  );
  if (found.length === 0 || found.length === entries.length) return entries;
  const names = (list: readonly LocatedEntry[]): string => listWords(list.map(({ component }) => component));
  const others = entries.filter((entry) => !found.includes(entry));
  tell(
    `no --chart: taken are those that run in the cluster, ${names(found)}; of ${names(others)} there are no pods under the names of the documentation`,
  );
  return found;
}

/** True where the cluster has pods of a component. */
export function runsIn({ namespace, selector }: Component, { pods }: Gathered['cluster']): boolean {
  return [...pods.values()].some((pod) => pod.namespace === namespace && hasLabels(pod.labels, selector));
}
