export { type ApplyRequest, applyObject, isApply } from './apply-object.ts';
export { type TrackRequest, trackUpdate } from './tracked.ts';
