import { describe, expect, test } from 'vitest';
import { operationFields, sourceFields, whenField } from '../src/policy/authorization/fields.ts';
import { policyLabWorld } from './support/lab-world.ts';
import { requestsFor } from './support/policy-requests.ts';
import { type Document, randomFrom } from './support/random-cluster.ts';
import { conditionValues } from './support/random-policies.ts';

type Fields = Readonly<Record<string, unknown>>;

interface Rule {
  readonly from?: readonly { readonly source: Fields }[];
  readonly to?: readonly { readonly operation: Fields }[];
  readonly when?: readonly {
    readonly key: string;
    readonly values?: unknown;
    readonly notValues?: unknown;
  }[];
}

const worlds = Array.from({ length: 250 }, (_, seed) => policyLabWorld(randomFrom(seed)));
const seen = new Set(worlds.flat().flatMap(marksOf));

/** What of the fields of Istio's policies a document has. */
function marksOf({ kind, metadata, spec }: Document): readonly string[] {
  const { annotations = {}, namespace } = metadata as { annotations?: Fields; namespace?: string };
  const {
    rules = [],
    jwtRules = [],
    action,
    ...rest
  } = (spec ?? {}) as {
    rules?: readonly Rule[];
    jwtRules?: readonly Fields[];
    action?: string;
  } & Fields;
  if (!['AuthorizationPolicy', 'RequestAuthentication', 'PeerAuthentication'].includes(String(kind)))
    return [];
  const parts = rules.flatMap(({ from = [], to = [], when = [] }) => [
    ...from.flatMap(({ source }) => Object.keys(source)),
    ...to.flatMap(({ operation }) => Object.keys(operation)),
    ...when.flatMap(({ key, values, notValues }) => [
      ...(values === undefined ? [] : [key]),
      ...(notValues === undefined ? [] : [`not ${key}`]),
    ]),
  ]);
  return [
    ...parts,
    ...(action === undefined ? [] : [`${action}${'istio.io/dry-run' in annotations ? ' (dry run)' : ''}`]),
    ...Object.keys(rest).map((name) => `${kind} ${name}`),
    ...jwtRules.flatMap((rule) => Object.keys(rule)),
    ...(namespace === 'istio-system' ? [`${kind} of the mesh`] : []),
  ];
}

function withNegative(name: string): readonly string[] {
  return [name, `not${name[0]!.toUpperCase()}${name.slice(1)}`];
}

describe('random policies', () => {
  test.each([...Object.keys(sourceFields), ...Object.keys(operationFields)].flatMap(withNegative))(
    'have %s',
    (name) => expect(seen).toContain(name),
  );

  test.each(Object.keys(conditionValues))('have when %s', (key) => {
    expect(whenField(key)).toBeDefined();
    expect(seen).toContain(key);
    expect(seen).toContain(`not ${key}`);
  });

  test.each([
    ...['ALLOW', 'DENY', 'AUDIT', 'CUSTOM', 'ALLOW (dry run)', 'DENY (dry run)'],
    ...['AuthorizationPolicy selector', 'AuthorizationPolicy of the mesh', 'AuthorizationPolicy provider'],
    ...['PeerAuthentication mtls', 'PeerAuthentication selector', 'PeerAuthentication portLevelMtls'],
    ...[
      'PeerAuthentication of the mesh',
      'RequestAuthentication selector',
      'RequestAuthentication of the mesh',
    ],
    ...['fromHeaders', 'fromCookies', 'audiences', 'outputClaimToHeaders', 'outputPayloadToHeader'],
    'forwardOriginalToken',
  ])('have %s', (mark) => expect(seen).toContain(mark));

  test('are asked with methods, paths, hosts, headers and tokens of their own', () => {
    const requests = worlds
      .slice(0, 60)
      .flatMap((documents, seed) => requestsFor(documents, randomFrom(seed), () => 'token'));
    for (const name of ['method', 'path', 'host', 'headers'] as const)
      expect(requests.filter(({ http }) => http[name] !== undefined).length, name).toBeGreaterThan(20);
    expect(requests.filter(({ jwt }) => jwt !== undefined).length).toBeGreaterThan(20);
    const forwarded = requests.filter(({ http }) => http.headers?.['x-forwarded-for'] !== undefined);
    expect(forwarded.length).toBeGreaterThan(20);
  });
});
