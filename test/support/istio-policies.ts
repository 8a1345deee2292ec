import { type Cluster, compareAge } from '../../src/cluster/index.ts';
import {
  type AuthorizationPolicy,
  defaultMesh,
  type JwtRule,
  type KindedObject,
  type Labels,
  type MeshSettings,
  type MutualTlsMode,
  type PeerAuthentication,
  type RequestAuthentication,
} from '../../src/model/index.ts';

const source = { name: 'policies.yaml', text: '' };

function meta(kind: string, at: string, extra: Partial<KindedObject['metadata']> = {}): KindedObject {
  const [namespace = '', name = ''] = at.split('/');
  return {
    apiVersion: 'security.istio.io/v1',
    kind,
    metadata: { namespace, name, labels: {}, annotations: {}, ...extra },
    origin: { source, start: 0, end: 0, locate: () => ({ source, start: 0, end: 0 }) },
  };
}

/** An AuthorizationPolicy `at` NAMESPACE/NAME; `spec` over an ALLOW policy without selector, targetRefs or rules. */
export function authorizationPolicy(
  at: string,
  spec: Partial<AuthorizationPolicy['spec']> = {},
  annotations: Labels = {},
): AuthorizationPolicy {
  const base = meta('AuthorizationPolicy', at, { annotations });
  return {
    ...base,
    kind: 'AuthorizationPolicy',
    spec: { action: 'ALLOW', targetRefs: [], rules: [], ...spec },
  };
}

/** A PeerAuthentication; `age` is a creation time in seconds of 2024-01-01, for the order in which the oldest wins. */
export function peerAuthentication(
  at: string,
  mode: MutualTlsMode,
  options: {
    readonly selector?: Labels;
    readonly ports?: Readonly<Record<number, MutualTlsMode>>;
    readonly age?: number;
  } = {},
): PeerAuthentication {
  const { selector, ports = {}, age = 0 } = options;
  const creationTimestamp = new Date(Date.UTC(2024, 0, 1) + age * 1000).toISOString();
  return {
    ...meta('PeerAuthentication', at, { creationTimestamp }),
    kind: 'PeerAuthentication',
    spec: {
      ...(selector === undefined ? {} : { selector: { matchLabels: selector } }),
      mode,
      portLevel: new Map(Object.entries(ports).map(([port, portMode]) => [Number(port), portMode])),
    },
  };
}

/** A RequestAuthentication without rules. */
export function requestAuthentication(
  at: string,
  spec: Partial<RequestAuthentication['spec']> = {},
): RequestAuthentication {
  const base = meta('RequestAuthentication', at);
  return { ...base, kind: 'RequestAuthentication', spec: { targetRefs: [], jwtRules: [], ...spec } };
}

/** A rule of a RequestAuthentication; what is left out is empty. */
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

/** The parts of a cluster that Istio's policies are judged by: these policies, in any order. */
export function policyCluster(
  objects: readonly (AuthorizationPolicy | PeerAuthentication | RequestAuthentication)[],
  mesh: MeshSettings = {},
): Pick<Cluster, 'policies' | 'mesh'> {
  const sorted = objects.toSorted(compareAge);
  return {
    mesh: { ...defaultMesh, ...mesh },
    policies: {
      network: new Map(),
      admin: [],
      authorization: byNamespace(sorted.filter((object) => object.kind === 'AuthorizationPolicy')),
      peerAuthentication: byNamespace(sorted.filter((object) => object.kind === 'PeerAuthentication')),
      requestAuthentication: byNamespace(sorted.filter((object) => object.kind === 'RequestAuthentication')),
      destinationRules: [],
    },
  };
}

function byNamespace<T extends KindedObject>(objects: readonly T[]): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(objects, (object) => object.metadata.namespace);
}
