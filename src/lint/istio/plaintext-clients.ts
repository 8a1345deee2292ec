import {
  type AuthorizationPolicy,
  describeObject,
  listNames,
  type Request,
  type Verdict,
} from '../../model/index.ts';
import { effectiveMode } from '../../policy/peer-authentication/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Proof } from '../types.ts';
import { authorizationPolicies } from './policies.ts';
import { asksIdentity, fieldsOf, type RuleField } from './rule-fields.ts';
import { requestsFor } from './rule-requests.ts';
import { type Site, type SitePort, sitesWith } from './sites.ts';
import { bytesTo, isByRule, isDeniedByRule, outsideClient } from './witnesses.ts';

/**
 * Rules about who the client is, where a client may come in plain text and so be nobody: DENY rules that it escapes (PC3261), ALLOW rules with nothing but
 * exceptions that it satisfies (PC3262); and where mutual TLS is off, so that nobody is anybody (PC3263).
 */
export const plaintextClients: LintRule = {
  codes: ['PC3261', 'PC3262', 'PC3263'],
  *check(context) {
    for (const policy of authorizationPolicies(context.cluster)) {
      const fields = fieldsOf(policy).filter(asksIdentity);
      if (fields.length === 0) continue;
      const sites = sitesWith(context.cluster, policy).filter(
        ({ kind }) => kind === 'sidecar' || kind === 'ztunnel',
      );
      for (const [index, asking] of Map.groupBy(fields, ({ rule }) => rule)) {
        const finding = checkRule(context, policy, index, asking, sites);
        if (finding !== undefined) yield finding;
      }
    }
  },
};

function checkRule(
  context: LintContext,
  policy: AuthorizationPolicy,
  index: number,
  asking: readonly RuleField[],
  sites: readonly Site[],
): Finding | undefined {
  const off = whereOff(context, policy, asking, sites);
  if (off !== undefined) return off;
  const { action } = policy.spec;
  const positive = asking.find(({ negated }) => !negated);
  if (action === 'DENY' && positive !== undefined) return escapes(context, policy, index, positive, sites);
  if (action === 'ALLOW' && positive === undefined)
    return satisfies(context, policy, index, asking[0]!, sites);
  return undefined;
}

/** Sites and their ports at which mutual TLS is off. */
function whereOff(
  { cluster }: LintContext,
  policy: AuthorizationPolicy,
  asking: readonly RuleField[],
  sites: readonly Site[],
): Finding | undefined {
  const positive = asking.find(({ negated }) => !negated);
  const places = sites.filter(({ kind, ports }) => kind === 'sidecar' && ports.length > 0);
  const isOff = ({ pod }: Site, { number }: SitePort): boolean =>
    effectiveMode(cluster, pod, number).mode === 'DISABLE';
  if (positive === undefined || places.length === 0 || places.length < sites.length) return undefined;
  if (!places.every((site) => site.ports.every((port) => isOff(site, port)))) return undefined;
  const { decidedBy } = effectiveMode(cluster, places[0]!.pod, places[0]!.ports[0]!.number);
  return {
    code: 'PC3263',
    severity: policy.spec.action === 'DENY' ? 'error' : 'warning',
    message: `${describeObject(policy)}: ${positive.written} never matches at ${listNames(places.map(({ label }) => label))}, where mutual TLS is off`,
    object: policy,
    path: positive.path,
    ...(decidedBy !== undefined && {
      related: [{ message: 'turns mutual TLS off', object: decidedBy.policy, path: decidedBy.path }],
    }),
    help: 'Set PERMISSIVE or STRICT instead of DISABLE: without mutual TLS no client has an identity.',
    proof: {
      kind: 'never matches',
      reason: 'the mode is DISABLE: clients send plain text and come without identity',
    },
  };
}

/** A client that a DENY rule names passes when it leaves its proxy out. */
function escapes(
  context: LintContext,
  policy: AuthorizationPolicy,
  index: number,
  field: RuleField,
  sites: readonly Site[],
): Finding | undefined {
  const proof = firstProof(sites, (site, port) => {
    for (const request of [...requestsFor(context.cluster, site, port, policy, index)].slice(
      0,
      mostRequests,
    )) {
      if (!isDeniedByRule(policy, index, context.decide(request))) continue;
      const plain: Request = { ...request, principal: null };
      if (context.decide(plain).outcome !== 'allow') continue;
      return {
        kind: 'witness',
        witnesses: [
          context.witness(plain, 'plain text, past its own proxy'),
          context.witness(request, 'with the identity that the rule names'),
        ],
      };
    }
    return undefined;
  });
  if (proof === undefined) return undefined;
  return {
    code: 'PC3261',
    severity: 'warning',
    message: `${describeObject(policy)}: the clients that ${field.written} names escape rule ${index + 1} in plain text, which is not refused`,
    object: policy,
    path: field.path,
    help: 'Set STRICT for these pods by a PeerAuthentication, or turn the policy round: an ALLOW policy with those that may come.',
    proof,
  };
}

/** A client without identity satisfies a rule that only says who may not come. */
function satisfies(
  context: LintContext,
  policy: AuthorizationPolicy,
  index: number,
  field: RuleField,
  sites: readonly Site[],
): Finding | undefined {
  const isLetIn = (verdict: Verdict): boolean =>
    verdict.outcome === 'allow' && isByRule(policy, index, verdict);
  const proof = firstProof(sites, (site, port) => {
    for (const request of [...requestsFor(context.cluster, site, port, policy, index)].slice(
      0,
      mostRequests,
    )) {
      const plain: Request =
        request.source.kind === 'pod'
          ? { ...request, principal: null }
          : {
              ...bytesTo(site, port, outsideClient),
              ...(request.http && { http: request.http, jwt: 'none' }),
            };
      if (isLetIn(context.decide(plain)))
        return { kind: 'witness', witnesses: [context.witness(plain, 'plain text, no identity')] };
    }
    return undefined;
  });
  if (proof === undefined) return undefined;
  return {
    code: 'PC3262',
    severity: 'warning',
    message: `${describeObject(policy)}: rule ${index + 1} lets in whoever comes in plain text, for ${field.written} holds of a client without identity`,
    object: policy,
    path: field.path,
    help: 'Add principals: ["*"] to the same source, or set STRICT for these pods by a PeerAuthentication.',
    proof,
  };
}

const mostSites = 5;
const mostRequests = 8;

function firstProof(
  sites: readonly Site[],
  prove: (site: Site, port: SitePort) => Proof | undefined,
): Proof | undefined {
  for (const site of sites.slice(0, mostSites)) {
    for (const port of site.ports) {
      const proof = prove(site, port);
      if (proof !== undefined) return proof;
    }
  }
  return undefined;
}
