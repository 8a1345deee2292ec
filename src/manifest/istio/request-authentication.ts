import type { FieldPath } from '../../model/index.ts';
import { checkAttachment } from './attachment.ts';
import type { Findings } from './finding.ts';
import { checkUrl, quote } from './go/index.ts';
import { readKeySet } from './jwks.ts';
import type { JwtSpec, RequestSpec } from './messages.ts';

/** Checks a decoded RequestAuthentication as the webhook does. */
export function checkRequest(spec: RequestSpec, findings: Findings): void {
  checkAttachment(spec, findings);
  for (const [index, rule] of (spec.jwtRules ?? []).entries()) {
    checkJwtRule(rule, ['spec', 'jwtRules', index], findings);
  }
}

type Report = (message: string, ...field: FieldPath) => void;

function checkJwtRule(rule: JwtSpec, path: FieldPath, findings: Findings): void {
  const report: Report = (message, ...field) =>
    findings.errors.push({ code: 'PC2216', path: [...path, ...field], message });
  const { issuer = '', jwksUri = '', jwks = '', timeout } = rule;
  if (issuer === '' && jwksUri === '') report('issuer or jwksUri must be non-empty string');
  const uriProblem = jwksUri === '' ? undefined : checkKeysUri(jwksUri);
  if (uriProblem !== undefined) report(uriProblem, 'jwksUri');
  if (jwks !== '') checkKeys(jwks, path, findings, report);
  checkTexts(rule, report);
  for (const [index, { name = '' }] of (rule.fromHeaders ?? []).entries()) {
    if (name === '') report('location header name must be non-empty string', 'fromHeaders', index);
  }
  for (const [index, { header = '', claim = '' }] of (rule.outputClaimToHeaders ?? []).entries()) {
    const at = ['outputClaimToHeaders', index] as const;
    if (header === '' || claim === '') {
      report('outputClaimToHeaders header and claim value must be non-empty string', ...at);
    } else if (!/^[-_A-Za-z0-9]+$/.test(header)) {
      report(`header name ${header} is not a valid header name`, ...at, 'header');
    }
  }
  if (timeout !== undefined && timeout < 1_000_000n) report('duration must be greater than 1ms', 'timeout');
  else if (timeout !== undefined && timeout % 1_000_000n !== 0n) {
    report('only durations to ms precision are supported', 'timeout');
  }
}

function checkTexts(rule: JwtSpec, report: Report): void {
  for (const [field, what] of [
    ['audiences', 'audience'],
    ['fromParams', 'location query'],
    ['fromCookies', 'cookie name'],
  ] as const) {
    for (const [index, value] of (rule[field] ?? []).entries()) {
      if (value === '') report(`${what} must be non-empty string`, field, index);
    }
  }
}

function checkKeysUri(uri: string): string | undefined {
  const url = checkUrl(uri);
  if ('error' in url) return url.error;
  if (url.scheme !== 'http' && url.scheme !== 'https') {
    return `URI scheme ${quote(url.scheme)} is not supported`;
  }
  // Go's Atoi, which any port of digits passes unless it is too large for 64 bits.
  if (url.port !== '' && BigInt(url.port) > 2n ** 63n - 1n) {
    return `strconv.Atoi: parsing ${quote(url.port)}: value out of range`;
  }
  return undefined;
}

function checkKeys(jwks: string, path: FieldPath, findings: Findings, report: Report): void {
  const set = readKeySet(jwks);
  if ('error' in set) {
    report(`jwks parse error: ${set.error}`, 'jwks');
    return;
  }
  for (const [index, key] of set.keys.entries()) {
    if (!key.private) continue;
    findings.warnings.push({
      code: 'PC2219',
      path: [...path, 'jwks'],
      message: `jwks key at index ${index} contains private key material; only public keys are used for verification`,
    });
  }
}
