import type { ProbeRequest } from '../../src/lab/verify/index.ts';
import type { HttpRequest, InvalidToken, Token } from '../../src/model/index.ts';
import type { Document, Random } from './random-cluster.ts';

type Headers = Readonly<Record<string, string | readonly string[]>>;
type Claims = Readonly<Record<string, unknown>>;

/** A request in the making. */
interface Draft {
  readonly http: Omit<HttpRequest, 'headers'>;
  readonly headers: Headers;
  readonly claims?: Claims;
}

type Change = (draft: Draft) => Draft;

/** A condition of a rule: what makes a request meet it, and what makes it fail. */
interface Part {
  readonly meet: Change;
  readonly fail: Change;
}

interface Condition {
  readonly key: string;
  readonly values?: readonly string[];
  readonly notValues?: readonly string[];
}

interface Policy {
  readonly kind: string;
  readonly metadata: { readonly namespace: string };
  readonly spec: {
    readonly selector?: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly rules?: readonly {
      readonly from?: readonly { readonly source: Readonly<Record<string, readonly string[]>> }[];
      readonly to?: readonly { readonly operation: Readonly<Record<string, readonly string[]>> }[];
      readonly when?: readonly Condition[];
    }[];
    readonly jwtRules?: readonly {
      readonly issuer: string;
      readonly fromHeaders?: readonly { readonly name: string; readonly prefix?: string }[];
      readonly fromCookies?: readonly string[];
    }[];
  };
}

/** Every request goes so many ways: from another sender, to the pod or its Service. */
const ways = 4;
const waysWithToken = 8;
const mostPerRule = 7;
const rootNamespace = 'istio-system';

/**
 * Requests made of the values of AuthorizationPolicies: for each rule one that meets all that a request can meet of it, and for each condition one that fails it alone.
 * `issue` signs tokens.
 */
export function requestsFor(
  documents: readonly Document[],
  random: Random,
  issue: (token: Token) => string,
): ProbeRequest[] {
  const places = tokenPlaces(documents);
  return documents
    .filter(({ kind }) => kind === 'AuthorizationPolicy')
    .map((document) => document as unknown as Policy)
    .flatMap((policy) => {
      const targets = podsOf(documents, policy);
      if (targets.length === 0) return [];
      return (policy.spec.rules ?? []).flatMap((rule) =>
        draftsOf(rule, random).map((draft) => {
          return finish(draft, random.pick(targets), random, places, issue);
        }),
      );
    });
}

type Rule = NonNullable<Policy['spec']['rules']>[number];

function draftsOf(rule: Rule, random: Random): Draft[] {
  const { pick } = random;
  const source = rule.from === undefined ? {} : pick(rule.from).source;
  const operation = rule.to === undefined ? {} : pick(rule.to).operation;
  const lists = [...Object.entries(source), ...Object.entries(operation)];
  const parts = [
    ...lists.flatMap(([name, values]) => partOf(name, values, random)),
    ...(rule.when ?? []).flatMap(({ key, values = [], notValues = [] }) => [
      ...(values.length === 0 ? [] : partOf(key, values, random)),
      ...(notValues.length === 0 ? [] : partOf(`not ${key}`, notValues, random)),
    ]),
  ];
  const make = (failing: number): Draft =>
    parts.reduce<Draft>((draft, { meet, fail }, i) => (i === failing ? fail : meet)(draft), {
      http: {},
      headers: {},
    });
  return [make(-1), ...parts.map((_, i) => make(i))].slice(0, mostPerRule);
}

/** What a request can do about a field or `when` key; nothing for what its ends decide. */
function partOf(name: string, values: readonly string[], random: Random): Part[] {
  const negated = /^not[A-Z ]/.test(name);
  const field = negated
    ? name.replace(/^not ?/, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase())
    : name;
  const changes = changesOf(field, random.pick(values), random);
  if (changes === undefined) return [];
  const [hit, miss] = changes;
  return [negated ? { meet: miss, fail: hit } : { meet: hit, fail: miss }];
}

const same: Change = (draft) => draft;

