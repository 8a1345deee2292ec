import { buildCluster, type Cluster, type PolicyTarget } from '../../src/cluster/index.ts';
import type {
  AuthorizationPolicy,
  JwtRule,
  MeshSettings,
  ModelObject,
  Origin,
  RequestAuthentication,
} from '../../src/model/index.ts';

const source = { name: 'test.yaml', text: '' };
const origin: Origin = { source, start: 0, end: 0, locate: () => ({ source, start: 0, end: 0 }) };

/** The namespace of every object made here, and of the workload. */
export const namespace = 'foo';

/** The workload that all policies of these tests attach to. */
export const target: PolicyTarget = { namespace, labels: {}, waypoint: false, services: [] };

/** An AuthorizationPolicy; what is left out of the spec is as Istio's defaults. */
export function authorizationPolicy(
  name: string,
  spec: Partial<AuthorizationPolicy['spec']>,
  annotations: Readonly<Record<string, string>> = {},
): AuthorizationPolicy {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace, labels: {}, annotations },
    origin,
    spec: { targetRefs: [], action: 'ALLOW', rules: [], ...spec },
  };
}

/** A RequestAuthentication with these rules. */
export function requestAuthentication(
  name: string,
  jwtRules: readonly Partial<JwtRule>[],
): RequestAuthentication {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'RequestAuthentication',
    metadata: { name, namespace, labels: {}, annotations: {} },
    origin,
    spec: { targetRefs: [], jwtRules: jwtRules.map(jwtRule) },
  };
}

/** A JWT rule; what is left out is empty. */
export function jwtRule(rule: Partial<JwtRule>): JwtRule {
  return {
    issuer: '',
    audiences: [],
    fromHeaders: [],
    fromParams: [],
    fromCookies: [],
    spaceDelimitedClaims: [],
    forwardOriginalToken: false,
    outputClaimToHeaders: [],
    ...rule,
  };
}

/** A cluster of nothing but these objects. */
export function clusterWith(objects: readonly ModelObject[], mesh: MeshSettings = {}): Cluster {
  return buildCluster({ objects, foreign: [], rejected: [] }, { mesh });
}
