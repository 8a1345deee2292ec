import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resourceTable } from '../../store/index.ts';
import { completions } from '../defaults/complete.ts';
import { definitionName } from './index.ts';
import { readBody } from './read-body.ts';

/** What the decoders and defaults of k8s.io/kubernetes v1.36.3 made of random bodies, many of them with mistakes. Nulls are left out. */
interface Case {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly text: string;
  readonly error?: string;
  readonly strict?: readonly string[];
  readonly defaulted?: Readonly<Record<string, unknown>>;
}

const cases = readFileSync(join(import.meta.dirname, 'read-body.cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

function resourceOf(kind: string, group = '') {
  return resourceTable.find((each) => each.kind === kind && (group === '' || each.group === group))!;
}

function read(
  kind: string,
  text: string,
  fieldValidation: 'Strict' | 'Warn' | 'Ignore' = 'Strict',
  format: 'json' | 'yaml' = 'json',
) {
  const resource = resourceOf(kind);
  return readBody({
    text,
    format,
    resource,
    version: resource.versions[0]!,
    resources: resourceTable,
    fieldValidation,
  });
}

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return '(accepted)';
}

describe('bodies of requests', () => {
  it('are read as by the API server', () => {
    expect(cases.length).toBeGreaterThan(90);
    const made = cases.map(({ kind, text }) => {
      try {
        const { object, warnings } = read(kind, text, 'Warn');
        const defaulted = (completions[resourceOf(kind).name] ?? ((same) => same))(object);
        return { ...(warnings.length > 0 && { strict: warnings }), defaulted };
      } catch (error) {
        const [, words] = (error as Error).message.split(/ cannot be handled as a \w+: /);
        return { error: words };
      }
    });
    const wanted = cases.map(({ kind, error, strict, defaulted }) => {
      if (error !== undefined) return { error };
      // What a server adds elsewhere, and not its defaults: see pod.ts.
      return {
        ...(strict !== undefined && { strict }),
        defaulted: kind === 'Pod' ? asAdmitted(defaulted!) : defaulted,
      };
    });
    expect(made).toEqual(wanted);
  });

  it('of every kind and version have a schema', () => {
    const without = resourceTable.flatMap(({ group, versions, kind }) =>
      versions
        .filter((version) => definitionName(group, version, kind) === undefined)
        .map((version) => `${group}/${version} ${kind}`),
    );
    expect(without).toEqual([]);
  });

  it('of custom resources lose unknown fields, named in order', () => {
    const text = JSON.stringify({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'a', labels: { x: 'y' }, colour: 'red' },
      spec: {
        rules: [{ from: [{ source: { principal: ['x'], principals: ['y'] } }] }],
        action: 'DENY',
        acton: 'DENY',
      },
    });
    expect(refusal(() => read('AuthorizationPolicy', text))).toBe(
      'AuthorizationPolicy in version "v1" cannot be handled as a AuthorizationPolicy: strict decoding error: unknown field "metadata.colour", unknown field "spec.acton", unknown field "spec.rules[0].from[0].source.principal"',
    );
    const { object, warnings } = read('AuthorizationPolicy', text, 'Warn');
    expect(object).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'a', labels: { x: 'y' } },
      spec: { rules: [{ from: [{ source: { principals: ['y'] } }] }], action: 'DENY' },
    });
    expect(warnings).toHaveLength(3);
    expect(read('AuthorizationPolicy', text, 'Ignore').warnings).toEqual([]);
  });

  it('of another kind or version than the path are refused', () => {
    expect(refusal(() => read('Pod', '{"kind":"Service","apiVersion":"v1"}'))).toBe(
      'Service in version "v1" cannot be handled as a Pod: converting (v1.Service) to (core.Pod): unknown conversion',
    );
    expect(refusal(() => read('Deployment', '{"kind":"Deployment","apiVersion":"apps/v2"}'))).toBe(
      'the API version in the data (apps/v2) does not match the expected API version (apps/v1)',
    );
  });

  it('that are no objects are refused', () => {
    expect(refusal(() => read('Pod', '[]'))).toContain('cannot unmarshal array into Go value of type struct');
    expect(refusal(() => read('Pod', '{"kind":'))).toBe(
      'the object provided is unrecognized (must be of type Pod): couldn\'t get version/kind; json parse error: unexpected end of JSON input ({"kind":)',
    );
    expect(refusal(() => read('Pod', ''))).toContain('unexpected end of JSON input (<empty>)');
  });

  it('may be YAML, where repeated keys are told by their line', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: "1"\n  a: "2"\n';
    expect(refusal(() => read('ConfigMap', text, 'Strict', 'yaml'))).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal errors:\n  line 6: key "a" already set in map',
    );
  });
});

function asAdmitted(pod: Readonly<Record<string, unknown>>): object {
  const added = { priority: 0, preemptionPolicy: 'PreemptLowerPriority' };
  const status = pod.status as { readonly phase?: string };
  return {
    ...pod,
    spec: { ...added, ...(pod.spec as object) },
    status: { ...status, phase: status.phase || 'Pending' },
  };
}
