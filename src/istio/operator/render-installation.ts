import { renderComponent } from '../components/index.ts';
import { applyOverlays } from './overlays.ts';
import type { Installation, OperatorFailure, OperatorFinding, RenderedRelease } from './types.ts';

/** What every component of an installation renders. */
export interface RenderedInstallation {
  readonly kind: 'rendered';
  readonly releases: readonly RenderedRelease[];
  /** Of the overlays; those of the plan and of each chart are with them. */
  readonly findings: readonly OperatorFinding[];
}

/**
 * Renders the NetworkPolicies of an installation, overlays applied. A chart that fails makes istioctl render nothing at all: its failure is the answer.
 * Only the templates that have a part in a NetworkPolicy are followed, so other templates may stop istioctl besides.
 */
export function renderInstallation(installation: Installation): RenderedInstallation | OperatorFailure {
  const releases: RenderedRelease[] = [];
  const findings: OperatorFinding[] = [];
  for (const release of installation.releases) {
    const rendering = renderComponent(release);
    if (rendering.kind === 'failed') {
      const { message, help, path } = rendering;
      const failure = `helm render: render chart: ${message}`;
      return { kind: 'failed', code: 'PC3430', message: failure, panics: false, help, ...(path && { path }) };
    }
    if (rendering.kind === 'none') {
      releases.push({ release, rendering });
      continue;
    }
    const overlaid = applyOverlays(rendering.policy, release.overlays);
    if (overlaid.kind === 'failed') {
      const help = 'An overlay that takes the kind away from an object leaves nothing that can be installed.';
      const { message, overlay } = overlaid;
      return { kind: 'failed', code: 'PC3430', message, panics: false, help, path: overlay.path };
    }
    releases.push({ release, rendering, object: overlaid.object });
  }
  return { kind: 'rendered', releases, findings };
}
