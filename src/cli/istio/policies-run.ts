import {
  componentToJson,
  formatComponentTable,
  formatComponentYaml,
  formatJson,
} from '../../report/index.ts';
import { exitCodes, usageError } from '../exit.ts';
import { tellerOf } from '../tell.ts';
import { styleFor, type Terminal } from '../terminal.ts';
import { type LocatedEntry, readInstallation } from './installation.ts';
import type { PoliciesFlags } from './policies.ts';
import { readSurroundings } from './read-surroundings.ts';
import { hasFaults, tellInstallation } from './tell-entries.ts';

/** Runs `istio policies` and gives the exit code. Throws Refusal. */
export async function runPolicies(flags: PoliciesFlags, terminal: Terminal): Promise<number> {
  const surroundings = readSurroundings(flags);
  const usesCluster = flags.check === true || flags.tight === true || flags.leaving === true;
  const operators = usesCluster ? [] : operatorsOf(flags);
  const installation = await readInstallation(flags, operators, terminal, tellerOf(terminal, flags.color));
  if (flags.leaving === true) throw usageError('--leaving is not there yet');
  if (flags.tight === true) {
    const { runTight } = await import('./policies-tight.ts');
    return runTight(installation, surroundings, flags, terminal);
  }
  if (flags.check === true) {
    const { runCheck } = await import('./policies-check.ts');
    return runCheck(installation, surroundings, flags, terminal);
  }
  tellInstallation(installation, terminal, flags.color);
  terminal.print(format(installation.entries, flags, terminal));
  return hasFaults(installation) ? exitCodes.expectationFailed : exitCodes.ok;
}

/** As `istioctl install -f` takes them: without --check and its like there is no cluster that -f could name. */
function operatorsOf({ filename = [], kustomize = [] }: PoliciesFlags): readonly string[] {
  if (kustomize.length === 0) return filename;
  throw usageError('-k names manifests of a cluster, which --check, --tight and --leaving use');
}

function format(
  entries: readonly LocatedEntry[],
  { output = 'yaml', color }: PoliciesFlags,
  terminal: Terminal,
): string {
  switch (output) {
    case 'json':
      return formatJson(componentToJson(entries));
    case 'yaml':
      return formatComponentYaml(entries);
    case 'table':
      return formatComponentTable(entries, styleFor(terminal, 'print', color));
    case 'text':
      throw usageError('-o text is for --check and --tight', [
        'policies are printed with -o yaml, json or table',
      ]);
  }
}
