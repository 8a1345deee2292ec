import type { Field } from './conditions.ts';
import { matchClaimText, matchSomething, type StringMatcher } from './matchers.ts';
import type { Principal } from './rbac-types.ts';

/** `requestPrincipals`: any of the values; one stands without an `or`. Source: istio requestPrincipalGenerator. */
export const requestPrincipals: Field<Principal> = {
  httpOnly: true,
  read: {
    together: (values) => {
      const ids = values.map(principalOf);
      return ids.length === 1 ? ids[0]! : { or_ids: { ids } };
    },
  },
};

function principalOf(value: string): Principal {
  const [issuer, subject] = matchersOf(value);
  const ids = [{ metadata: matchClaimText('iss', issuer) }, { metadata: matchClaimText('sub', subject) }];
  return { and_ids: { ids } };
}

/** `ISSUER/SUBJECT`, cut at the last slash; a star counts at the start, or else at the end. */
function matchersOf(value: string): readonly [issuer: StringMatcher, subject: StringMatcher] {
  if (value === '*') return [matchSomething, matchSomething];
  const slash = value.lastIndexOf('/');
  const issuer = slash < 0 ? value : value.slice(0, slash);
  const subject = slash < 0 ? '' : value.slice(slash + 1);
  if (value.startsWith('*')) {
    if (slash < 0) return [matchSomething, { suffix: value.slice(1) }];
    return [issuer === '*' ? matchSomething : { suffix: issuer.slice(1) }, { exact: subject }];
  }
  if (value.endsWith('*')) {
    if (slash < 0) return [{ prefix: value.slice(0, -1) }, matchSomething];
    return [{ exact: issuer }, subject === '*' ? matchSomething : { prefix: subject.slice(0, -1) }];
  }
  return [{ exact: issuer }, { exact: subject }];
}
