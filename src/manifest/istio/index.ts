import type { Decoder } from '../kit/index.ts';
import { destinationRuleDecoder } from './destination-rule.ts';
import { authorizationDecoder, peerDecoder, requestDecoder } from './security-kinds.ts';
import { serviceEntryDecoder } from './service-entry.ts';

export { readMeshConfig, readMeshConfigMap } from './mesh-config.ts';
export { type IstioVerdict, validateIstioObject } from './validate.ts';

/** Istio's kinds that decide about traffic. */
export const istioDecoders: readonly Decoder[] = [
  authorizationDecoder,
  peerDecoder,
  requestDecoder,
  destinationRuleDecoder,
  serviceEntryDecoder,
];
