import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import type { AuthorizationPolicy, KindedObject, Request, Verdict } from '../../model/index.ts';
import {
  authorizationFilters,
  type Chain,
  type Condition,
  conditionHolds,
  findMatch,
  type PreparedRule,
  type RuleSet,
  type Subject,
} from '../../policy/authorization/index.ts';
import { isBadRequest, receiveRequest } from '../../policy/http/index.ts';
import { jwtRulesFor } from '../../policy/request-authentication/index.ts';
import {
  type Inbound,
  inboundOf,
  judgeTokens,
  legsOf,
  podEnd,
  resolveEnd,
  shakeHands,
  type Target,
  withTokenHeaders,
} from '../../verdict/index.ts';
import type { Cell, ConditionCount } from './types.ts';

/** Counts by what was asked: `DENY`, `source.notPrincipals`, `when request.headers[x]`; on a TCP chain with ` (TCP)` behind it. */
export type ConditionTally = Map<string, ConditionCount>;

/** Counts which conditions of the AuthorizationPolicies at a request's receiving sidecar it meets and which not, where it comes as far as that. */
export function addConditions(tally: ConditionTally, cluster: Cluster, cell: Cell, verdict: Verdict): void {
  const subject = subjectOf(cluster, cell, verdict);
  if (subject === undefined) return;
  const { pod } = subject;
  const chain: Chain = subject.at.request === undefined ? 'TCP' : 'HTTP';
  const { CUSTOM, AUDIT, DENY, ALLOW } = authorizationFilters(cluster, pod.policyTarget, chain);
  const sets = [...CUSTOM.map(({ rules }) => rules)];
  for (const filter of [AUDIT, DENY, ALLOW]) sets.push(...present([filter?.enforced, filter?.dryRun]));
  const add = (name: string, holds: boolean): void => {
    const key = chain === 'TCP' ? `${name} (TCP)` : name;
    const { held, failed } = tally.get(key) ?? { held: 0, failed: 0 };
    tally.set(key, { held: held + (holds ? 1 : 0), failed: failed + (holds ? 0 : 1) });
  };
  for (const set of sets) addSet(set, subject.at, add);
}

function present<T>(list: readonly (T | undefined)[]): readonly T[] {
  return list.filter((each) => each !== undefined);
}

function addSet(set: RuleSet, subject: Subject, add: (name: string, holds: boolean) => void): void {
  for (const rule of set.rules) {
    const one = findMatch({ policies: set.policies, rules: [rule], missing: [] }, subject);
    add(actionOf(rule), one.kind === 'matched');
    const { from, to, when } = rule.rule;
    for (const condition of [...from.flat(), ...to.flat(), ...when]) {
      const truth = conditionHolds(condition, subject);
      if (typeof truth === 'boolean') add(nameOf(rule, condition), truth);
    }
  }
}

/** `DENY`, `ALLOW (dry run)`. */
function actionOf({ reference: { action = '', policy } }: PreparedRule): string {
  return policy.metadata.annotations?.['istio.io/dry-run'] === 'true' ? `${action} (dry run)` : action;
}

/** `source.notPrincipals`, `operation.paths`, `when source.ip`, `when not source.ip`. */
function nameOf({ reference }: PreparedRule, { path, negated }: Condition): string {
  const [, , rule, part, index] = path;
  if (part !== 'when') return path.slice(-2).join('.');
  const { spec } = reference.policy as KindedObject as AuthorizationPolicy;
  const { key } = spec.rules[rule as number]!.when[index as number]!;
  return `when ${negated ? 'not ' : ''}${key}`;
}

/** What the filters of the receiving sidecar see of a request; undefined where it does not come as far. */
function subjectOf(
  cluster: Cluster,
  { request, to }: Cell,
  verdict: Verdict,
): { readonly at: Subject; readonly pod: ClusterPod } | undefined {
  const arrives = verdict.steps.some(
    ({ layer, at, afterDecision }) =>
      layer === 'authorization' && at.kind === 'sidecar' && at.pod === to && afterDecision !== true,
  );
  const pod = cluster.pods.get(to);
  if (!arrives || pod === undefined) return undefined;
  const target = targetOf(pod, request, verdict);
  const [leg] = legsOf(cluster, request, resolveEnd(cluster, request.source), target);
  const inbound = inboundOf(request, leg!, pod, target);
  const { chain, identity, because } = shakeHands(cluster, inbound);
  if (chain === undefined) return undefined;
  const proxied = chain === 'TCP' ? undefined : proxiedOf(cluster, inbound, identity);
  if (chain === 'HTTP' && proxied === undefined) return undefined;
  const { sourceAddress, destinationAddress, destinationPort } = inbound;
  const sni = because.transport === 'plaintext' ? undefined : (inbound.request.sni ?? undefined);
  const connection: Subject['connection'] = {
    identity,
    sourceAddress,
    destinationAddress,
    destinationPort,
    sni,
  };
  return { pod, at: { connection, request: proxied, metadataOpen: false } };
}

/** Where a verdict found that the request goes. */
function targetOf(pod: ClusterPod, { port, protocol }: Request, { steps }: Verdict): Target {
  const resolved = steps.map(({ because }) => because).find(({ kind }) => kind === 'resolved');
  const end = podEnd(pod);
  if (resolved?.kind !== 'resolved')
    return { end, port: Number(port), protocol, service: undefined, servicePort: undefined };
  const service = pod.services.find(
    ({ metadata: { namespace, name } }) =>
      namespace === resolved.service.metadata.namespace && name === resolved.service.metadata.name,
  );
  const servicePort = service?.spec.ports.find((each) => each.port === resolved.port);
  return { end, port: resolved.targetPort, protocol, service, servicePort };
}

/** A request behind the token filter; undefined where it is refused before. */
function proxiedOf(cluster: Cluster, inbound: Inbound, identity: string | undefined): Subject['request'] {
  const { request, sourceAddress, target, fromSidecar = false } = inbound;
  if (request.http === undefined) return undefined;
  const http = withTokenHeaders(request.http, request.jwt);
  const received = receiveRequest(http, true, cluster.mesh, {
    peerAddress: sourceAddress,
    identity,
    ownIdentity: undefined,
    gateway: false,
    fromSidecar,
  });
  if (isBadRequest(received)) return undefined;
  const { result, request: judged } = judgeTokens(
    jwtRulesFor(cluster, target),
    request.http,
    request,
    received,
  );
  return result.outcome === 'deny' ? undefined : judged;
}
