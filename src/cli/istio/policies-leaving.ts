import { describeComponent } from '../../istio/components/index.ts';
import { type Departure, type InstalledPolicy, whatIstioctlLeaves } from '../../istio/operator/index.ts';
import type { NetworkPolicy } from '../../model/index.ts';
import { formatJson, formatLeavingText, leavingToJson } from '../../report/index.ts';
import { exitCodes, usageError } from '../exit.ts';
import { namesSources } from '../gather.ts';
import { styleFor, type Terminal } from '../terminal.ts';
import { gatherSurrounding, readRendered } from './cluster-input.ts';
import type { ReadInstallation } from './installation.ts';
import type { PoliciesFlags } from './policies.ts';

/**
 * Runs `istio policies --leaving` and gives the exit code: what stays in the cluster of -f once what the flags say is installed, or without a cluster, of
 * what the flags say once Istio's policies are switched off. Throws Refusal.
 */
export async function runLeaving(
  installation: ReadInstallation,
  flags: PoliciesFlags,
  terminal: Terminal,
): Promise<number> {
  if (flags.output === 'yaml' || flags.output === 'table') {
    throw usageError(`--leaving has no -o ${flags.output}`, ['it prints text, or JSON with -o json']);
  }
  const hasCluster = flags.git !== undefined || namesSources(flags);
  const policies = hasCluster ? await policiesOfCluster(flags, terminal) : policiesOf(installation);
  const leaving = whatIstioctlLeaves(policies, departureOf(installation, flags, hasCluster));
  terminal.print(
    flags.output === 'json'
      ? formatJson(leavingToJson(leaving))
      : formatLeavingText(leaving, styleFor(terminal, 'print', flags.color)),
  );
  return exitCodes.ok;
}

async function policiesOfCluster(
  flags: PoliciesFlags,
  terminal: Terminal,
): Promise<readonly InstalledPolicy[]> {
  const { manifests } = await gatherSurrounding(flags, terminal);
  return manifests.objects
    .filter((object): object is NetworkPolicy => object.kind === 'NetworkPolicy')
    .map(({ metadata }) => metadata);
}

function policiesOf({ installed }: ReadInstallation): readonly InstalledPolicy[] {
  if (installed !== undefined) return installed();
  throw usageError('--leaving needs a cluster, or an installation of istioctl', [
    'give the cluster with -f, or what istioctl installs: --operator FILE, --set values.global.networkPolicy.enabled=true',
    'Helm deletes its own policies: with helm uninstall, or helm upgrade with global.networkPolicy.enabled=false',
  ]);
}

function departureOf(
  { entries }: ReadInstallation,
  { leaving }: PoliciesFlags,
  hasCluster: boolean,
): Departure {
  if (leaving === 'purge') return { kind: 'purge' };
  const revision = revisionOf(entries);
  if (leaving === 'uninstall') return { kind: 'uninstall', revision };
  const renders = hasCluster ? readRendered(entries).policies.map(({ metadata }) => metadata) : [];
  return { kind: 'install', revision, renders };
}

function revisionOf(entries: ReadInstallation['entries']): string {
  const [first] = entries;
  const described = first === undefined ? undefined : describeComponent(first.release);
  return described?.kind === 'component' ? described.component.revision || 'default' : 'default';
}
