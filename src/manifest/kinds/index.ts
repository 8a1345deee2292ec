import type { ModelObject } from '../../model/index.ts';
import type { Decoder } from '../kit/index.ts';
import { adminPolicyDecoders } from './admin-policy.ts';
import { endpointSliceDecoder } from './endpoint-slice.ts';
import { gatewayClassDecoder, gatewayDecoder } from './gateway.ts';
import { networkPolicyDecoder } from './network-policy.ts';
import { podDecoder } from './pod.ts';
import { podOwnerDecoders } from './pod-owner.ts';
import { serviceDecoder } from './service.ts';
import { namespaceDecoder, nodeDecoder, serviceAccountDecoder } from './simple.ts';

/** How every kind of Kubernetes and of the Gateway API that Portcullis knows is read. */
export const kubernetesDecoders: readonly Decoder<ModelObject>[] = [
  namespaceDecoder,
  nodeDecoder,
  podDecoder,
  ...podOwnerDecoders,
  serviceDecoder,
  serviceAccountDecoder,
  endpointSliceDecoder,
  networkPolicyDecoder,
  ...adminPolicyDecoders,
  gatewayDecoder,
  gatewayClassDecoder,
];
