import type { Cluster } from '../cluster/index.ts';
import { suggestName } from '../manifest/index.ts';
import {
  describeObject,
  type FieldPath,
  formatPath,
  type KindedObject,
  qualifiedName,
  type Step,
} from '../model/index.ts';
import type { Problem } from './results.ts';

/** A policy as a test names it: `NetworkPolicy shop/db`, `shop/db`, `db`, each with a field behind it or not, or Envoy's key of a rule. */
interface PolicyName {
  readonly kind: string | undefined;
  /** With or without its namespace. */
  readonly name: string;
  /** `spec.ingress[0]`; undefined = any. */
  readonly path: string | undefined;
}

/** A policy that a step speaks of, and the field in it where it is one rule. */
interface Mention {
  readonly policy: KindedObject;
  readonly path?: FieldPath;
}

/** A problem where no policy of the cluster has the name, with the nearest one that is there. */
export function findPolicyFault(cluster: Cluster, text: string): Problem | undefined {
  const wanted = readPolicyName(text);
  const policies = policiesOf(cluster);
  if (policies.some((policy) => isCalled(policy, wanted))) return undefined;
  const isFull = wanted.name.includes('/');
  const names = new Map(
    policies.map((policy) => [isFull ? qualifiedName(policy) : policy.metadata.name, policy]),
  );
  const keys = [...names.keys()];
  const meant = suggestName(wanted.name, keys) ?? keys.find((name) => name.includes(wanted.name));
  const near = meant === undefined ? undefined : names.get(meant);
  return {
    problem: `no policy ${text} in the manifests`,
    details: near === undefined ? [] : [`did you mean ${describeObject(near)}?`],
  };
}

/** Does the step rest on the policy or rule of this name? */
export function mentions(step: Step, text: string): boolean {
  const wanted = readPolicyName(text);
  return mentionsOf(step).some(
    ({ policy, path }) =>
      isCalled(policy, wanted) &&
      (wanted.path === undefined || (path !== undefined && formatPath(path) === wanted.path)),
  );
}

/** The policies and rules that a step rests on, by name; empty where no policy speaks. */
export function namePolicies(step: Step): string {
  return mentionsOf(step)
    .map(({ policy, path }) => `${describeObject(policy)}${path === undefined ? '' : ` ${formatPath(path)}`}`)
    .join(', ');
}

function readPolicyName(text: string): PolicyName {
  const key = /^ns\[(.*)\]-policy\[(.*)\]-rule\[(\d+)\]$/.exec(text);
  if (key !== null) {
    const [, namespace = '', name = '', index = ''] = key;
    return { kind: 'AuthorizationPolicy', name: `${namespace}/${name}`, path: `spec.rules[${index}]` };
  }
  const words = text.trim().split(/\s+/);
  const kind = words.length > 1 && /^[A-Z]/.test(words[0]!) ? words.shift() : undefined;
  return { kind, name: words[0] ?? '', path: words[1] };
}

function isCalled(policy: KindedObject, { kind, name }: PolicyName): boolean {
  if (kind !== undefined && policy.kind !== kind) return false;
  return qualifiedName(policy) === name || policy.metadata.name === name;
}

function mentionsOf({ because: reason }: Step): readonly Mention[] {
  switch (reason.kind) {
    case 'matched rule':
    case 'authorizer':
    case 'bad authorizer':
      return [reason.rule];
    case 'isolated, nothing matched':
      return reason.policies.map((policy) => ({ policy }));
    case 'tls':
      return [reason.decidedBy, reason.client].filter((rule) => rule !== undefined);
    case 'token':
      return reason.rule === undefined ? [] : [reason.rule];
    default:
      return [];
  }
}

function policiesOf({ policies }: Cluster): readonly KindedObject[] {
  const { network, authorization, peerAuthentication, requestAuthentication } = policies;
  const byNamespace = [network, authorization, peerAuthentication, requestAuthentication];
  return [
    ...byNamespace.flatMap((map): readonly KindedObject[] => [...map.values()].flat()),
    ...policies.admin,
    ...policies.destinationRules,
  ];
}
