import { array, map, object, rule, type Schema, text } from './crd-schema.ts';
import { checkRequestUri, parseDuration } from './go/index.ts';

// The schemas of Istio 1.30's CRDs (v1 and v1beta1 are the same), descriptions and printing left out.

type Fields = Readonly<Record<string, unknown>>;

function has(fields: Fields, name: string): boolean {
  return Object.hasOwn(fields, name);
}

function count(fields: Fields, ...names: readonly string[]): number {
  return names.filter((name) => has(fields, name)).length;
}

const texts = array(text());
const fullTexts = array(text({ minLength: 1 }));

const selector = object({
  matchLabels: map(
    text({
      maxLength: 63,
      rules: [rule<string>('wildcard not allowed in label value match', (value) => !value.includes('*'))],
    }),
    {
      rules: [
        rule<Fields>('wildcard not allowed in label key match', (labels) =>
          Object.keys(labels).every((key) => !key.includes('*')),
        ),
        rule<Fields>('key must not be empty', (labels) => !has(labels, '')),
      ],
    },
  ),
});

const targetRef = object(
  {
    group: text({
      maxLength: 253,
      pattern: '^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    }),
    kind: text({ minLength: 1, maxLength: 63, pattern: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$' }),
    name: text({ minLength: 1, maxLength: 253 }),
    namespace: text({
      rules: [
        rule<string>('cross namespace referencing is not currently supported', (value) => value === ''),
      ],
    }),
  },
  { required: ['kind', 'name'] },
);

const attachment = { selector, targetRef, targetRefs: array(targetRef, { maxItems: 16 }) };

const oneAttachment = rule<Fields>(
  'only one of targetRefs or selector can be set',
  (spec) => count(spec, 'selector', 'targetRef', 'targetRefs') <= 1,
);

const accounts = array(text({ maxLength: 320 }), { maxItems: 16 });

const source = object(
  {
    principals: texts,
    notPrincipals: texts,
    requestPrincipals: texts,
    notRequestPrincipals: texts,
    namespaces: texts,
    notNamespaces: texts,
    serviceAccounts: accounts,
    notServiceAccounts: accounts,
    ipBlocks: texts,
    notIpBlocks: texts,
    remoteIpBlocks: texts,
    notRemoteIpBlocks: texts,
    trustDomains: texts,
    notTrustDomains: texts,
  },
  {
    rules: [
      rule<Fields>(
        'Cannot set serviceAccounts with namespaces or principals',
        (fields) =>
          count(fields, 'serviceAccounts', 'notServiceAccounts') === 0 ||
          count(fields, 'principals', 'notPrincipals', 'namespaces', 'notNamespaces') === 0,
      ),
    ],
  },
);

const operation = object({
  hosts: texts,
  notHosts: texts,
  ports: texts,
  notPorts: texts,
  methods: texts,
  notMethods: texts,
  paths: texts,
  notPaths: texts,
});

const authorizationRule = object({
  from: array(object({ source }), { maxItems: 512 }),
  to: array(object({ operation })),
  when: array(object({ key: text(), values: texts, notValues: texts }, { required: ['key'] })),
});

/** AuthorizationPolicy's spec. */
export const authorizationSchema: Schema = object(
  {
    ...attachment,
    action: text({ enum: ['ALLOW', 'DENY', 'AUDIT', 'CUSTOM'] }),
    provider: object({ name: text() }),
    rules: array(authorizationRule, { maxItems: 512 }),
  },
  { rules: [oneAttachment] },
);

const mutualTls = object({ mode: text({ enum: ['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'] }) });

/** CEL's `int(key)`: a decimal of 64 bits, with a sign if need be. */
function portsInRange(ports: Fields): boolean | { readonly error: string } {
  for (const key of Object.keys(ports)) {
    if (!/^[-+]?[0-9]+$/.test(key)) return { error: "type conversion error from 'string' to 'int'" };
  }
  return Object.keys(ports).every((key) => Number(key) > 0 && Number(key) <= 65535);
}

/** PeerAuthentication's spec. */
export const peerSchema: Schema = object(
  {
    selector,
    mtls: mutualTls,
    portLevelMtls: map(mutualTls, {
      minProperties: 1,
      rules: [rule('port must be between 1-65535', portsInRange)],
    }),
  },
  {
    rules: [
      rule<{ selector?: { matchLabels?: Fields } } & Fields>(
        'portLevelMtls requires selector',
        (spec) => !has(spec, 'portLevelMtls') || Object.keys(spec.selector?.matchLabels ?? {}).length > 0,
      ),
    ],
  },
);

const jwksUri = text({
  minLength: 1,
  maxLength: 2048,
  rules: [
    rule<string>('url must have scheme http:// or https://', (uri) => {
      const url = checkRequestUri(uri);
      if ('error' in url) return { error: `URL parse error during conversion from string: ${url.error}` };
      return url.scheme === 'http' || url.scheme === 'https';
    }),
  ],
});

const timeout = text({
  rules: [
    rule<string>('must be a valid duration greater than 1ms', (duration) => {
      const nanoseconds = parseDuration(duration);
      if (typeof nanoseconds === 'bigint') return nanoseconds >= 1_000_000n;
      return { error: "type conversion error from 'string' to 'google.protobuf.Duration'" };
    }),
  ],
});

const jwtRule = object(
  {
    issuer: text({ minLength: 1 }),
    audiences: fullTexts,
    jwks: text(),
    jwks_uri: jwksUri,
    jwksUri,
    fromHeaders: array(object({ name: text({ minLength: 1 }), prefix: text() }, { required: ['name'] })),
    fromParams: fullTexts,
    fromCookies: fullTexts,
    spaceDelimitedClaims: array(text({ minLength: 1 }), { maxItems: 64 }),
    forwardOriginalToken: { type: 'boolean' },
    outputPayloadToHeader: text(),
    outputClaimToHeaders: array(
      object(
        { claim: text({ minLength: 1 }), header: text({ minLength: 1, pattern: '^[-_A-Za-z0-9]+$' }) },
        { required: ['header', 'claim'] },
      ),
    ),
    timeout,
  },
  {
    rules: [
      rule<Fields>(
        'only one of jwks or jwksUri can be set',
        (fields) => count(fields, 'jwksUri', 'jwks_uri', 'jwks') <= 1,
      ),
    ],
  },
);

/** RequestAuthentication's spec. */
export const requestSchema: Schema = object(
  { ...attachment, jwtRules: array(jwtRule, { maxItems: 4096 }) },
  { rules: [oneAttachment] },
);
