export { answerLogging } from './answer-logging.ts';
export { istioctl } from './istioctl.ts';
export type { EnvoyLevel } from './levels.ts';
export { createLoggers, type Loggers, type LogSettings } from './loggers.ts';
export type { AdminAnswer, EnvoyAdmin, FoundPods, IstioctlOutput, IstioctlWorld, PodName } from './types.ts';
