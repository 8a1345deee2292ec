import {
  expandPrincipals,
  expandTrustDomains,
  quoteRegex,
  readBracketed,
  readClaimPath,
} from '../../policy/authorization/index.ts';
import { readCidr } from './cidr.ts';
import type { Algebra, Field, Scope } from './conditions.ts';
import { type CidrRange, matchClaim, matchHeader, matchRegex, type StringMatcher } from './matchers.ts';
import type { Principal } from './rbac-types.ts';
import { requestPrincipals } from './request-principals.ts';

export const principalAlgebra: Algebra<Principal> = {
  any: { any: true },
  and: (ids) => ({ and_ids: { ids } }),
  or: (ids) => ({ or_ids: { ids } }),
  not: (id) => ({ not_id: id }),
};

const scheme = 'spiffe://';

type Expand = (values: readonly string[], known: readonly string[]) => readonly string[];

function identityField(
  match: (value: string, scope: Scope) => StringMatcher,
  expand: Expand = (values) => values,
): Field<Principal> {
  return {
    expand: (values, { trustDomains }) => expand(values, trustDomains),
    read: { each: (value, scope) => ({ authenticated: { principal_name: match(value, scope) } }) },
  };
}

function addressField(principalOf: (range: CidrRange) => Principal): Field<Principal> {
  return {
    read: {
      each: (value) => {
        const range = readCidr(value);
        return range === undefined ? undefined : principalOf(range);
      },
    },
  };
}

function claimField(path: readonly string[]): Field<Principal> {
  return { httpOnly: true, read: { together: (values) => ({ metadata: matchClaim(path, values) }) } };
}

const principals = identityField(matchPrincipal, expandPrincipals);
/** Istio writes a trust domain once, but the same principal as often as it comes up. */
const trustDomains = identityField(matchTrustDomain, (values, known) => [
  ...new Set(expandTrustDomains(values, known)),
]);
const namespaces = identityField((value) => {
  const pieces = value.split('*').map(quoteRegex);
  return matchRegex(`.*/ns/${pieces.join('.*')}/.*`);
});
const serviceAccounts = identityField(matchServiceAccount);
const remoteIpBlocks = addressField((range) => ({ remote_ip: range }));
const ipBlocks = addressField((range) => ({ direct_remote_ip: range }));

/** Fields of `from[].source`, each with its negative form, in Istio's order. */
export const sourceFields: Readonly<Record<string, Field<Principal>>> = {
  principals,
  requestPrincipals,
  serviceAccounts,
  trustDomains,
  namespaces,
  remoteIpBlocks,
  ipBlocks,
};

const whenFields: ReadonlyMap<string, Field<Principal>> = new Map([
  ['source.ip', ipBlocks],
  ['remote.ip', remoteIpBlocks],
  ['source.namespace', namespaces],
  ['source.serviceAccount', serviceAccounts],
  ['source.trustDomain', trustDomains],
  ['source.principal', principals],
  ['request.auth.principal', requestPrincipals],
  ['request.auth.audiences', claimField(['aud'])],
  ['request.auth.presenter', claimField(['azp'])],
]);

/** The principal that a `when` key asks for; undefined for keys of permissions and for unknown ones. */
export function principalField(key: string): Field<Principal> | undefined {
  const field = whenFields.get(key);
  if (field !== undefined) return field;
  if (key.startsWith('request.headers')) return headerField(key.slice('request.headers'.length));
  if (!key.startsWith('request.auth.claims')) return undefined;
  const path = readClaimPath(key.slice('request.auth.claims'.length));
  return path === undefined ? { read: { together: () => undefined } } : claimField(path);
}

function headerField(brackets: string): Field<Principal> {
  const name = readBracketed(brackets);
  const each = (value: string): Principal | undefined =>
    name === undefined ? undefined : { header: matchHeader(name, value) };
  return { httpOnly: true, read: { each } };
}

/** `spiffe://` is put before the value; a star at its start then needs a regular expression. */
function matchPrincipal(value: string): StringMatcher {
  if (value === '*') return matchRegex('.+');
  if (value.startsWith('*')) return matchRegex(`${scheme}.*${quoteRegex(value.slice(1))}`);
  return value.endsWith('*') ? { prefix: scheme + value.slice(0, -1) } : { exact: scheme + value };
}

function matchTrustDomain(value: string): StringMatcher {
  const star = value.indexOf('*');
  if (value === '*') return { prefix: scheme };
  if (star < 0) return { prefix: `${scheme}${value}/` };
  const [before, after] = [value.slice(0, star), value.slice(star + 1)];
  return matchRegex(`${scheme}${quoteRegex(before)}[^/]*${quoteRegex(after)}/.*`);
}

/** `NS/SA`, or `SA` in the namespace of the policy. */
function matchServiceAccount(value: string, scope: Scope): StringMatcher {
  const slash = value.indexOf('/');
  const namespace = slash < 0 ? scope.namespace : value.slice(0, slash);
  const account = quoteRegex(value.slice(slash + 1));
  return matchRegex(`${scheme}.+/ns/${quoteRegex(namespace)}/(.+/|)sa/${account}(/.+)?`);
}
