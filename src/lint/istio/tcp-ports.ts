import {
  type AuthorizationPolicy,
  describeObject,
  listNames,
  listWords,
  type Request,
  type Verdict,
} from '../../model/index.ts';
import { authorizationFilters } from '../../policy/authorization/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Witness } from '../types.ts';
import { authorizationPolicies } from './policies.ts';
import { type Client, clientsFor } from './rule-clients.ts';
import { asksRequest, fieldsOf, type RuleField } from './rule-fields.ts';
import { alternativesOf, ruleOf } from './rule-requests.ts';
import { isProxy, type Site, type SitePort, sitesWith } from './sites.ts';
import { bytesTo, findWitness, isDeniedByRule, isMissedBy } from './witnesses.ts';

/**
 * Rules about HTTP at ports that are declared as raw bytes: a DENY rule denies everything there that the rest of it names (PC3241), an ALLOW rule allows
 * nothing (PC3242).
 */
export const tcpPorts: LintRule = {
  codes: ['PC3241', 'PC3242'],
  *check(context) {
    const closed = new Set<string>();
    for (const policy of authorizationPolicies(context.cluster)) {
      const fields = fieldsOf(policy).filter(asksRequest);
      if (fields.length === 0) continue;
      // What a gateway speaks on a port its Gateway says, not the Service.
      const sites = sitesWith(context.cluster, policy).filter(
        (site) => isProxy(site) && site.kind !== 'gateway',
      );
      for (const [index, asking] of Map.groupBy(fields, ({ rule }) => rule)) {
        const finding = checkRule(context, policy, index, asking, sites, closed);
        if (finding !== undefined) yield finding;
      }
    }
  },
};

interface Place {
  readonly label: string;
  readonly port: number;
  readonly witness: Witness;
}

function checkRule(
  context: LintContext,
  policy: AuthorizationPolicy,
  index: number,
  asking: readonly RuleField[],
  sites: readonly Site[],
  closed: Set<string>,
): Finding | undefined {
  const { action } = policy.spec;
  if (action !== 'ALLOW' && action !== 'DENY') return undefined;
  const isWanted = (verdict: Verdict): boolean =>
    action === 'DENY' ? isDeniedByRule(policy, index, verdict) : isMissedBy(policy, verdict);
  const places: Place[] = [];
  for (const site of sites) {
    for (const port of site.ports) {
      if (port.protocol !== 'tcp') continue;
      // A port beside HTTP ports is told of once, and only where no other rule is about it.
      const key = `${site.label} ${port.number}`;
      const aside = action === 'ALLOW' && site.ports.some(({ protocol }) => protocol !== 'tcp');
      if (aside && (closed.has(key) || isOpen(context, site, port))) continue;
      const witness = findWitness(
        context,
        bytesFor(context, site, port, policy, index),
        isWanted,
        'bytes that are not HTTP',
      );
      if (witness === undefined) continue;
      places.push({ label: site.label, port: port.number, witness });
      if (aside) closed.add(key);
    }
  }
  const [first] = places;
  if (first === undefined) return undefined;
  const ports = listWords([...new Set(places.map(({ port }) => `${port}`))]);
  const where = `port ${ports} of ${listNames(places.map(({ label }) => label))}`;
  const words = listNames(asking.map(({ written }) => written));
  const http = [...new Set(sites.flatMap((site) => site.ports.filter(({ protocol }) => protocol !== 'tcp')))];
  const httpPorts = [...new Set(http.map(({ number }) => number))].sort((a, b) => a - b);
  const common = {
    object: policy,
    path: asking[0]!.path,
    proof: { kind: 'witness', witnesses: [first.witness] },
  } as const;
  const narrow =
    httpPorts.length === 0
      ? 'If the port carries HTTP, name it so in the Service (name: http, or appProtocol: http).'
      : `Name the HTTP ports in the same operation: ports: [${httpPorts.map((port) => `"${port}"`).join(', ')}].`;
  if (action === 'DENY') {
    return {
      ...common,
      code: 'PC3241',
      severity: 'error',
      message: `${describeObject(policy)}: rule ${index + 1} denies everything on ${where}, where its ${words} cannot be asked`,
      help: narrow,
    };
  }
  return {
    ...common,
    code: 'PC3242',
    severity: httpPorts.length === 0 ? 'warning' : 'info',
    message: `${describeObject(policy)}: rule ${index + 1} allows nothing on ${where}, where its ${words} cannot be asked`,
    help:
      httpPorts.length === 0
        ? narrow
        : 'If clients use that port, allow it by a rule of its own, by ports and who the client is.',
  };
}

/** Is there an ALLOW rule for the port that does not ask about HTTP? */
function isOpen({ cluster }: LintContext, { target }: Site, { number }: SitePort): boolean {
  const rules = authorizationFilters(cluster, target, 'TCP').ALLOW?.enforced?.rules ?? [];
  return rules.some(({ rule }) =>
    alternativesOf(rule).some(({ connection }) =>
      connection.every(
        ({ question, negated }) => question.kind !== 'port' || question.ports.includes(number) !== negated,
      ),
    ),
  );
}

/** Bytes from clients that the rule's conditions on the connection let in. */
function bytesFor(
  { cluster }: LintContext,
  site: Site,
  port: SitePort,
  policy: AuthorizationPolicy,
  index: number,
): readonly Request[] {
  const rule = ruleOf(cluster, policy, index);
  if (rule === undefined) return [];
  const clients = alternativesOf(rule)
    .slice(0, 4)
    .flatMap(({ connection }) => clientsFor(cluster, port, policy, index, connection));
  return clients.map((client: Client) => ({ ...bytesTo(site, port, client.source), ...client }));
}
