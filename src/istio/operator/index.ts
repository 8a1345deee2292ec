export {
  type Departure,
  type InstalledPolicy,
  installedPolicies,
  type Leaving,
  type LeftBehind,
  whatIstioctlLeaves,
} from './leaves.ts';
export { applyOverlays, type Overlaid, type OverlayProblem } from './overlays.ts';
export { installLabels, operatorLabels } from './owner-labels.ts';
export { type InstallationInput, planInstallation } from './plan.ts';
export { installationProfiles } from './profiles.ts';
export { isOperator, readOperator } from './read-operator.ts';
export { type RenderedInstallation, renderInstallation } from './render-installation.ts';
export type * from './types.ts';
