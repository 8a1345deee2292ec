import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ApiObject, createStore, type NewObject, StatusError } from '../../store/index.ts';
import { installDefaults } from '../defaults/index.ts';
import type { Call } from '../http/call.ts';
import { readBody } from '../openapi/index.ts';
import type { Target } from '../path.ts';
import { validator } from './index.ts';

/** What the API server's own code (k8s.io/kubernetes v1.36.3: decoding, defaults, the registries' BeforeCreate) said to objects with random faults; no causes where it took them. */
interface Case {
  readonly object: NewObject;
  readonly causes?: readonly { readonly field?: string; readonly message: string; readonly reason: string }[];
}

const cases = readFileSync(join(import.meta.dirname, 'validation.cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

/** The object as the store would have it, or the causes of the refusal. */
function create(object: NewObject, warnings = new Set<string>()): ApiObject | readonly object[] {
  const store = createStore();
  installDefaults(store);
  const { namespace } = object.metadata;
  if (namespace !== undefined) {
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  }
  const resource = store.resourceOf(object.apiVersion, object.kind)!;
  const version = object.apiVersion.split('/').at(-1)!;
  const text = JSON.stringify(object);
  const read = readBody({
    text,
    format: 'json',
    resource,
    version,
    resources: store.resources,
    fieldValidation: 'Ignore',
  });
  try {
    return store.create(read.object, validator({ warnings } as Call, { resource } as Target));
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason === 'AlreadyExists') return [];
    return error.details?.causes ?? [error];
  }
}

const told = (causes: readonly object[]) => causes.map((cause) => JSON.stringify(cause)).sort();
const sorted = ({ causes = [] }: Case) =>
  causes.map(({ reason, field, message }) => JSON.stringify({ reason, field, message })).sort();

describe('validation', () => {
  it("says what the API server's own code says", () => {
    expect(cases.filter(({ causes }) => causes !== undefined).length).toBeGreaterThan(60);
    const wrong = cases.flatMap((each) => {
      const answer = create(each.object);
      const got = Array.isArray(answer) ? told(answer) : [];
      return JSON.stringify(got) === JSON.stringify(sorted(each)) ? [] : [{ got, wanted: sorted(each) }];
    });
    expect(wrong).toEqual([]);
  });

  const custom = (apiVersion: string, kind: string, spec: object, metadata: object = {}) =>
    create({ apiVersion, kind, metadata: { name: 'x', ...metadata }, spec });

  it('holds custom resources against their schemas, then against what no schema tells', () => {
    const policy = 'policy.networking.k8s.io/v1alpha2';
    const rule = { action: 'Accept', from: [{ namespaces: {} }] };
    const spec = { tier: 'Admin', priority: 5, subject: { namespaces: {} }, ingress: [rule] };
    expect(custom(policy, 'ClusterNetworkPolicy', spec)).toMatchObject({ spec });
    expect(custom(policy, 'ClusterNetworkPolicy', { ...spec, priority: 2000, tier: 'Top' })).toEqual([
      {
        reason: 'FieldValueNotSupported',
        field: 'spec.tier',
        message: 'Unsupported value: "Top": supported values: "Admin", "Baseline"',
      },
      {
        reason: 'FieldValueInvalid',
        field: 'spec.priority',
        message: 'Invalid value: 2000: spec.priority in body should be less than or equal to 1000',
      },
    ]);
    expect(
      custom('policy.networking.k8s.io/v1alpha1', 'BaselineAdminNetworkPolicy', {
        subject: { namespaces: {} },
      }),
    ).toMatchObject([
      { field: 'metadata.name', message: 'Invalid value: only the one named default can be created' },
    ]);
  });

  it("asks Istio's webhook, and passes on its warnings", () => {
    const warnings = new Set<string>();
    const rules = [{ to: [{ operation: { methods: ['GET'] } }] }];
    const object = {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'x', namespace: 'shop' },
      spec: { action: 'DENY', rules },
    };
    expect(create(object, warnings)).toMatchObject({ spec: { action: 'DENY' } });
    expect([...warnings].join()).toMatch(/will deny all traffic to TCP ports/);
    const [refusal] = create({ ...object, spec: { action: 'DENY' } }) as readonly StatusError[];
    expect(refusal!.message).toMatch(
      /^admission webhook "validation.istio.io" denied the request: configuration is invalid: invalid policy x.shop: DENY action without/,
    );
  });
});