/** What makes a request have a value, and what makes it have another or none. */
function changesOf(field: string, value: string, random: Random): readonly [Change, Change] | undefined {
  const { pick } = random;
  const text = sampleOf(value, random);
  const header = /^request\.headers\[(.*)\]$/.exec(field)?.[1]?.toLowerCase();
  if (header !== undefined) return headerChanges(header, value, random);
  const claim = /^request\.auth\.claims\[(.*)\]$/.exec(field)?.[1];
  if (claim !== undefined) {
    const path = claim.split('][');
    const good = pick([text, [text], ['x', text]]);
    return [withClaim(path, good), pick([withClaim(path, 'other'), withClaim(path, 7), withoutToken, same])];
  }
  switch (field) {
    case 'paths':
      return [
        withPath(disguise(pathOf(value, random), random)),
        withPath(pick(['/elsewhere', `${text}x`, '/a/'])),
      ];
    case 'methods':
      return [withHttp({ method: methodOf(value, random) }), withHttp({ method: pick(['GET', 'PATCH']) })];
    case 'hosts':
      return headerChanges('host', value, random);
    case 'requestPrincipals':
    case 'request.auth.principal':
      return [
        withPrincipal(value),
        pick([withoutToken, withClaim(['sub'], 'nobody'), withClaim(['sub'], undefined)]),
      ];
    case 'request.auth.audiences':
      return [
        withClaim(['aud'], pick([text, ['x', text]])),
        pick([withClaim(['aud'], 'other'), withoutToken]),
      ];
    case 'request.auth.presenter':
      return [withClaim(['azp'], text), pick([withClaim(['azp'], 'other'), withoutToken])];
    case 'remoteIpBlocks':
    case 'remote.ip':
      return [
        withForwarded(addressIn(value), random),
        withForwarded(pick(['192.0.2.9', 'unknown', '']), random),
      ];
    default:
      return undefined;
  }
}

function headerChanges(name: string, value: string, random: Random): readonly [Change, Change] {
  const { pick } = random;
  const text = sampleOf(value, random);
  switch (name) {
    case 'host':
    case ':authority':
      return [withHttp({ host: text.replace('*', '') }), pick([same, withHttp({ host: 'y.example' })])];
    case ':method':
      return [withHttp({ method: methodOf(value, random) }), withHttp({ method: 'PATCH' })];
    case ':path':
      return [withPath(text.startsWith('/') ? text : `/${text}`), withPath('/elsewhere')];
    case ':scheme':
      return [withHeader('x-forwarded-proto', text), withHeader('x-forwarded-proto', pick(['https', 'ftp']))];
    default:
      return [
        withHeader(name, pick([text, text, ['0', text], ` ${text} `])),
        pick([same, withHeader(name, 'other'), withHeader(name, '')]),
      ];
  }
}

const withHttp =
  (http: Draft['http']): Change =>
  (draft) => ({ ...draft, http: { ...draft.http, ...http } });
const withPath = (path: string): Change => withHttp({ path });
const withHeader =
  (name: string, value: string | readonly string[]): Change =>
  (draft) => ({ ...draft, headers: { ...draft.headers, [name]: value } });

/** The last address of the last header counts. */
function withForwarded(address: string, { pick }: Random): Change {
  return withHeader(
    'x-forwarded-for',
    pick<string | readonly string[]>([address, `192.0.2.1, ${address}`, ['192.0.2.1', address]]),
  );
}

const withoutToken: Change = ({ claims: _, ...draft }) => draft;

function withClaim([first, ...rest]: readonly string[], value: unknown): Change {
  return (draft) => {
    const claims: Claims = draft.claims ?? { iss: 'https://i', sub: 'u' };
    const inner = rest.reduceRight((within, key) => ({ [key]: within }), value);
    return { ...draft, claims: { ...claims, [first!]: inner } };
  };
}

/** A token whose issuer and subject are what a value asks for. */
function withPrincipal(value: string): Change {
  const slash = value.lastIndexOf('/');
  const [iss, sub] = slash < 0 ? [value, ''] : [value.slice(0, slash), value.slice(slash + 1)];
  const known = iss === '*' || !iss.startsWith('https://') ? 'https://i' : iss;
  const subject = sub.replace('*', 'x') || 'u';
  return (draft) => withClaim(['iss'], known)(withClaim(['sub'], subject)(draft));
}

/** A text that a value matches, or nearly. */
function sampleOf(value: string, { pick }: Random): string {
  if (value === '*') return pick(['any', 'GET']);
  if (value.startsWith('*')) return `${pick(['', 'x', 'pre'])}${value.slice(1)}`;
  if (value.endsWith('*')) return `${value.slice(0, -1)}${pick(['', 'x', '-post'])}`;
  return value;
}

