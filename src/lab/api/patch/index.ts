export { acceptedPatches, type PatchRequest, patchObject } from './patch-object.ts';
