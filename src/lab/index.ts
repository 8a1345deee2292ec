export { type Answer, type LabClient, labClient } from './client.ts';
export { findLab, listLabs } from './find.ts';
export type { ImageEntry, LabHandle, LabOptions } from './options.ts';
export { LabStartError, type StartedLab, startLab } from './start.ts';
export { stopLab } from './stop.ts';
