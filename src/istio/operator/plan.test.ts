import { expect, it } from 'vitest';
import { planInstallation, renderInstallation } from './index.ts';

const version = { text: '1.30.3', minor: 30 };

it('plans what the default profile installs, and renders it', () => {
  const plan = planInstallation({
    operators: [],
    sets: ['values.global.networkPolicy.enabled=true'],
    version,
  });
  if (plan.kind === 'failed') throw new Error(plan.message);
  expect(plan.releases.map(({ component, namespace, name }) => [component, namespace, name])).toEqual([
    ['Pilot', 'istio-system', 'istio'],
    ['IngressGateways', 'istio-system', 'istio'],
  ]);
  const rendered = renderInstallation(plan);
  if (rendered.kind === 'failed') throw new Error(rendered.message);
  expect(rendered.releases.map(({ object }) => (object?.metadata as { name: string }).name)).toEqual([
    'istiod',
    'istio-ingressgateway',
  ]);
});

it('refuses an unknown profile with the nearest one', () => {
  expect(planInstallation({ operators: [], sets: ['profile=ambiant'], version })).toMatchObject({
    kind: 'failed',
    code: 'PC3431',
    help: expect.stringContaining('Do you mean ambient?'),
  });
});
