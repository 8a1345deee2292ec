import { isGatewayChart } from '../../istio/check/index.ts';
import { type Component, helmNames, renderComponent } from '../../istio/components/index.ts';
import { componentsFound, type FoundComponent, type TightTarget } from '../../istio/tight/index.ts';
import { listNames } from '../../model/index.ts';
import type { ComponentEntry } from '../../report/index.ts';
import type { Gathered } from '../gather.ts';
import type { Terminal } from '../terminal.ts';
import { componentsOf, runsIn } from './cluster-input.ts';
import { readCharts } from './helm-releases.ts';
import type { LocatedEntry, ReadInstallation } from './installation.ts';
import type { PoliciesFlags } from './policies.ts';
import { chosenEntries } from './policies-check.ts';
import { readTargets } from './tight-targets.ts';

/** What a run of --tight is about. */
export interface TightScope {
  /** Releases that the flags name. */
  readonly entries: readonly LocatedEntry[];
  /** What those run, and what was found in the cluster besides. */
  readonly components: readonly Component[];
  readonly found: readonly FoundComponent[];
  /** The components that policies are made for. */
  readonly only: readonly Component[];
  readonly targets: readonly TightTarget[];
  /** Istio's own policies of `only`, switched on. */
  readonly own: readonly ComponentEntry[];
}

/** Says what a run of --tight is about: without --for all components, with it what it names and what flags name. Throws a usage error. */
export function scopeOf(
  installation: ReadInstallation,
  flags: PoliciesFlags,
  gathered: Gathered | undefined,
  terminal: Terminal,
): TightScope {
  const isWhole = flags.for === undefined || flags.for.includes('all');
  const tell = (note: string): void => {
    if (isWhole) terminal.warn(`note: ${note}\n`);
  };
  const chosen = chosenEntries(installation, flags, gathered, tell);
  const all =
    gathered === undefined
      ? []
      : componentsFound(gathered.cluster, componentsOf(chosen), installation.version);
  const entries = isGuess(installation, flags, gathered, chosen) && all.length > 0 ? [] : chosen;
  const placed = entries.flatMap((entry) => componentsOf([entry]).map((component) => ({ entry, component })));
  const components = [...placed, ...all].map(({ component }) => component);
  const meant = all.filter(isMeant(flags));
  const named = readTargets(flags.for ?? [], gathered?.cluster, gatewaysOf(placed, all, flags));
  const only = [
    ...(isWhole || namesRelease(flags) ? placed : []),
    ...(isWhole ? meant : []),
    ...named.components.map((component) => ({ component })),
  ].map(({ component }) => component);
  tellFound(meant, tell);
  return {
    entries,
    components,
    found: all,
    only: [...new Set(only)],
    targets: named.targets,
    own: [
      ...ownEntries(
        installation,
        placed.filter(({ component }) => only.includes(component)).map(({ entry }) => entry),
      ),
      ...all.filter(({ component }) => only.includes(component)).map(ownOfFound),
    ],
  };
}

/** Nobody named a chart, and nothing runs under the names of the documentation. */
function isGuess(
  { by }: ReadInstallation,
  { chart }: PoliciesFlags,
  gathered: Gathered | undefined,
  entries: readonly LocatedEntry[],
): boolean {
  if (by === 'istioctl' || chart !== undefined || gathered === undefined) return false;
  return !componentsOf(entries).some((component) => runsIn(component, gathered.cluster));
}

/** Flags say what is installed. */
function namesRelease({
  chart,
  values,
  operator,
  set,
  setString,
  setJson,
  setFile,
  setLiteral,
}: PoliciesFlags): boolean {
  return [chart, values, operator, set, setString, setJson, setFile, setLiteral].some(
    (flag) => flag !== undefined,
  );
}

/** With --chart what was found of that chart is meant; gateways of istioctl are gateways. */
function isMeant(flags: PoliciesFlags): (found: FoundComponent) => boolean {
  const charts = readCharts(flags.chart);
  return ({ component }) =>
    charts === undefined ||
    charts.includes(component.release.chart) ||
    (isGatewayChart(component) && charts.includes('gateway'));
}

/** Gateways that --for may name. Those of the documentation are there only where a cluster or a flag says so. */
function gatewaysOf(
  placed: readonly { readonly component: Component }[],
  found: readonly FoundComponent[],
  flags: PoliciesFlags,
): readonly Component[] {
  const own = namesRelease(flags) || found.length > 0 || flags.filename !== undefined ? placed : [];
  return [...own, ...found].map(({ component }) => component).filter(isGatewayChart);
}

function tellFound(found: readonly FoundComponent[], tell: (note: string) => void): void {
  if (found.length === 0) return;
  const names = found.map(
    ({ component: { release, namespace, name } }) => `${release.chart} ${namespace}/${name}`,
  );
  tell(`found in the cluster besides, with policies here too: ${listNames(names, 6)}`);
}

/** Istio's own policies of the entries that are meant; both lists are in the same order of releases. */
function ownEntries(
  { entries: all, switchedOn }: ReadInstallation,
  entries: readonly LocatedEntry[],
): readonly ComponentEntry[] {
  return switchedOn().filter((_, index) => entries.includes(all[index]!));
}

/** What Istio's chart would render for what was found. */
function ownOfFound({ component: { release, namespace } }: FoundComponent): ComponentEntry {
  const values = { ...release.values, global: { networkPolicy: { enabled: true } } };
  return {
    component: release.chart,
    namespace,
    template: `${helmNames[release.chart]}/templates/networkpolicy.yaml`,
    rendering: renderComponent({ ...release, values }),
  };
}
