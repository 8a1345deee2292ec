export {
  type Answer,
  findLab,
  type ImageEntry,
  type LabClient,
  type LabHandle,
  type LabOptions,
  LabStartError,
  labClient,
  listLabs,
  type StartedLab,
  startLab,
  stopLab,
} from './launch/index.ts';
