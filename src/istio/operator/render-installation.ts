import { type Rendering, renderComponent, type Value, type Values } from '../components/index.ts';
import { heldFindings } from './held-findings.ts';
import { applyOverlays, isFor, type OverlayProblem } from './overlays.ts';
import type {
  Installation,
  OperatorFailure,
  OperatorFinding,
  Overlay,
  PlannedRelease,
  RenderedRelease,
} from './types.ts';

/** What every component of an installation renders. */
export interface RenderedInstallation {
  readonly kind: 'rendered';
  readonly releases: readonly RenderedRelease[];
  /** Of the overlays, and of policies that add up; those of the plan and of each chart are with them. */
  readonly findings: readonly OperatorFinding[];
}

/**
 * Renders the NetworkPolicies of an installation, overlays applied. A chart that fails makes istioctl render nothing at all: its failure is the answer.
 * Only the templates that have a part in a NetworkPolicy are followed, so others may stop istioctl besides.
 */
export function renderInstallation(installation: Installation): RenderedInstallation | OperatorFailure {
  const failure = baseFailure(installation);
  if (failure !== undefined) return failure;
  const releases: RenderedRelease[] = [];
  const findings: OperatorFinding[] = [];
  for (const release of installation.releases) {
    const rendering = renderComponent(release);
    if (rendering.kind === 'failed') return chartFailure(rendering);
    if (rendering.kind === 'none') {
      releases.push({ release, rendering });
      continue;
    }
    const overlaid = applyOverlays(rendering.policy, release.overlays);
    if (overlaid.kind === 'failed') {
      const { message, panics, help, overlay } = overlaid;
      return { kind: 'failed', code: 'PC3430', message, panics, help, path: overlay.path };
    }
    const { object, problems } = overlaid;
    const held = heldFindings(rendering.findings, rendering.policy, object);
    releases.push({ release, rendering: { ...rendering, findings: held }, object });
    const policy = rendering.policy as unknown as Values;
    findings.push(...problems.map(inert), ...unmatched(release.overlays, policy, object));
  }
  return { kind: 'rendered', releases, findings: [...findings, ...addUp(releases)] };
}

/** Chart base stops where istiod does, at profiles and the like that are unknown and at `global.resourceScope`, and looks at nothing else that is known here. */
function baseFailure({ base, version }: Installation): OperatorFailure | undefined {
  if (base === undefined) return undefined;
  const { profile = '', compatibilityVersion = '', platform = '', defaults = null, global = {} } = base;
  const shared = isPlainMap(global) ? { ...global, networkPolicy: null } : global;
  const rendering = renderComponent({
    chart: 'istiod',
    version,
    name: 'istio',
    namespace: 'istio-system',
    values: { profile, compatibilityVersion, platform, defaults, global: shared },
    chartVersion: version.text,
    appVersion: version.text,
  });
  if (rendering.kind !== 'failed') return undefined;
  const message = rendering.message
    .replaceAll('istiod/templates/networkpolicy.yaml', 'base/templates/reader-serviceaccount.yaml')
    .replaceAll('istiod/templates/', 'base/templates/');
  return chartFailure({ ...rendering, message });
}

/** Helm names the file of a text that is no YAML; istioctl, that reads it by itself, does not. */
function chartFailure({ message, help, path }: Rendering & { readonly kind: 'failed' }): OperatorFailure {
  const unreadable = /^YAML parse error on \S+: (.*)$/s.exec(message);
  const words = unreadable === null ? `render chart: ${message}` : unreadable[1]!;
  return {
    kind: 'failed',
    code: 'PC3430',
    message: `helm render: ${words}`,
    panics: false,
    help,
    ...(path !== undefined && { path: ['spec', 'values', ...path] }),
  };
}

function inert({ overlay, patch = 0, message }: OverlayProblem): OperatorFinding {
  return {
    code: 'PC3436',
    severity: 'warning',
    message: `a patch of ${overlay.name} does nothing, and istioctl does not say so: ${message}`,
    path: [...overlay.path, 'patches', patch, 'path'],
    help: 'Compare the path with the object that is printed without the overlay: [N] counts from 0, [key:value] has to be there.',
  };
}

/** Overlays of kind NetworkPolicy that are for no policy of their component: names have the revision at their end. */
function unmatched(overlays: readonly Overlay[], policy: Values, object: Values): readonly OperatorFinding[] {
  return overlays
    .filter(
      (overlay) => overlay.kind === 'NetworkPolicy' && !isFor(overlay, policy) && !isFor(overlay, object),
    )
    .map(({ name, path }) => ({
      code: 'PC3436',
      severity: 'warning',
      message: `an overlay is for NetworkPolicy ${name || '(without a name)'}, and this component has ${nameIn(policy)}: nothing is patched`,
      path: [...path, 'name'],
      help: `Write name: ${nameIn(policy)}.`,
    }));
}

/** Policies of two gateways of a namespace that take hold of the same pods: what either lets in is let in. */
function addUp(releases: readonly RenderedRelease[]): readonly OperatorFinding[] {
  const gateways = releases.filter(
    ({ release, object }) => release.index !== undefined && object !== undefined,
  );
  return gateways.flatMap((one) =>
    gateways.flatMap((other): readonly OperatorFinding[] => {
      if (one === other || one.release.namespace !== other.release.namespace) return [];
      const [wide, narrow] = [selectorOf(one.object!), selectorOf(other.object!)];
      if (
        !isWithin(wide, narrow) ||
        (isWithin(narrow, wide) && gateways.indexOf(one) > gateways.indexOf(other))
      )
        return [];
      return [adding(one, other)];
    }),
  );
}

function adding(one: RenderedRelease, other: RenderedRelease): OperatorFinding {
  const [a, b] = [nameIn(one.object!), nameIn(other.object!)];
  return {
    code: 'PC3439',
    severity: 'warning',
    message: `the policy of ${a} selects the pods of ${b} too (${JSON.stringify(selectorOf(one.object!))} in ${one.release.namespace}): each of the two lets in what the other forgets`,
    path: gatewayPath(other.release),
    help: `Give ${b} a label of its own, such as label: {istio: ${b}}: the policy and the gateway's pods carry the same labels, and app and istio stay those of the chart unless said.`,
  };
}

function gatewayPath({ component, index = 0 }: PlannedRelease): readonly (string | number)[] {
  return [
    'spec',
    'components',
    component === 'IngressGateways' ? 'ingressGateways' : 'egressGateways',
    index,
  ];
}

/** True where whoever has all of `narrow` has all of `wide`. */
function isWithin(wide: Values, narrow: Values): boolean {
  return Object.entries(wide).every(([key, value]) => narrow[key] === value);
}

function selectorOf(object: Values): Values {
  return asMap(asMap(asMap(object.spec).podSelector).matchLabels);
}

function nameIn(object: Values): string {
  return String(asMap(object.metadata).name);
}

function asMap(value: Value | undefined): Values {
  return isPlainMap(value) ? value : {};
}

function isPlainMap(value: Value | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
