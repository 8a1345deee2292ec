import type { Cluster } from '../../cluster/index.ts';
import { type AuthorizationPolicy, describeObject, type FieldPath, formatPath } from '../../model/index.ts';
import type { Condition } from '../../policy/authorization/index.ts';
import { findWitness, type Universe } from '../../reach/index.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { identityFieldsOf } from './identity-samples.ts';
import { authorizationPolicies } from './policies.ts';
import { fieldsOf } from './rule-fields.ts';
import { type Alternative, alternativesOf, isOfRequest, ruleOf } from './rule-requests.ts';
import { requestsIn, type World, worldsFor } from './rule-worlds.ts';

/** Rules, and entries of `from` and `to`, whose conditions no request can satisfy together though each of them can be satisfied. */
export const contradictions: LintRule = {
  codes: ['PC3211'],
  *check({ cluster }) {
    const universe = anyToken(cluster);
    for (const policy of authorizationPolicies(cluster)) {
      for (const index of policy.spec.rules.keys()) {
        const alternatives = alternativesOf(ruleOf(cluster, policy, index) ?? { from: [], to: [], when: [] });
        if (alternatives.length > mostAlternatives) continue;
        yield* checkRule({ cluster, universe, policy, index }, alternatives);
      }
    }
  },
};

const mostAlternatives = 64;

interface Place {
  readonly cluster: Cluster;
  readonly universe: Universe;
  readonly policy: AuthorizationPolicy;
  readonly index: number;
}

/** Requests with a token of any issuer: whether one is read somewhere is another question. */
function anyToken(cluster: Cluster): Universe {
  const { mesh } = cluster;
  const [policy] = authorizationPolicies(cluster);
  if (policy === undefined) return { mesh, jwtRules: [] };
  const rule = {
    issuer: '',
    audiences: [],
    fromHeaders: [],
    fromParams: [],
    fromCookies: [],
    spaceDelimitedClaims: [],
    forwardOriginalToken: true,
    outputClaimToHeaders: [],
  };
  return { mesh, jwtRules: [{ rule, reference: { policy, path: [] } }] };
}

function* checkRule(place: Place, alternatives: readonly Alternative[]): Iterable<Finding> {
  const { cluster, policy, index } = place;
  const fields = fieldsOf(policy).filter(({ rule }) => rule === index);
  const worlds = worldsFor({
    alternatives: [alternatives],
    fields: identityFieldsOf(fields, policy.metadata.namespace),
    trustDomain: cluster.mesh.trustDomain,
    ports: [1],
  });
  if (worlds === undefined) return;
  const dead = alternatives.filter((alternative) => !canHold(place.universe, worlds, alternative));
  if (dead.length === 0) return;
  const path: FieldPath = ['spec', 'rules', index];
  if (dead.length === alternatives.length) {
    const finding = describe(place, worlds, dead[0]!, path, 'rule');
    if (finding !== undefined) yield finding;
    return;
  }
  for (const [entry, own] of Map.groupBy(alternatives.flatMap(entriesOf), ({ at }) => formatPath(at))) {
    if (entry === '' || own.some(({ alternative }) => !dead.includes(alternative))) continue;
    const { alternative, at } = own[0]!;
    const finding = describe(place, worlds, alternative, at, `entry of ${at[3]}`);
    if (finding !== undefined) yield finding;
  }
}

/** The entries of `from` and `to` that an alternative is made of. */
function entriesOf(
  alternative: Alternative,
): readonly { readonly alternative: Alternative; readonly at: FieldPath }[] {
  const paths = [...alternative.connection, ...alternative.request]
    .map(({ path }) => path.slice(0, 5))
    .filter((path) => path[3] === 'from' || path[3] === 'to');
  return [...new Map(paths.map((path) => [formatPath(path), path])).values()].map((at) => ({
    alternative,
    at,
  }));
}

function canHold(universe: Universe, worlds: readonly World[], alternative: Alternative): boolean {
  return worlds.some((world) => {
    const [request] = requestsIn([alternative], world);
    return request !== undefined && findWitness([{ any: [request], none: [] }], universe) !== undefined;
  });
}

/** undefined where one condition alone cannot hold: other rules have more to say of that. */
function describe(
  { universe, policy, index }: Place,
  worlds: readonly World[],
  { connection, request }: Alternative,
  path: FieldPath,
  what: string,
): Finding | undefined {
  const conditions = [...connection, ...request];
  const holds = (...some: readonly Condition[]): boolean =>
    canHold(universe, worlds, {
      connection: some.filter((each) => !isOfRequest(each)),
      request: some.filter(isOfRequest),
    });
  if (conditions.some((condition) => !holds(condition))) return undefined;
  const pairs = conditions.flatMap((a, i) => conditions.slice(i + 1).map((b) => [a, b] as const));
  const pair = pairs.find(([a, b]) => !holds(a, b));
  const name = what === 'rule' ? `rule ${index + 1}` : `an ${what} in rule ${index + 1}`;
  const reason =
    pair === undefined
      ? 'each of its conditions can hold, but no request satisfies all of them'
      : `nothing satisfies both ${wordsOf(pair[0])} and ${wordsOf(pair[1])}`;
  // On a TCP port a rule of any action but ALLOW loses what it asks of HTTP, and so its contradiction.
  const left = policy.spec.action !== 'ALLOW' && holds(...connection);
  const never = left ? 'can never match an HTTP request' : 'can never match';
  return {
    code: 'PC3211',
    severity: 'warning',
    message: `${describeObject(policy)}: ${name} ${never}, for its conditions exclude one another`,
    object: policy,
    path: pair === undefined ? path : pair[1].path,
    ...(pair !== undefined && { related: [{ message: 'excludes it', path: pair[0].path }] }),
    help: 'Conditions of one entry must hold together, and so must from, to and when. What is meant as either-or needs entries or rules of its own.',
    proof: { kind: 'never matches', reason },
  };
}

function wordsOf({ path, values }: Condition): string {
  const last = path.at(-1)!;
  const name =
    last === 'values' || last === 'notValues' ? `${path.at(-3)}[${path.at(-2)}].${last}` : `${last}`;
  return `${name} ${JSON.stringify(values).replaceAll(',', ', ')}`;
}
