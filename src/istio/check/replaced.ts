import { type Diagnostic, describeObject, labelOf, type NetworkPolicy } from '../../model/index.ts';
import { rulesOf } from '../../policy/network/index.ts';
import type { Scene } from './scene.ts';

/**
 * Policies of the cluster that a rendered one takes the place of, by its name, and that no earlier installation rendered: by their labels, or by rules that no chart renders.
 */
export function replacedFindings({ input }: Scene): readonly Diagnostic[] {
  const rendered = new Map(input.policies.filter(isIstios).map((policy) => [nameOf(policy), policy]));
  return input.manifests.objects.flatMap((object) => {
    const by = object.kind === 'NetworkPolicy' ? rendered.get(nameOf(object)) : undefined;
    return by === undefined ? [] : findingsOf(object as NetworkPolicy, by);
  });
}

function findingsOf(old: NetworkPolicy, by: NetworkPolicy): readonly Diagnostic[] {
  if (JSON.stringify(old.spec) === JSON.stringify(by.spec) || (isIstios(old) && isLikeRendered(old)))
    return [];
  const [what, help] = isIstios(old)
    ? [
        'it has rules that no chart of Istio renders',
        "The next helm upgrade or istioctl install puts Istio's rules in their place: keep rules of your own in a policy of another name.",
      ]
    : [
        'it has no labels of an installation of Istio',
        'Helm refuses to take over what it did not install, and istioctl writes over it: give it another name, or delete it if its rules are not needed.',
      ];
  return [
    {
      code: 'PC3449',
      severity: 'warning',
      message: `${describeObject(old)}: the rendered one of that name takes its place here, but ${what}`,
      span: old.origin.locate(['metadata', 'name']),
      help,
    },
  ];
}

function nameOf({ metadata: { namespace, name } }: NetworkPolicy): string {
  return `${namespace}/${name}`;
}

/** Source: Istio, charts: labels of their NetworkPolicies, from the first version that has them. */
function isIstios({ metadata: { labels } }: NetworkPolicy): boolean {
  return (
    labelOf(labels, 'app.kubernetes.io/part-of') === 'istio' ||
    labelOf(labels, 'app.kubernetes.io/managed-by') === 'Helm'
  );
}

/** Istio's rules name ports and nobody on the way in, and nothing on the way out. */
function isLikeRendered(policy: NetworkPolicy): boolean {
  const ingress = rulesOf(policy, 'ingress');
  const egress = rulesOf(policy, 'egress');
  return (
    ingress?.every(({ peers, ports }) => peers === undefined && ports !== undefined) === true &&
    egress?.some(({ peers, ports }) => peers === undefined && ports === undefined) === true
  );
}
