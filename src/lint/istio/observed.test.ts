import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildCluster } from '../../cluster/index.ts';
import { readManifests } from '../../manifest/index.ts';
import type { AuthorizationPolicy, MeshSettings } from '../../model/index.ts';
import { type Finding, lint } from '../index.ts';

interface Vector {
  readonly id: string;
  readonly mesh: MeshSettings & { readonly pathNormalization?: string };
  readonly policies: readonly object[];
  readonly request: {
    readonly protocol: string;
    readonly jwt?: { readonly claims?: { readonly sub?: string } };
  };
  readonly observed: object;
}

/** Codes of findings that turn on nothing but the policy and the mesh settings. */
const codes = ['PC3211', 'PC3221', 'PC3222', 'PC3223', 'PC3224', 'PC3225', 'PC3227', 'PC3234'];

const file = join(import.meta.dirname, '../../../conformance/authorization-vectors.json');
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[] };

/** The rule that a real Envoy named as the one that matched. */
function ruleMatched({ observed }: Vector): readonly [string, number] | undefined {
  const found = /ns\[([^\]]+)\]-policy\[([^\]]+)\]-rule\[(\d+)\]/.exec(JSON.stringify(observed));
  return found === null ? undefined : [`${found[1]}/${found[2]}`, Number(found[3])];
}

function findingsOf({ mesh, policies }: Vector): readonly Finding[] {
  const text = policies.map((policy) => JSON.stringify(policy)).join('\n---\n');
  const manifests = readManifests([{ name: 'a.yaml', text }]);
  const { pathNormalization = 'DEFAULT', validatePeerTrustDomain = false, ...settings } = mesh;
  const normalization = pathNormalization === 'DEFAULT' ? 'BASE' : pathNormalization;
  const cluster = buildCluster(manifests, {
    mesh: { ...settings, validatePeerTrustDomain, pathNormalization: normalization as 'BASE' },
  });
  return lint(cluster, { objects: manifests.objects, only: codes });
}

/** Does the finding say that the rule as a whole cannot match: the rule itself, or the only value of a field that it must satisfy? */
function deniesMatch({ code, object, path, proof }: Finding, rule: number): boolean {
  if (proof.kind !== 'never matches' || path[2] !== rule) return false;
  const { from, to } = (object as AuthorizationPolicy).spec.rules[rule]!;
  if (from.length > 1 || to.length > 1) return false;
  if (code === 'PC3211') return true;
  const [list, index] = path.slice(-2);
  if (typeof index !== 'number' || typeof list !== 'string' || /^not[A-Z]/.test(list)) return false;
  const values = path
    .slice(0, -1)
    .reduce<unknown>(
      (node, part) => (part === 'source' || part === 'operation' ? node : (node as never)[part]),
      object,
    );
  return (values as readonly string[]).length === 1;
}

describe('what is said never to match', () => {
  const matching = vectors.flatMap((vector) => {
    const matched = ruleMatched(vector);
    // On a TCP port a rule loses what it asks of HTTP; an empty subject no issuer gives out.
    const aside = vector.request.protocol === 'tcp' || vector.request.jwt?.claims?.sub === '';
    return matched === undefined || aside ? [] : [{ vector, matched }];
  });

  it('was never seen to match at an Envoy', () => {
    expect(matching.length).toBeGreaterThan(1000);
    const wrong = matching.flatMap(({ vector, matched: [name, rule] }) =>
      findingsOf(vector)
        .filter(({ object }) => `${object.metadata.namespace}/${object.metadata.name}` === name)
        .filter((finding) => deniesMatch(finding, rule))
        .map(({ code, message }) => `${vector.id}: ${code} ${message}`),
    );
    expect(wrong).toEqual([]);
  }, 60_000);
});
