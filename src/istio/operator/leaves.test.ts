import { expect, it } from 'vitest';
import {
  type InstalledPolicy,
  installedPolicies,
  planInstallation,
  renderInstallation,
  whatIstioctlLeaves,
} from './index.ts';

const version = { text: '1.30.3', minor: 30 };

function installed(...sets: string[]): readonly InstalledPolicy[] {
  const input = { operators: [], sets: ['values.global.networkPolicy.enabled=true', ...sets], version };
  const plan = planInstallation(input);
  if (plan.kind === 'failed') throw new Error(plan.message);
  const rendered = renderInstallation(plan);
  if (rendered.kind === 'failed') throw new Error(rendered.message);
  return installedPolicies(plan, rendered);
}

const policies = installed();
const canary = installed('revision=canary', 'profile=minimal');

function policy(
  name: string,
  labels: Record<string, string>,
  annotations: Record<string, string> = {},
): InstalledPolicy {
  return { name, namespace: 'istio-system', labels, annotations };
}

it('stamps the labels of istioctl install over those of the chart', () => {
  expect(policies[0]).toMatchObject({
    name: 'istiod',
    namespace: 'istio-system',
    labels: {
      app: 'istiod',
      'operator.istio.io/managed': 'Reconcile',
      'operator.istio.io/version': '1.30.3',
      'operator.istio.io/component': 'Pilot',
      'install.operator.istio.io/owning-resource': 'unknown',
      'install.operator.istio.io/owning-resource-namespace': 'istio-system',
      'istio.io/rev': 'default',
    },
  });
});

it('leaves all of them where they are switched off', () => {
  const { leftBehind, removeAll } = whatIstioctlLeaves(policies, {
    kind: 'install',
    revision: 'default',
    renders: [],
  });
  expect(leftBehind.map(({ name, by, remove }) => [name, by, remove])).toEqual([
    ['istiod', 'istioctl', 'kubectl delete networkpolicy istiod --namespace istio-system'],
    [
      'istio-ingressgateway',
      'istioctl',
      'kubectl delete networkpolicy istio-ingressgateway --namespace istio-system',
    ],
  ]);
  expect(removeAll).toBe(
    "kubectl delete networkpolicy --all-namespaces --selector 'operator.istio.io/managed=Reconcile,operator.istio.io/component'",
  );
});

it('leaves what is not rendered any more, and no selector tells that from the rest', () => {
  const { leftBehind, removeAll } = whatIstioctlLeaves(policies, {
    kind: 'install',
    revision: 'default',
    renders: [{ name: 'istiod', namespace: 'istio-system' }],
  });
  expect(leftBehind.map(({ name }) => name)).toEqual(['istio-ingressgateway']);
  expect(removeAll).toBe('kubectl delete networkpolicy istio-ingressgateway --namespace istio-system');
});

it('leaves a revision that is uninstalled, and spares the others', () => {
  const both = [...policies, ...canary];
  const { leftBehind, removeAll } = whatIstioctlLeaves(both, { kind: 'uninstall', revision: 'canary' });
  expect(leftBehind.map(({ name }) => name)).toEqual(['istiod-canary']);
  expect(removeAll).toContain('istio.io/rev in (canary)');
  expect(whatIstioctlLeaves(both, { kind: 'purge' }).leftBehind).toHaveLength(3);
});

it("tells Helm's, that Helm deletes, from applied text, that nobody does", () => {
  const pilot = { 'operator.istio.io/component': 'Pilot', 'istio.io/rev': 'default' };
  const helm = policy('istiod', pilot, { 'meta.helm.sh/release-name': 'istiod' });
  const text = policy('applied', pilot);
  const own = policy('mine', { app: 'istiod' });
  expect(whatIstioctlLeaves([helm, text, own], { kind: 'purge' })).toMatchObject({
    leftBehind: [{ name: 'applied', by: 'rendered text' }],
    removedByHelm: [{ name: 'istiod', release: 'istiod' }],
  });
  expect(whatIstioctlLeaves([text], { kind: 'purge' })).not.toHaveProperty('removeAll');
});

it('quotes names that a shell would take apart', () => {
  const { leftBehind } = whatIstioctlLeaves([policy("a b'c", { 'operator.istio.io/component': 'Pilot' })], {
    kind: 'purge',
  });
  expect(leftBehind[0]!.remove).toBe(
    String.raw`kubectl delete networkpolicy 'a b'\''c' --namespace istio-system`,
  );
});
