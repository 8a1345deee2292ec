import { type Cluster, waypointFor } from '../../cluster/index.ts';
import {
  type AuthorizationPolicy,
  describeObject,
  listNames,
  type PolicyNote,
  type Request,
  type Verdict,
} from '../../model/index.ts';
import { convertForZtunnel, ztunnelNotes } from '../../policy/authorization/index.ts';
import { findWitness as findRequest } from '../../reach/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Proof, Witness } from '../types.ts';
import { clientsFor } from './rule-clients.ts';
import { asksRequest, fieldsOf } from './rule-fields.ts';
import { alternativesOf, requestsFor, ruleOf, universeAt } from './rule-requests.ts';
import { type Site, sitesOf } from './sites.ts';
import { findWitness, httpTo, isDeniedByRule, isRefusedByIstio } from './witnesses.ts';

/**
 * Policies of ambient pods that their ztunnel has not, or not as they were written: DENY rules about HTTP without effect (PC3243), ALLOW rules about HTTP
 * left out (PC3244), DENY rules that lose their HTTP part and deny more (PC3245), and policies that ztunnel never gets (PC3246).
 */
export const ztunnelPolicies: LintRule = {
  codes: ['PC3243', 'PC3244', 'PC3245', 'PC3246'],
  *check(context) {
    for (const { note, sites } of notesByPolicy(context.cluster)) yield* checkNote(context, note, sites);
  },
};

interface Noted {
  readonly note: PolicyNote;
  readonly sites: Site[];
}

function notesByPolicy(cluster: Cluster): Iterable<Noted> {
  const found = new Map<AuthorizationPolicy, Noted>();
  for (const site of sitesOf(cluster)) {
    if (site.kind !== 'ztunnel') continue;
    for (const note of ztunnelNotes(cluster, site.pod)) {
      if (note.why === 'targetRefs' || note.why === 'trustDomains ignored') continue;
      const policy = note.policy as AuthorizationPolicy;
      const known = found.get(policy);
      if (known === undefined) found.set(policy, { note, sites: [site] });
      else known.sites.push(site);
    }
  }
  return found.values();
}

function checkNote(context: LintContext, note: PolicyNote, sites: readonly Site[]): Iterable<Finding> {
  const policy = note.policy as AuthorizationPolicy;
  switch (note.why) {
    case 'HTTP rules omitted':
    case 'enforced without HTTP attributes':
    case 'no effect without HTTP attributes':
      return checkRules(context, policy, sites);
    case 'dry run':
    case 'action':
    case 'selector without labels':
      return [neverSent(policy, note.why, sites)];
    default:
      return [];
  }
}

function neverSent(
  policy: AuthorizationPolicy,
  why: 'dry run' | 'action' | 'selector without labels',
  sites: readonly Site[],
): Finding {
  const names = listNames(sites.map(({ label }) => label));
  const { action } = policy.spec;
  const reasons = {
    'dry run':
      'istiod sends policies with the dry-run annotation to ztunnel only where AMBIENT_ENABLE_DRY_RUN_AUTHORIZATION_POLICY is set',
    action: `ztunnel knows no action ${action}`,
    'selector without labels':
      'istiod lists a policy with a selector at the pods that have its labels, and an empty selector has none',
  };
  const paths = {
    'dry run': ['metadata', 'annotations', 'istio.io/dry-run'],
    action: ['spec', 'action'],
    'selector without labels': ['spec', 'selector'],
  };
  const silent = why === 'dry run' || action === 'AUDIT';
  return {
    code: 'PC3246',
    severity: silent ? 'info' : 'error',
    message: `${describeObject(policy)}: ztunnel never gets it, so it has no effect at ${names}`,
    object: policy,
    path: paths[why],
    help:
      why === 'selector without labels'
        ? 'Drop the selector to mean the whole namespace.'
        : 'Put a waypoint before the pods and name it or its Services by targetRefs.',
    proof: { kind: 'never decides', reason: reasons[why] },
  };
}

