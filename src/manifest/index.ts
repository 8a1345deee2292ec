export { identifyBrokenPiece } from './broken-piece.ts';
export { type IstioVerdict, validateIstioObject } from './istio/index.ts';
export { type Decoder, editDistance, type Problem, suggestName } from './kit/index.ts';
export type { Manifests, ReadOptions, RejectedObject } from './manifests.ts';
export { type ServerAnswer, validateNetworkPolicyText } from './network-policy-server.ts';
export { readManifests } from './read.ts';
export { yamlCodes, yamlDiagnostic } from './yaml-diagnostics.ts';
