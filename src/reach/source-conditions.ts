import type { Cluster, ClusterPod } from '../cluster/index.ts';
import { type Connection, formatIdentity, type ProxiedRequest } from '../model/index.ts';
import { type Condition, conditionHolds, type Subject } from '../policy/authorization/index.ts';
import type { End } from '../verdict/index.ts';
import { allBits, type Bits, dropBits, noBits, setBit } from './bits.ts';
import type { Ends } from './ends.ts';
import { conditionKey } from './requests/keys.ts';

/** The sources for which a condition holds, and those for which it may. */
export interface SourceSet {
  readonly sure: Bits;
  readonly maybe: Bits | undefined;
}

/** Answers conditions that ask of a connection's source: its identity or its address. */
export interface SourceConditions {
  /** `identified`: the server knows the client's certificate. */
  holds(condition: Condition, identified: boolean): SourceSet;
  /** The same of what the server's proxy, whose identity is `own`, says of the client's certificate in X-Forwarded-Client-Cert. */
  certificateHolds(condition: Condition, identified: boolean, own: string | undefined): SourceSet;
  /** The identity that a source's proxy presents, without `spiffe://`; undefined where it has none. */
  readonly identities: readonly (string | undefined)[];
}

/** Where the value stands that a condition asks for. */
export type Asked = 'source' | 'certificate' | 'here' | 'request';

/** Which side a condition asks: the source, the place where it is asked, or the request. Before tokens are looked at, claims are not there to be asked. */
export function askedOf({ question }: Condition, beforeTokens = false): Asked {
  switch (question.kind) {
    case 'port':
      return 'here';
    case 'address':
      return question.input === 'destination address' ? 'here' : 'source';
    case 'request principal':
      return beforeTokens ? 'here' : 'request';
    case 'text': {
      const { input } = question;
      if (input.kind === 'principal') return 'source';
      if (input.kind === 'sni' || input.kind === 'metadata') return 'here';
      if (input.kind === 'claim' && beforeTokens) return 'here';
      if (input.kind !== 'header') return 'request';
      if (input.name === 'x-forwarded-client-cert') return 'certificate';
      return input.name === ':scheme' || input.name === 'x-forwarded-proto' ? 'here' : 'request';
    }
  }
}

/** Prepares the sources of a map; equal conditions are answered once. */
export function sourceConditions(cluster: Cluster, { classes, virtual }: Ends): SourceConditions {
  const identities = classes.map(({ end }) => identityOf(cluster, end));
  const byIdentity = new Map<string, number[]>();
  for (const { index, class: own } of virtual) {
    const identity = identities[own];
    if (identity === undefined) continue;
    const list = byIdentity.get(identity);
    if (list === undefined) byIdentity.set(identity, [index]);
    else list.push(index);
  }
  const byNamespace = Map.groupBy(
    virtual.filter((each) => identities[each.class] !== undefined).map(({ index }) => index),
    (index) => classes[virtual[index]!.class]!.end.pod!.namespace,
  );
  const size = virtual.length;
  const known = new Map<string, SourceSet>();

  const answer = (condition: Condition, identified: boolean): SourceSet => {
    const exact = identified ? exactPrincipals(condition) : undefined;
    const sure = noBits(size);
    const named = exact === undefined && identified ? wholeNamespaces(condition) : undefined;
    if (exact !== undefined || named !== undefined) {
      for (const text of exact ?? []) for (const index of byIdentity.get(text) ?? []) setBit(sure, index);
      for (const text of named ?? []) for (const index of byNamespace.get(text) ?? []) setBit(sure, index);
      if (!condition.negated) return { sure, maybe: undefined };
      const others = allBits(size);
      dropBits(others, sure);
      return { sure: others, maybe: undefined };
    }
    let maybe: Bits | undefined;
    for (const { index, class: own, packet } of virtual) {
      const subject = subjectOf(identified ? identities[own] : undefined, packet.address);
      const truth = conditionHolds(condition, subject);
      if (truth === true) setBit(sure, index);
      else if (truth !== false) {
        maybe ??= noBits(size);
        setBit(maybe, index);
      }
    }
    return { sure, maybe };
  };

  const certificateHolds = (
    condition: Condition,
    identified: boolean,
    own: string | undefined,
  ): SourceSet => {
    const sure = noBits(size);
    for (const { index, class: of, packet } of virtual) {
      const identity = identified ? identities[of] : undefined;
      const text = `By=${own === undefined ? '' : `spiffe://${own}`};Hash=;Subject="";URI=spiffe://${identity}`;
      const headers = new Map(identity === undefined ? [] : [['x-forwarded-client-cert', [text]]]);
      if (conditionHolds(condition, subjectOf(identity, packet.address, headers)) === true)
        setBit(sure, index);
    }
    return { sure, maybe: undefined };
  };

  return {
    certificateHolds,
    identities: virtual.map((each) => identities[each.class]),
    holds(condition, identified) {
      const key = `${identified} ${conditionKey(condition)}`;
      let found = known.get(key);
      if (found === undefined) {
        found = answer(condition, identified);
        known.set(key, found);
      }
      return found;
    },
  };
}

/** The identities that a condition names, where all its tests are of that kind. */
function exactPrincipals({ question }: Condition): readonly string[] | undefined {
  if (question.kind !== 'text') return undefined;
  const texts: string[] = [];
  for (const { pattern } of question.tests) {
    if (pattern.form !== 'exact') return undefined;
    texts.push(pattern.text);
  }
  return texts;
}

/** The namespaces that a condition names, where all its tests are of that kind and none has a star. */
function wholeNamespaces({ question }: Condition): readonly string[] | undefined {
  if (question.kind !== 'text') return undefined;
  const names: string[] = [];
  for (const { pattern } of question.tests) {
    const [, name] = /^\.\*\/ns\/((?:[a-z0-9-]|\\.)+)\/\.\*$/.exec(pattern.text) ?? [];
    if (pattern.form !== 'regex' || name === undefined) return undefined;
    names.push(name.replace(/\\(.)/g, '$1'));
  }
  return names;
}

function identityOf(cluster: Cluster, { pod, host }: End): string | undefined {
  if (pod === undefined || host || pod.membership.kind === 'none') return undefined;
  return identityOfPod(cluster, pod);
}

/** The identity of a pod's proxy, without `spiffe://`. */
export function identityOfPod({ mesh }: Cluster, { namespace, serviceAccount }: ClusterPod): string {
  return formatIdentity({ trustDomain: mesh.trustDomain, namespace, serviceAccount });
}

const noHeaders: ReadonlyMap<string, readonly string[]> = new Map();

/** A request of which only the connection matters: it has no header from which another address could be read. */
function subjectOf(
  identity: string | undefined,
  address: Subject['connection']['sourceAddress'],
  headers = noHeaders,
): Subject {
  const request: ProxiedRequest = {
    method: 'GET',
    path: '/',
    authority: 'any',
    headers,
    headersComplete: true,
    remoteAddress: address,
    claims: undefined,
    claimsComplete: true,
  };
  const connection: Connection = {
    identity,
    sourceAddress: address,
    destinationAddress: '',
    destinationPort: 0,
    sni: undefined,
  };
  return { connection, request, metadataOpen: false };
}
