export { findDecodeError, type GoTypes } from './go-type-error.ts';
export { type IstioVerdict, validateIstioObject } from './istio/index.ts';
export { withRepeats } from './json-repeats.ts';
export {
  checkShape,
  editDistance,
  type Shape,
  type ShapeProblem,
  type Struct,
  suggestName,
} from './kit/index.ts';
export type { Manifests, ReadOptions, RejectedObject } from './manifests.ts';
export { type ServerAnswer, validateNetworkPolicyText } from './network-policy-server.ts';
export * from './own-file/index.ts';
export { type PlainObject, readPlainObjects } from './plain-objects.ts';
export { readManifests } from './read.ts';
export { jsonStrictErrors, yamlStrictErrors } from './strict-errors.ts';
export {
  causeTypes,
  dnsLabelErrors,
  type FieldError,
  fieldErrorText,
  portNameErrors,
  subdomainErrors,
  validateMetadata,
  validateSelector,
} from './validation/index.ts';
export { yamlDiagnostic } from './yaml-diagnostics.ts';
