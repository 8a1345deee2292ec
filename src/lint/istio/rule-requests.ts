import type { Cluster } from '../../cluster/index.ts';
import {
  type AuthorizationPolicy,
  type Connection,
  formatAddress,
  notSaid,
  parseRange,
  type Request,
} from '../../model/index.ts';
import {
  type ChainRule,
  type Condition,
  conditionHolds,
  preparePolicy,
} from '../../policy/authorization/index.ts';
import { jwtRulesFor } from '../../policy/request-authentication/index.ts';
import { findWitness, type RequestWitness, type Universe } from '../../reach/index.ts';
import { podEndpoint } from '../requests.ts';
import { clientsOf } from './clients.ts';
import { identityCandidates, identityFieldsOf } from './identity-samples.ts';
import { fieldsOf } from './rule-fields.ts';
import type { Site, SitePort } from './sites.ts';
import { bytesTo, httpTo, outsideClient } from './witnesses.ts';

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

/** Alternatives of a rule, and clients for each, that requests are made of at most. */
const mostAlternatives = 6;
const mostClients = 4;
const mostIdentities = 200;

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
  for (const { connection, request } of alternativesOf(rule).slice(0, mostAlternatives)) {
    const sample =
      port.protocol === 'tcp' ? undefined : findWitness([{ any: [request], none: [] }], universe);
    if (port.protocol !== 'tcp' && sample === undefined) continue;
    for (const client of clientsFor(cluster, port, policy, index, connection)) {
      yield withClient(site, port, client, sample, request);
    }
  }
}

/** Who sends: a pod, or an address that comes with this identity. */
export type Client = Pick<Request, 'source' | 'principal'>;

/** Clients that satisfy what a rule asks of a connection. */
export function clientsFor(
  cluster: Cluster,
  port: SitePort,
  policy: AuthorizationPolicy,
  index: number,
  conditions: readonly Condition[],
): readonly Client[] {
  const holds = (identity: string | undefined, sourceAddress: string | undefined): boolean => {
    const connection: Connection = {
      identity,
      sourceAddress: sourceAddress ?? notSaid,
      destinationAddress: notSaid,
      destinationPort: port.number,
      sni: notSaid,
    };
    const subject = { connection, request: undefined, metadataOpen: true };
    return conditions.every((condition) => conditionHolds(condition, subject) !== false);
  };
  const pods = [...clientsOf(cluster).inMesh]
    .filter(([identity, { addresses }]) => holds(identity, addresses[0]))
    .map(([, pod]): Client => ({ source: podEndpoint(pod) }));
  const outside = addressesNamed(conditions).map((address) => ({ kind: 'address', address }) as const);
  const fields = fieldsOf(policy).filter(({ rule }) => rule === index);
  const named = identityCandidates(
    identityFieldsOf(fields, policy.metadata.namespace),
    cluster.mesh.trustDomain,
  );
  const strangers = outside.flatMap((source) =>
    [undefined, ...named.slice(0, mostIdentities)]
      .filter((identity) => holds(identity, source.address))
      .map((identity): Client => (identity === undefined ? { source } : { source, principal: identity })),
  );
  return [...pods.slice(0, mostClients), ...strangers.slice(0, mostClients)];
}

/** An address of each range that the conditions ask for, and one that probably none does. */
function addressesNamed(conditions: readonly Condition[]): readonly string[] {
  const named = conditions
    .filter(({ question, negated }) => question.kind === 'address' && !negated)
    .flatMap(({ values }) => values.flatMap((value) => firstAddress(value) ?? []));
  return [...named, outsideClient.kind === 'address' ? outsideClient.address : ''];
}

function firstAddress(value: string): string | undefined {
  const range = parseRange(value);
  return range === undefined ? undefined : formatAddress({ family: range.family, value: range.first });
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
