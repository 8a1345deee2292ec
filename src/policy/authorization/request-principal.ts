import { and, notSaid, type Truth, unknown } from '../../model/index.ts';
import { claimText, type Payload } from './claims.ts';
import { exactTest, prefixTest, something, suffixTest, type TextTest } from './text-test.ts';

/** One value of `requestPrincipals`: both claims must be strings that hold. */
export interface RequestPrincipalTest {
  readonly issuer: TextTest;
  readonly subject: TextTest;
}

/**
 * Reads `ISSUER/SUBJECT`, cut at the last slash (an issuer may be a URL). Only one star is honoured, a leading one before a trailing one; what it leaves
 * open must still be there. Source: istio requestPrincipalGenerator.
 */
export function readRequestPrincipal(value: string): RequestPrincipalTest {
  const slash = value.lastIndexOf('/');
  const issuer = slash < 0 ? value : value.slice(0, slash);
  const subject = slash < 0 ? '' : value.slice(slash + 1);
  if (value === '*') return { issuer: something, subject: something };
  if (value.startsWith('*')) {
    if (slash < 0) return { issuer: something, subject: suffixTest(value.slice(1)) };
    return { issuer: issuer === '*' ? something : suffixTest(issuer.slice(1)), subject: exactTest(subject) };
  }
  if (value.endsWith('*')) {
    if (slash < 0) return { issuer: prefixTest(value.slice(0, -1)), subject: something };
    return {
      issuer: exactTest(issuer),
      subject: subject === '*' ? something : prefixTest(subject.slice(0, -1)),
    };
  }
  return { issuer: exactTest(issuer), subject: exactTest(subject) };
}

/** Does a token with these claims belong to the principal? Unknown where it turns on a claim that is not said. */
export function requestPrincipalHolds({ issuer, subject }: RequestPrincipalTest, payload: Payload): Truth {
  return and(claimHolds('iss', issuer, payload), claimHolds('sub', subject, payload));
}

function claimHolds(name: string, test: TextTest, payload: Payload): Truth {
  const text = claimText(payload, name);
  if (text === notSaid) return unknown({ kind: 'request', field: `claim ${name}`, patterns: [test.pattern] });
  return text !== undefined && test.matches(text);
}
