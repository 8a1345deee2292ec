export { istioctl } from './istioctl.ts';
export { type EnvoyLevel, envoyLevels, readEnvoyLevel } from './levels.ts';
export type { AdminAnswer, EnvoyAdmin, FoundPods, IstioctlOutput, IstioctlWorld, PodName } from './types.ts';
