import type { LabelAssumption } from '../../cluster/index.ts';
import { type Manifests, type PlainObject, readPlainObjects } from '../../manifest/index.ts';
import type { Diagnostic } from '../../model/index.ts';
import { findProject, type LoadedSource } from '../../sources/index.ts';
import { gatherCluster, namesSources } from '../gather.ts';
import { tellerOf } from '../tell.ts';
import type { Terminal } from '../terminal.ts';
import type { ToApply } from './apply.ts';
import type { UpFlags } from './up.ts';

/** What is to be applied to a lab. */
export interface LabInput {
  readonly objects: readonly ToApply[];
  /** Objects that are wrong, and texts that are no objects at all; they have been told. */
  readonly rejected: number;
  /** Labels that the command line or the project file take for granted, of namespaces that no manifest declares. */
  readonly labelsOf: (namespace: string) => Readonly<Record<string, string>>;
}

/** That verdicts do not read a kind says nothing about the lab, where it has its effect. */
const notRead = 'PC2008';

/** Tells diagnostics of what is applied to a lab. */
export function labTeller(terminal: Terminal): (diagnostics: readonly Diagnostic[]) => void {
  const tell = tellerOf(terminal);
  return (diagnostics) => tell(diagnostics.filter(({ code }) => code !== notRead));
}

const nothing: LabInput = { objects: [], rejected: 0, labelsOf: () => ({}) };

/** Reads what the flags name, or the project file, and tells what is wrong with it. Throws a Refusal for what cannot be read at all. */
export async function readLabInput(flags: UpFlags, terminal: Terminal): Promise<LabInput> {
  const isNamed = namesSources(flags) || flags.git !== undefined;
  if (flags.empty === true || (!isNamed && findProject(terminal.cwd) === undefined)) return nothing;
  const { sources, manifests, assumptions, diagnostics } = await gatherCluster(
    flags,
    terminal,
    labTeller(terminal),
  );
  const errors = diagnostics.filter(({ severity, code }) => severity === 'error' && code !== notRead);
  return {
    objects: objectsToApply(sources, manifests, flags.namespace),
    rejected: Math.max(manifests.rejected.length, errors.length),
    labelsOf: (namespace) => assumedLabels(assumptions, namespace),
  };
}

/** How many pods objects come to, as far as they say: those that stand alone and the replicas of workloads. */
export function countPods(objects: readonly ToApply[]): number {
  const pods = objects.map(({ object: { kind, value } }) => {
    const { ownerReferences = [] } = (value.metadata ?? {}) as { ownerReferences?: readonly unknown[] };
    if (ownerReferences.length > 0) return 0;
    if (kind === 'Pod' || kind === 'DaemonSet' || kind === 'Job') return 1;
    if (!['Deployment', 'StatefulSet', 'ReplicaSet'].includes(kind)) return 0;
    const { replicas = 1 } = (value.spec ?? {}) as { replicas?: unknown };
    return typeof replicas === 'number' ? replicas : 1;
  });
  return pods.reduce((sum, each) => sum + each, 0);
}

/** All objects of the sources but for those that were rejected, each with the namespace that it has where it names none. */
export function objectsToApply(
  sources: readonly LoadedSource[],
  { rejected }: Manifests,
  namespace: string = 'default',
): readonly ToApply[] {
  const bad = new Set(rejected.map(({ object: { origin } }) => placeOf(origin)));
  return sources.flatMap(({ source, namespace: own }) =>
    readPlainObjects(source)
      .filter((object) => !bad.has(placeOf(object)))
      .map((object) => ({ object, namespace: own ?? namespace })),
  );
}

function placeOf({ source, start }: Pick<PlainObject, 'source' | 'start'>): string {
  return `${start} ${source.name}`;
}

function assumedLabels(
  assumptions: readonly LabelAssumption[],
  namespace: string,
): Readonly<Record<string, string>> {
  const own = assumptions.filter(({ kind, name }) => kind === 'Namespace' && name === namespace);
  return Object.fromEntries(own.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value]])));
}
