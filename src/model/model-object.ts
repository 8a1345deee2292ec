import type { AdminTierPolicy } from './admin-policy.ts';
import type {
  AuthorizationPolicy,
  DestinationRule,
  Gateway,
  GatewayClass,
  PeerAuthentication,
  RequestAuthentication,
  ServiceEntry,
} from './istio.ts';
import type { NetworkPolicy } from './network-policy.ts';
import type { EndpointSlice, Namespace, Node, Pod, PodOwner, Service, ServiceAccount } from './workload.ts';

/** Every kind that Portcullis reads. */
export type ModelObject =
  | Namespace
  | Node
  | Pod
  | PodOwner
  | Service
  | ServiceAccount
  | EndpointSlice
  | NetworkPolicy
  | AdminTierPolicy
  | AuthorizationPolicy
  | PeerAuthentication
  | RequestAuthentication
  | DestinationRule
  | ServiceEntry
  | Gateway
  | GatewayClass;
