import { expect, it } from 'vitest';
import { planInstallation, readOperator, renderInstallation } from './index.ts';

const version = { text: '1.30.3', minor: 30 };
const on = 'values.global.networkPolicy.enabled=true';

function findings(text: string, sets: readonly string[] = [on]): readonly (readonly [string, string])[] {
  const { operator } = readOperator({ name: 'operator.yaml', text: `kind: IstioOperator\n${text}` });
  const plan = planInstallation({ operators: [operator!], sets, version });
  if (plan.kind === 'failed') throw new Error(plan.message);
  const rendered = renderInstallation(plan);
  if (rendered.kind === 'failed') throw new Error(rendered.message);
  return [...plan.findings, ...rendered.findings].map(({ code, path, set }) => [
    code,
    set ?? (path ?? []).join('.'),
  ]);
}

it('are none where nothing is odd', () => {
  expect(findings('')).toEqual([]);
  expect(findings('spec: {profile: demo, revision: canary, components: {pilot: {Enabled: true}}}')).toEqual(
    [],
  );
});

it.each([
  ['', [on, 'values.pilot.env.A'], 'PC3432', 'values.pilot.env.A'],
  ['', [on, 'values.pilot.env.A=b=c'], 'PC3432', 'values.pilot.env.A=b=c'],
  ['spec: {namespace: mesh}', [on], 'PC3433', 'spec.namespace'],
  ['metadata: {namespace: mesh}', [on], 'PC3433', 'metadata.namespace'],
  ['Spec: {profile: demo}', [on], 'PC3433', 'Spec'],
  ['spec: {components: {Pilot: {enabled: false}}}', [on], 'PC3433', 'spec.components.Pilot'],
  [
    'spec: {values: {gateways: {istio_ingressgateway: {runAsRoot: true}}}}',
    [on],
    'PC3433',
    'spec.values.gateways.istio_ingressgateway',
  ],
  ['spec: {revision: a, values: {revision: b}}', [on], 'PC3433', 'spec.revision'],
  [
    'spec: {profile: minimal, values: {gateways: {istio-ingressgateway: {enabled: true}}}}',
    [on],
    'PC3433',
    'spec.components.ingressGateways.0.enabled',
  ],
  [
    'spec: {values: {gateways: {istio-ingressgateway: {labels: {a: b}}}}}',
    [on],
    'PC3433',
    'spec.values.gateways.istio-ingressgateway.labels',
  ],
  ['spec: {profile: ambient}', [on], 'PC3434', ''],
  ['', [on, 'components.ingressGateways[0].enabled=true'], 'PC3435', 'spec.components.ingressGateways.0'],
  [
    'spec: {components: {pilot: {k8s: {overlays: [{kind: NetworkPolicy, name: istio}]}}}}',
    [on],
    'PC3436',
    'spec.components.pilot.k8s.overlays.0.name',
  ],
  [
    'spec: {components: {pilot: {k8s: {overlays: [{kind: NetworkPolicy, name: istiod, patches: [{path: "spec.ingress.[port:1].x", value: 1}]}]}}}}',
    [on],
    'PC3436',
    'spec.components.pilot.k8s.overlays.0.patches.0.path',
  ],
  ['spec: {installPackagePath: ./charts}', [on], 'PC3438', 'spec.installPackagePath'],
  [
    'spec: {components: {ingressGateways: [{name: a}, {name: b, label: {istio: b}}, {name: c}]}}',
    [on],
    'PC3439',
    'spec.components.ingressGateways.2',
  ],
])('%s %j: %s at %s', (text, sets, code, at) => {
  expect(findings(text, sets)).toEqual([[code, at]]);
});

it('say nothing of GKE where a namespace is set, istio-cni has no policy, or policies are off', () => {
  expect(findings('spec: {profile: ambient, components: {cni: {namespace: x}}}')).toEqual([]);
  expect(findings('spec: {profile: ambient}', [])).toEqual([]);
  const old = planInstallation({
    operators: [],
    sets: ['profile=ambient', on],
    version: { text: '1.28.0', minor: 28 },
  });
  expect(old).toMatchObject({ findings: [] });
});

it('name two gateways of one name', () => {
  expect(findings('spec: {components: {ingressGateways: [{name: a}, {name: a}]}}')).toContainEqual([
    'PC3435',
    'spec.components.ingressGateways.1.name',
  ]);
});
