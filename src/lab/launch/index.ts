export { type Answer, type LabClient, labClient } from './client.ts';
export { findLab, listLabs } from './find.ts';
export {
  type EnvoyProgram,
  type EnvoySearch,
  envoyVersion,
  findEnvoy,
  oldestEnvoy,
  userEnvoyFolder,
} from './find-envoy.ts';
export {
  type ImageEntry,
  type LabHandle,
  type LabOptions,
  type LabRecord,
  labDirectory,
  type ProxyChoice,
} from './options.ts';
export { LabStartError, type StartedLab, type StartMessage, startLab } from './start.ts';
export { stopLab } from './stop.ts';
export { systemPath } from './system-path.ts';
export { unshareFlags } from './unshare-flags.ts';
