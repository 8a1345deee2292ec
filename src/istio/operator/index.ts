export {
  type Departure,
  type InstalledPolicy,
  installedPolicies,
  type Leaving,
  type LeftBehind,
  whatIstioctlLeaves,
} from './leaves.ts';
export type { Overlaid, OverlayProblem } from './overlays.ts';
export { type InstallationInput, planInstallation } from './plan.ts';
export { isOperator, readOperator } from './read-operator.ts';
export { type RenderedInstallation, renderInstallation } from './render-installation.ts';
export type * from './types.ts';
export { operatorPlaces } from './value-places.ts';
