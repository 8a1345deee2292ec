const bodies = [
  'RBAC: access denied',
  'upstream connect error or disconnect',
  'no healthy upstream',
  'upstream request timeout',
  'Bad Request',
  'Jwt ',
  'Jwks ',
  'Audiences in Jwt',
  'Issuer not configured',
];

/** Did a proxy answer this in place of the application? Source: the bodies of Envoy's codec, RBAC, JWT and router filters. */
export function isProxyAnswer(body: string): boolean {
  return bodies.some((each) => body.startsWith(each));
}
