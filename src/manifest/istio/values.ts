import { checkAddress, parseUint32, prefixError, quote } from './go/index.ts';

/** The rule that a value breaks, for the page that explains it. */
export interface ValueProblem {
  readonly code: string;
  /** Which value. */
  readonly index: number;
  readonly message: string;
}

type Values = readonly string[];

/** `field` is how the message names the list: `NotPrincipals`, or the key of a condition. The first empty value only. */
export function checkNotEmpty(field: string, values: Values): ValueProblem | undefined {
  const index = values.indexOf('');
  if (index < 0) return undefined;
  return { code: 'PC2208', index, message: `empty value not allowed, found in ${field}` };
}

/** Every value that is neither an IP address nor a CIDR range. */
export function checkIpBlocks(values: Values): ValueProblem[] {
  return problemsOf(values, 'PC2209', (value) => {
    if (value.includes('/')) {
      const error = prefixError(value);
      return error === undefined ? undefined : `bad CIDR range (${value}): ${error}`;
    }
    return 'error' in checkAddress(value) ? `bad IP address (${value})` : undefined;
  });
}

/** Every value that is not a port; where Go reads the number and it is too large, its error is `<nil>`. */
export function checkPorts(values: Values): ValueProblem[] {
  return problemsOf(values, 'PC2210', (value) => {
    const port = parseUint32(value);
    if (typeof port !== 'number') return `bad port (${value}): ${port.error}`;
    return port > 65535 ? `bad port (${value}): <nil>` : undefined;
  });
}

/** The first value that is no service account; `field` as in `checkNotEmpty`. */
export function checkServiceAccounts(field: string, values: Values): ValueProblem | undefined {
  const code = 'PC2212';
  if (values.length > 16) return { code, index: 16, message: 'may not have more than 16 values' };
  return firstProblem(values, code, (value) => serviceAccountProblem(field, value));
}

function serviceAccountProblem(field: string, value: string): string | undefined {
  if (value === '') return `empty value not allowed, found in ${field}`;
  if (value.includes('*')) return `wildcard not allowed, found in ${field}`;
  const expected = "expected format 'serviceAccount' or 'namespace/serviceAccount', found";
  const parts = value.split('/');
  if (parts.length > 2) return `${expected} ${quote(value)} in ${field}`;
  if (new TextEncoder().encode(value).length > 320) {
    return `value cannot exceed 320 characters, found ${quote(value)} in ${field}`;
  }
  if (parts.length === 1) return undefined;
  if (parts[0] === '') return `${expected} empty namespace ${quote(value)} in ${field}`;
  return parts[1] === '' ? `${expected} empty serviceAccount ${quote(value)} in ${field}` : undefined;
}

/** The first value that is empty, else the first whose `*` is not alone at the start or the end. */
export function checkWildcards(field: string, values: Values): ValueProblem | undefined {
  const empty = checkNotEmpty(field, values);
  if (empty !== undefined) return empty;
  return firstProblem(values, 'PC2212', (value) => {
    const stars = value.split('*').length - 1;
    if (stars > 1) return `at most one wildcard is allowed, found in ${field}: ${quote(value)}`;
    if (stars === 0 || value.startsWith('*') || value.endsWith('*')) return undefined;
    return `wildcard is only allowed at the start or end, found in ${field}: ${quote(value)}`;
  });
}

/** As `checkWildcards`; trust domains must not hold a `/` either. Conditions do without this last rule. */
export function checkTrustDomains(field: string, values: Values): ValueProblem | undefined {
  const wildcard = checkWildcards(field, values);
  if (wildcard !== undefined) return wildcard;
  return firstProblem(values, 'PC2212', (value) =>
    value.includes('/') ? `trust domain must not contain '/', found in ${field}: ${quote(value)}` : undefined,
  );
}

function problemsOf(
  values: Values,
  code: string,
  check: (value: string) => string | undefined,
): ValueProblem[] {
  const problems: ValueProblem[] = [];
  for (const [index, value] of values.entries()) {
    const message = check(value);
    if (message !== undefined) problems.push({ code, index, message });
  }
  return problems;
}

function firstProblem(
  values: Values,
  code: string,
  check: (value: string) => string | undefined,
): ValueProblem | undefined {
  return problemsOf(values, code, check)[0];
}
