import type { Cluster } from '../../cluster/index.ts';
import type { AuthorizationPolicy, Request } from '../../model/index.ts';
import {
  authorizationFilters,
  type ChainRule,
  type Condition,
  preparePolicy,
} from '../../policy/authorization/index.ts';
import { jwtRulesFor } from '../../policy/request-authentication/index.ts';
import { findWitness, type RequestWitness, type Universe } from '../../reach/index.ts';
import { type Client, clientsFor } from './rule-clients.ts';
import type { Site, SitePort } from './sites.ts';
import { bytesTo, httpTo } from './witnesses.ts';

/** One way to satisfy a rule: what it asks of the connection, and what of the request in it. */
export interface Alternative {
  readonly connection: readonly Condition[];
  readonly request: readonly Condition[];
}

/** True for a condition that an HTTP request decides, whatever connection it comes on. */
export function isOfRequest({ question }: Condition): boolean {
  if (question.kind === 'request principal') return true;
  if (question.kind !== 'text') return false;
  const { kind } = question.input;
  return kind === 'host' || kind === 'method' || kind === 'path' || kind === 'header' || kind === 'claim';
}

/** All ways to satisfy a rule: one of `from` with one of `to`, and all of `when`. */
export function alternativesOf({ from, to, when }: ChainRule): readonly Alternative[] {
  const sources = from.length === 0 ? [[]] : from;
  const operations = to.length === 0 ? [[]] : to;
  return sources.flatMap((source) =>
    operations.map((operation) => {
      const all = [...source, ...operation, ...when];
      return { connection: all.filter((each) => !isOfRequest(each)), request: all.filter(isOfRequest) };
    }),
  );
}

/** The rule of a policy as a proxy has it where it sees HTTP; undefined where it leaves it out. */
export function ruleOf(
  { mesh }: Pick<Cluster, 'mesh'>,
  policy: AuthorizationPolicy,
  index: number,
): ChainRule | undefined {
  return preparePolicy(policy, mesh, 'HTTP').rules.find(({ reference }) => reference.path[2] === index)?.rule;
}

const universes = new WeakMap<Cluster, WeakMap<object, Universe>>();

/** What requests can arrive at a site; the same object each time. */
export function universeAt(cluster: Cluster, { target }: Pick<Site, 'target'>): Universe {
  const known = universes.get(cluster) ?? new WeakMap<object, Universe>();
  universes.set(cluster, known);
  const universe = known.get(target) ?? { mesh: cluster.mesh, jwtRules: jwtRulesFor(cluster, target) };
  known.set(target, universe);
  return universe;
}

/** Alternatives of a rule that requests are made of at most. */
const mostAlternatives = 6;

/**
 * Requests that satisfy a rule as far as can be told, to a port of a site, from clients of the cluster first. Bytes where the port is one of raw bytes.
 * What `decide` makes of them is for the caller to see.
 */
export function* requestsFor(
  cluster: Cluster,
  site: Site,
  port: SitePort,
  policy: AuthorizationPolicy,
  index: number,
): Iterable<Request> {
  const rule = ruleOf(cluster, policy, index);
  if (rule === undefined) return;
  const universe = universeAt(cluster, site);
  const alternatives = alternativesOf(rule).slice(0, mostAlternatives);
  for (const { connection, request } of [
    ...withCompanions(cluster, site, policy, alternatives),
    ...alternatives,
  ]) {
    const sample =
      port.protocol === 'tcp' ? undefined : findWitness([{ any: [request], none: [] }], universe);
    if (port.protocol !== 'tcp' && sample === undefined) continue;
    for (const client of clientsFor(cluster, port, policy, index, connection)) {
      yield withClient(site, port, client, sample, request);
    }
  }
}

const mostCompanions = 3;

/** What a DENY rule names and ALLOW rules at the same site let in otherwise: there the DENY rule alone stands in the way. */
function withCompanions(
  cluster: Cluster,
  site: Site,
  policy: AuthorizationPolicy,
  alternatives: readonly Alternative[],
): readonly Alternative[] {
  if (policy.spec.action !== 'DENY') return [];
  const rules = authorizationFilters(cluster, site.target, 'HTTP').ALLOW?.enforced?.rules ?? [];
  const allowing = rules.flatMap(({ rule }) => alternativesOf(rule)).slice(0, mostCompanions);
  return alternatives.slice(0, mostCompanions).flatMap((own) =>
    allowing.map((other) => ({
      connection: [...own.connection, ...other.connection],
      request: [...own.request, ...other.request],
    })),
  );
}

/** Of what the rule does not ask for, the request has what a client would send. */
function withClient(
  site: Site,
  port: SitePort,
  client: Client,
  sample: RequestWitness | undefined,
  conditions: readonly Condition[],
): Request {
  if (sample === undefined) return { ...bytesTo(site, port, client.source), ...client };
  const asks = new Set(
    conditions.map(({ question }) => (question.kind === 'text' ? question.input.kind : '')),
  );
  const asked = (kind: 'method' | 'path' | 'host'): boolean => asks.has(kind) || asks.has('header');
  const { method, path, host, headers } = sample.http;
  return {
    ...httpTo(site, port, client.source, {
      ...(method !== undefined && asked('method') && { method }),
      ...(path !== undefined && asked('path') && { path }),
      ...(host !== undefined && asked('host') && { host }),
      ...(headers !== undefined && { headers }),
    }),
    ...client,
    jwt: sample.jwt,
  };
}
