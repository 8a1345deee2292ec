import {
  attaches,
  authorizationPoliciesFor,
  type PolicyTarget,
  requestAuthenticationsFor,
} from '../../../src/cluster/index.ts';
import { type AuthorizationPolicy, qualifiedName } from '../../../src/model/index.ts';
import { compared } from '../diff.ts';
import type { CaseResult, Format } from '../format.ts';
import { buildLeniently, readLeniently } from '../lenient.ts';

interface FileTarget {
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly waypoint?: boolean;
  readonly rootNamespace?: string;
  readonly services?: PolicyTarget['services'];
}

interface Case {
  readonly name: string;
  readonly workload: FileTarget;
  readonly selectorPoliciesOnGateways?: boolean;
}

interface MatcherCase extends Case {
  readonly policy: { readonly metadata: Readonly<Record<string, unknown>>; readonly spec?: unknown };
  readonly expect: boolean;
}

interface ListCase extends Case {
  /** A list, or the name of one under `objectSets`. */
  readonly objects: string | readonly unknown[];
  readonly expect: unknown;
}

interface File {
  readonly matcher?: readonly MatcherCase[];
  readonly authorizationPolicies?: readonly ListCase[];
  readonly requestAuthentication?: readonly ListCase[];
  readonly objectSets?: Readonly<Record<string, readonly unknown[]>>;
}

const rootNamespace = 'istio-config';

/** Upstream's tables of which policies attach to which workloads. */
export const policyAttachment: Format = {
  name: 'policy attachment',
  recognises: (data) =>
    'requestAuthentication' in data || 'authorizationPolicies' in data || 'matcher' in data,
  *run(data) {
    const {
      matcher = [],
      authorizationPolicies = [],
      requestAuthentication = [],
      objectSets = {},
    } = data as File;
    for (const one of matcher) yield checkMatcher(one);
    for (const one of authorizationPolicies) yield checkAuthorization(one, objectsOf(one, objectSets));
    for (const one of requestAuthentication) yield checkRequest(one, objectsOf(one, objectSets));
  },
};

function checkMatcher({
  name,
  workload,
  policy,
  selectorPoliciesOnGateways = true,
  expect,
}: MatcherCase): CaseResult {
  const object = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', spec: {}, ...policy };
  const mesh = { rootNamespace: workload.rootNamespace ?? '', selectorPoliciesOnGateways };
  const [read] = readLeniently([object]);
  return compared(
    `matcher: ${name}`,
    expect,
    attaches(mesh, read as AuthorizationPolicy, targetOf(workload)),
  );
}

function checkAuthorization(one: ListCase, objects: readonly unknown[]): CaseResult {
  const cluster = buildLeniently(objects, meshOf(one));
  const policies = authorizationPoliciesFor(cluster, targetOf(one.workload));
  const actions = new Set(policies.map((policy) => policy.spec.action));
  const got = [...actions].map((action) => [
    action,
    policies.filter((policy) => policy.spec.action === action).map(qualifiedName),
  ]);
  return compared(`authorizationPolicies: ${one.name}`, one.expect, Object.fromEntries(got));
}

function checkRequest(one: ListCase, objects: readonly unknown[]): CaseResult {
  const cluster = buildLeniently(objects, meshOf(one));
  const got = requestAuthenticationsFor(cluster, targetOf(one.workload)).map(qualifiedName);
  return compared(`requestAuthentication: ${one.name}`, one.expect, got);
}

function meshOf({ selectorPoliciesOnGateways = true }: Case): {
  rootNamespace: string;
  selectorPoliciesOnGateways: boolean;
} {
  return { rootNamespace, selectorPoliciesOnGateways };
}

function targetOf({ namespace, labels, waypoint = false, services = [] }: FileTarget): PolicyTarget {
  return { namespace, labels: labels ?? {}, waypoint, services };
}

function objectsOf({ objects }: ListCase, sets: NonNullable<File['objectSets']>): readonly unknown[] {
  return typeof objects === 'string' ? (sets[objects] ?? []) : objects;
}
