import type { Cluster } from '../../cluster/index.ts';
import {
  type AuthorizationPolicy,
  type Connection,
  formatAddress,
  notSaid,
  parseRange,
  podEndpoint,
  type Request,
} from '../../model/index.ts';
import { type Condition, conditionHolds } from '../../policy/authorization/index.ts';
import { clientsOf } from './clients.ts';
import { identityCandidates, identityFieldsOf } from './identity-samples.ts';
import { fieldsOf } from './rule-fields.ts';
import type { SitePort } from './sites.ts';
import { outsideClient } from './witnesses.ts';

/** Clients of a kind (pods, strangers) that are taken at most, and identities that strangers are given. */
const mostClients = 4;
const mostIdentities = 200;

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
  const pods: Client[] = [];
  for (const [identity, pod] of clientsOf(cluster).inMesh) {
    if (pods.length === mostClients) break;
    if (holds(identity, pod.addresses[0])) pods.push({ source: podEndpoint(pod) });
  }
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
  return [...pods, ...strangers.slice(0, mostClients)];
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