/** A method that a value matches; now and then one that nobody knows. */
function methodOf(value: string, random: Random): string {
  const fitting = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'].filter((method) =>
    value.startsWith('*')
      ? method.endsWith(value.slice(1))
      : value.endsWith('*')
        ? method.startsWith(value.slice(0, -1))
        : method === value,
  );
  const unknown = sampleOf(value, random).toUpperCase();
  return fitting.length === 0 || random.chance(0.1) ? unknown : random.pick(fitting);
}

function pathOf(value: string, random: Random): string {
  const { pick } = random;
  if (value.includes('{')) {
    return value
      .replaceAll('{**}', () => pick(['', 'm', 'm/n', 'm//n']))
      .replaceAll('{*}', () => pick(['m', 'm=1', '']));
  }
  const text = sampleOf(value, random);
  return text.startsWith('/') ? text : `/${text}`;
}

/** The same path as a client may write it, or one that only looks the same. */
function disguise(path: string, { pick, chance }: Random): string {
  if (chance(0.5)) return path;
  return pick([
    `${path}?q=1`,
    `${path}#part`,
    `/.${path}`,
    `/x/..${path}`,
    `/%2e${path}`,
    `/${path}`,
    path.replace('a', '%61'),
    path.replace('a', 'A'),
    path.replace('/', '\\').replace(/^\\/, '/'),
    `${path}/`,
    `${path}%2f`,
    path.replace('/b', '%2Fb'),
    `${path};v=1`,
  ]);
}

/** An address in a block; of a block that names a pod none but that pod's. */
function addressIn(block: string): string {
  const [address = ''] = block.split('/');
  return address.endsWith('.0')
    ? address.replace(/0$/, '9')
    : address === '2001:db8::'
      ? '2001:db8::1'
      : address;
}

interface Place {
  readonly issuer: string;
  readonly location: Token['location'];
}

/** Where the RequestAuthentications look for the tokens of an issuer. */
function tokenPlaces(documents: readonly Document[]): readonly Place[] {
  return documents
    .filter(({ kind }) => kind === 'RequestAuthentication')
    .flatMap((document) => (document as unknown as Policy).spec.jwtRules ?? [])
    .map(({ issuer, fromHeaders, fromCookies }): Place => {
      const header = fromHeaders?.[0];
      if (header !== undefined)
        return {
          issuer,
          location: { header: header.name, ...(header.prefix !== undefined && { prefix: header.prefix }) },
        };
      const cookie = fromCookies?.[0];
      return { issuer, location: cookie === undefined ? undefined : { cookie } };
    });
}

const troubles: readonly InvalidToken[] = [
  'expired',
  'bad-signature',
  'unknown-issuer',
  'malformed',
  'not-yet-valid',
];

function finish(
  { http, headers, claims }: Draft,
  to: string,
  { pick, chance }: Random,
  places: readonly Place[],
  issue: (token: Token) => string,
): ProbeRequest {
  const request = {
    to,
    ways,
    http: { ...http, ...(Object.keys(headers).length > 0 && { headers }) },
  };
  if (claims === undefined) return request;
  const whole = 'aud' in claims || chance(0.3) ? claims : { ...claims, aud: pick(['aud', ['aud', 'aud-2']]) };
  const own = places.filter(({ issuer }) => issuer === claims.iss);
  const location = own.length === 0 || chance(0.1) ? undefined : pick(own).location;
  const token: Token = {
    claims: whole,
    ...(location !== undefined && { location }),
    ...(chance(0.08) && { invalid: pick(troubles) }),
  };
  return { ...request, ways: waysWithToken, jwt: token, tokens: [issue(token)] };
}

/** The pods that a policy is for. */
function podsOf(documents: readonly Document[], { metadata, spec }: Policy): string[] {
  const wanted = Object.entries(spec.selector?.matchLabels ?? {});
  return documents.flatMap((document) => {
    if (document.kind !== 'Pod') return [];
    const pod = document.metadata as { namespace: string; name: string; labels?: Record<string, string> };
    const here = metadata.namespace === rootNamespace || pod.namespace === metadata.namespace;
    const fits = wanted.every(([key, value]) => pod.labels?.[key] === value);
    return here && fits ? [`${pod.namespace}/${pod.name}`] : [];
  });
}
