/**
 * The values of `principals` with the trust domains that they stand for: `cluster.local` and every known domain (or one that a star on either side
 * covers) become all known domains; anything else stays as written. Source: istio pilot/pkg/security/trustdomain/bundle.go.
 */
export function expandPrincipals(values: readonly string[], known: readonly string[]): readonly string[] {
  return values.flatMap((value) => expandPrincipal(value, known));
}

/** A value of `trustDomains` that is a known domain means all of them; other values stay as written. */
export function expandTrustDomains(values: readonly string[], known: readonly string[]): readonly string[] {
  return values.flatMap((value) => (known.includes(value) ? known : [value]));
}

function expandPrincipal(value: string, known: readonly string[]): readonly string[] {
  const parts = value.split('/');
  const domain = parts[0]!;
  if (parts.length !== 5 || domain === '*') return [value];
  if (domain !== 'cluster.local' && !known.some((candidate) => covers(domain, candidate))) return [value];
  const expanded = known.map((candidate) =>
    endsLike(candidate, domain) ? value : [candidate, ...parts.slice(1)].join('/'),
  );
  return [...new Set(expanded)];
}

function covers(a: string, b: string): boolean {
  return a === b || startsLike(a, b) || startsLike(b, a) || endsLike(a, b) || endsLike(b, a);
}

function startsLike(text: string, pattern: string): boolean {
  return pattern.endsWith('*') && text.startsWith(pattern.slice(0, -1));
}

function endsLike(text: string, pattern: string): boolean {
  return pattern.startsWith('*') && text.endsWith(pattern.slice(1));
}
