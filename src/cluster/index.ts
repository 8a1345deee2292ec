export { compareAge } from './age.ts';
export {
  assumeAuthorizerAnswer,
  assumeHostAddress,
  assumeNamespaceLabel,
  assumePodAddress,
  assumePodNode,
} from './assume.ts';
export {
  attaches,
  authorizationPoliciesFor,
  requestAuthenticationsFor,
} from './attachment.ts';
export { buildCluster } from './build.ts';
export type * from './cluster.ts';
export {
  type Backend,
  type Endpoints,
  endpointsOf,
  podsOf,
  servicePortFor,
  servicePortsInto,
} from './endpoints.ts';
export type * from './input.ts';
export { type AddressOwner, ownerOfAddress } from './lookup.ts';
export { type Enrolment, type MeshTraces, membershipOf } from './membership.ts';
export { closestMisses, weighMiss } from './near-miss.ts';
export {
  type AddressBlock,
  addressFact,
  blockHolds,
  describeEnd,
  findException,
  holdsAddress,
  matchPortName,
  type PolicyHabits,
  portsNamed,
  readBlock,
} from './packet-end.ts';
export { portProtocolOf, protocolNameOf } from './port-protocol.ts';
export { type ReplaceablePolicy, replacePolicy } from './replace.ts';
export {
  countFailedRequirements,
  describeFailedRequirements,
  matchSelector,
  selectsLabels,
} from './selector.ts';
export { isDeclaredHttp, serviceHostFor } from './service-port.ts';
export { isOfIstio, isWaypoint, type WaypointChoice, waypointFor, waypointGatewayFor } from './waypoints.ts';
export {
  type AccountName,
  type AddressPrefix,
  type ConditionValues,
  type WorkloadClause,
  type WorkloadCondition,
  type WorkloadGroup,
  type WorkloadMatch,
  type WorkloadPolicy,
  workloadPolicyKey,
} from './workload-api.ts';
export { workloadOf } from './workload-of.ts';
