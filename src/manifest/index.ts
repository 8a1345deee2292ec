export { editDistance, suggestName } from './kit/index.ts';
export type { Manifests, ReadOptions, RejectedObject } from './manifests.ts';
export { type ServerAnswer, validateNetworkPolicyText } from './network-policy-server.ts';
export * from './own-file/index.ts';
export { readManifests } from './read.ts';
