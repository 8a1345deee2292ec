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
  refuseIdle(flags, surroundings);
  const usesCluster = flags.check === true || flags.tight === true || flags.leaving !== undefined;
  const operators = usesCluster ? [] : operatorsOf(flags);
  const installation = await readInstallation(flags, operators, terminal, tellerOf(terminal, flags.color));
  if (flags.leaving !== undefined) {
    const { runLeaving } = await import('./policies-leaving.ts');
    return runLeaving(installation, flags, terminal);
  }
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

/** Flags that would change nothing are refused: whoever wrote them expects something. */
function refuseIdle({ check, tight, leaving, for: targets }: PoliciesFlags, surroundings: object): void {
  if (leaving !== undefined && (check === true || tight === true)) {
    throw usageError('--leaving stands alone: there is nothing to check or to tighten once they are gone');
  }
  if (targets !== undefined && tight !== true) {
    throw usageError('--for is for --tight: Istio has no policies of its own but for its components');
  }
  if (Object.keys(surroundings).length > 0 && check !== true && tight !== true) {
    throw usageError(
      'what lies around Istio (--node-cidr, --dns, --mesh and the like) is for --check and --tight alone',
      ["Istio's own policies do not depend on it: their sources are open"],
    );
  }
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
