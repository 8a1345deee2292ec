import { helmNames, renderComponent } from '../../istio/components/index.ts';
import {
  componentToJson,
  formatComponentTable,
  formatComponentYaml,
  formatJson,
} from '../../report/index.ts';
import { exitCodes, usageError } from '../exit.ts';
import { tellerOf } from '../tell.ts';
import { styleFor, type Terminal } from '../terminal.ts';
import { helmReleases, readVersionFlag } from './helm-releases.ts';
import type { PoliciesFlags } from './policies.ts';
import { addUpValues, readFiles, readValues } from './read-values.ts';
import { hasFaults, type LocatedEntry, tellEntries } from './tell-entries.ts';

/** Runs `istio policies` and gives the exit code. Throws Refusal. */
export async function runPolicies(flags: PoliciesFlags, terminal: Terminal): Promise<number> {
  const version = readVersionFlag(flags.istio, (note) => terminal.warn(`note: ${note}\n`));
  const report = tellerOf(terminal, flags.color);
  const sources = await readFiles(flags.values ?? [], '--values', terminal, report);
  const { values, locate } = addUpValues(readValues(sources, report), flags, terminal.cwd);
  const entries = helmReleases(flags, version, values).map(
    (release): LocatedEntry => ({
      component: release.chart,
      namespace: release.namespace,
      template: `${helmNames[release.chart]}/templates/networkpolicy.yaml`,
      rendering: renderComponent(release),
      locate,
    }),
  );
  tellEntries(entries, terminal, flags.color);
  terminal.print(format(entries, flags, terminal));
  return hasFaults(entries) ? exitCodes.expectationFailed : exitCodes.ok;
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
      throw usageError('-o text is for --check and --leaving', [
        'policies are printed with -o yaml, json or table',
      ]);
  }
}