function* checkRules(
  context: LintContext,
  policy: AuthorizationPolicy,
  sites: readonly Site[],
): Iterable<Finding> {
  for (const index of policy.spec.rules.keys()) {
    // Whatever istiod counts as HTTP: connection.sni and remote addresses too.
    const fields = fieldsOf(policy).filter((field) => field.rule === index);
    const http = fields.filter((field) => asksRequest(field) || ztunnelLacks(field.field));
    const [first] = http;
    if (first === undefined) continue;
    const words = listNames(http.map(({ written }) => written));
    const names = listNames(sites.map(({ label }) => label));
    const help = helpFor(context.cluster, sites);
    const common = { object: policy, path: first.path, help };
    const object = describeObject(policy);
    if (policy.spec.action === 'ALLOW') {
      const proof = proofBy(
        context,
        sites,
        policy,
        index,
        isRefusedByIstio,
        'allowed by the rule as written',
      );
      yield {
        ...common,
        code: 'PC3244',
        severity: 'warning',
        message: `${object}: ztunnel leaves out rule ${index + 1} for its ${words}, so it allows nothing at ${names}`,
        proof: proof ?? omitted('an ALLOW rule that asks for HTTP'),
      };
    } else if (canMatch(context.cluster, policy, index)) {
      const proof = widerDenial(context, sites, policy, index);
      if (proof === undefined) continue;
      yield {
        ...common,
        code: 'PC3245',
        severity: 'warning',
        message: `${object}: ztunnel denies what rule ${index + 1} names whatever its ${words} say, at ${names}`,
        proof,
      };
    } else {
      const proof = proofBy(
        context,
        sites,
        policy,
        index,
        ({ outcome }) => outcome === 'allow',
        'denied by the rule as written',
      );
      yield {
        ...common,
        code: 'PC3243',
        severity: 'error',
        message: `${object}: rule ${index + 1} denies nothing at ${names}, for ztunnel does not see its ${words}`,
        proof: proof ?? omitted('what a DENY rule asks of HTTP'),
      };
    }
  }
}

/** Fields beyond HTTP that istiod does not carry to ztunnel. */
function ztunnelLacks(field: string): boolean {
  return field === 'remoteIpBlocks' || field === 'connection.sni' || field.startsWith('experimental.');
}

function omitted(what: string): Proof {
  return { kind: 'never matches', reason: `istiod leaves out ${what} when it sends the policy to ztunnel` };
}

/** Is there anything left of the rule at ztunnel that a connection can satisfy? */
function canMatch({ mesh }: Cluster, policy: AuthorizationPolicy, index: number): boolean {
  const groups = convertForZtunnel(mesh, policy)?.groups ?? [];
  return groups.some(
    ({ clauses, source }) =>
      source?.path[2] === index &&
      clauses.every(
        ({ matches }) => matches.length === 0 || matches.some(({ conditions }) => conditions.length > 0),
      ),
  );
}

function proofBy(
  context: LintContext,
  sites: readonly Site[],
  policy: AuthorizationPolicy,
  index: number,
  isWanted: (verdict: Verdict) => boolean,
  shows: string,
): Proof | undefined {
  const requests = sites
    .slice(0, 4)
    .flatMap((site) =>
      site.ports.flatMap((port) =>
        [...requestsFor(context.cluster, site, port, policy, index)].filter(({ http }) => http),
      ),
    );
  return proofOf(findWitness(context, requests, isWanted, shows));
}

/** A request that the rule as written does not mean, and that is denied by what is left of it. */
function widerDenial(
  context: LintContext,
  sites: readonly Site[],
  policy: AuthorizationPolicy,
  index: number,
): Proof | undefined {
  const { cluster } = context;
  const rule = ruleOf(cluster, policy, index);
  if (rule === undefined) return undefined;
  const requests: Request[] = [];
  for (const site of sites.slice(0, 4)) {
    for (const { connection, request } of alternativesOf(rule).slice(0, 4)) {
      if (request.length === 0) return undefined;
      const other = findRequest([{ any: [[]], none: [request] }], universeAt(cluster, site));
      if (other === undefined) continue;
      for (const port of site.ports) {
        for (const client of clientsFor(cluster, port, policy, index, connection)) {
          requests.push({ ...httpTo(site, port, client.source, other.http), ...client, jwt: other.jwt });
        }
      }
    }
  }
  const isDenied = (verdict: Verdict): boolean => isDeniedByRule(policy, index, verdict);
  return proofOf(findWitness(context, requests, isDenied, 'not named by the rule as written'));
}

function proofOf(witness: Witness | undefined): Proof | undefined {
  return witness === undefined ? undefined : { kind: 'witness', witnesses: [witness] };
}

function helpFor(cluster: Cluster, sites: readonly Site[]): string {
  for (const { pod } of sites) {
    for (const service of pod.services) {
      const waypoint = waypointFor(cluster, pod, service).pod;
      if (waypoint === undefined) continue;
      const { namespace, name } = service.metadata;
      return `Policies by selector stay at ztunnel. Write targetRefs with Service ${namespace}/${name}: its waypoint ${waypoint.key} sees HTTP.`;
    }
  }
  return 'Put a waypoint before the pods (a Gateway of class istio-waypoint, and the label istio.io/use-waypoint) and write targetRefs instead of the selector.';
}
