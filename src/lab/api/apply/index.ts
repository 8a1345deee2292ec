export { type ApplyRequest, applyObject, isApply } from './apply-object.ts';
export { type TrackRequest, trackWrite } from './tracked.ts';
