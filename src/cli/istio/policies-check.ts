import { type ComponentCheck, checkComponents, outcomeOfCheck } from '../../istio/check/index.ts';
import type { Surroundings } from '../../istio/components/index.ts';
import { surroundingsOf } from '../../istio/tight/index.ts';
import {
  componentCheckToJson,
  formatComponentCheckText,
  formatComponentRepairs,
  formatJson,
} from '../../report/index.ts';
import { exitCodes, usageError } from '../exit.ts';
import type { Gathered } from '../gather.ts';
import { tellerOf } from '../tell.ts';
import { styleFor, type Terminal } from '../terminal.ts';
import { componentsOf, entriesInCluster, gatherSurrounding, readRendered } from './cluster-input.ts';
import type { ReadInstallation } from './installation.ts';
import type { PoliciesFlags } from './policies.ts';
import { findingDiagnostic, hasFaults, tellInstallation } from './tell-entries.ts';

/** Runs `istio policies --check` and gives the exit code. Throws Refusal. */
export async function runCheck(
  installation: ReadInstallation,
  said: Surroundings,
  flags: PoliciesFlags,
  terminal: Terminal,
): Promise<number> {
  if (flags.output === 'table') throw noTable();
  const gathered = await gatherSurrounding(flags, terminal);
  const entries = chosenEntries(installation, flags, gathered, (note) => terminal.warn(`note: ${note}\n`));
  const meant = { ...installation, entries };
  tellInstallation(meant, terminal, flags.color);
  const { policies, diagnostics } = readRendered(entries);
  const isFaulty = hasFaults(meant);
  // What is refused has its finding; otherwise it is news.
  if (!isFaulty) tellerOf(terminal, flags.color)(diagnostics);
  const { surroundings, findings } = surroundingsOf(gathered.cluster, said);
  const checked = checkComponents({
    manifests: gathered.manifests,
    options: gathered.options,
    components: componentsOf(entries),
    policies,
    surroundings,
  });
  const contradicted = findings.map((finding) => findingDiagnostic(finding, () => undefined));
  const check = { ...checked, findings: [...contradicted, ...checked.findings] };
  tellFindings(check, flags, terminal);
  terminal.print(format(check, flags, terminal));
  return isFaulty ? exitCodes.expectationFailed : exitOf(check);
}

function format(check: ComponentCheck, { output, color }: PoliciesFlags, terminal: Terminal): string {
  if (output === 'json') return formatJson(componentCheckToJson(check));
  if (output === 'yaml') return formatComponentRepairs(check);
  return formatComponentCheckText(check, styleFor(terminal, 'print', color));
}

/** Findings have their codes; in JSON they are with the rest. */
export function tellFindings({ findings }: ComponentCheck, flags: PoliciesFlags, terminal: Terminal): void {
  if (flags.output !== 'json') tellerOf(terminal, flags.color)(findings);
}

/** The entries that are meant: with Helm and without --chart those that the cluster runs. */
export function chosenEntries(
  { by, entries }: ReadInstallation,
  flags: PoliciesFlags,
  gathered: Gathered | undefined,
  tell: (note: string) => void,
): ReadInstallation['entries'] {
  if (by === 'istioctl' || flags.chart !== undefined || gathered === undefined) return entries;
  return entriesInCluster(entries, gathered, tell);
}

export function exitOf(check: ComponentCheck): number {
  return { clean: exitCodes.ok, findings: exitCodes.expectationFailed, unknown: exitCodes.unknown }[
    outcomeOfCheck(check)
  ];
}

function noTable(): Error {
  return usageError('--check has no -o table', [
    'it prints text, JSON with -o json, or the policies that repair what is cut off with -o yaml',
  ]);
}
