import { assumeNamespaceLabel, type Cluster } from '../../cluster/index.ts';
import { listNames } from '../../model/index.ts';
import { createContext, type LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Proof, Witness } from '../types.ts';

const injection = ['istio-injection', 'enabled'] as const;
const known = new WeakMap<LintContext, LintContext>();

/**
 * The rule where nobody knows which namespaces are in the mesh: it is asked as if those were injected of which the labels are not given. Policies of Istio that
 * stand beside workloads are there to be enforced; what is found so is at most a warning, and its witnesses say what was taken for granted. Where anything
 * speaks of ambient, nothing is taken for granted.
 */
export function assumingSidecars({ codes, check }: LintRule): LintRule {
  return {
    codes,
    *check(context) {
      const assumed = known.get(context) ?? assume(context);
      known.set(context, assumed);
      for (const finding of check(assumed)) yield assumed === context ? finding : soften(finding);
    },
  };
}

function assume(context: LintContext): LintContext {
  const { cluster, objects } = context;
  const namespaces = cluster.traces.ambient ? [] : unknownNamespaces(cluster);
  if (namespaces.length === 0) return context;
  const injected = namespaces.reduce((rest, name) => assumeNamespaceLabel(rest, name, ...injection), cluster);
  const assumed = createContext(injected, objects);
  const words = namespaces.flatMap((name) => ['--assume', `Namespace/${name}:${injection.join('=')}`]);
  return {
    ...assumed,
    podMakers: context.podMakers,
    witness: (request, shows): Witness => {
      const witness = assumed.witness(request, shows);
      if (witness.outcome === context.decide(request).outcome) return context.witness(request, shows);
      const under = `with sidecars in ${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${listNames(namespaces)}, of which the labels are not given`;
      return {
        ...witness,
        under,
        ...(witness.words !== undefined && { words: [...witness.words, ...words] }),
      };
    },
  };
}

/** Namespaces with pods of which nobody knows whether they are injected, in order. */
function unknownNamespaces({ pods }: Cluster): readonly string[] {
  const names = new Set<string>();
  for (const { namespace, membership } of pods.values()) {
    if (membership.facts !== undefined && membership.facts.length > 0) names.add(namespace);
  }
  return [...names].sort();
}

/** What holds only where the namespaces are injected is no error yet. */
function soften(finding: Finding): Finding {
  const conditional = witnessesOf(finding.proof).some(({ under }) => under?.startsWith('with sidecars'));
  return conditional && finding.severity === 'error' ? { ...finding, severity: 'warning' } : finding;
}

function witnessesOf(proof: Proof): readonly Witness[] {
  return proof.kind === 'never matches' ? [] : (proof.witnesses ?? []);
}
