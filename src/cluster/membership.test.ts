import { describe, expect, it } from 'vitest';
import { defaultMesh, type Labels, type Mesh } from '../model/index.ts';
import { type Enrolment, membershipOf } from './membership.ts';

const traces = { sidecars: true, ambient: true };

interface Case {
  readonly namespace?: Labels;
  readonly pod?: Labels;
  readonly annotations?: Labels;
  readonly mesh?: Partial<Mesh>;
  readonly more?: Partial<Enrolment>;
}

function kindOf({ namespace = {}, pod = {}, annotations = {}, mesh = {}, more = {} }: Case): string {
  const enrolment: Enrolment = {
    namespace: 'shop',
    labels: pod,
    annotations,
    hostNetwork: false,
    containers: [{ name: 'app' }],
    observed: false,
    gateway: false,
    waypoint: false,
    ...more,
  };
  return membershipOf(enrolment, { labels: namespace, complete: true }, { ...defaultMesh, ...mesh }, traces)
    .kind;
}

describe('sidecar injection', () => {
  // The webhook table of Istio's injection, row by row.
  it.each<[string, Case, string]>([
    ['istio-injection=enabled', { namespace: { 'istio-injection': 'enabled' } }, 'sidecar'],
    [
      'enabled, whatever istio.io/rev says',
      { namespace: { 'istio-injection': 'enabled', 'istio.io/rev': 'canary' }, mesh: { revisions: [''] } },
      'sidecar',
    ],
    [
      'enabled, injected from the template gateway',
      {
        namespace: { 'istio-injection': 'enabled' },
        annotations: { 'inject.istio.io/templates': 'gateway' },
      },
      'gateway',
    ],
    [
      'enabled, pod label inject=false',
      { namespace: { 'istio-injection': 'enabled' }, pod: { 'sidecar.istio.io/inject': 'false' } },
      'none',
    ],
    [
      'enabled, pod annotation inject=false',
      { namespace: { 'istio-injection': 'enabled' }, annotations: { 'sidecar.istio.io/inject': 'false' } },
      'none',
    ],
    [
      'the label beats the annotation',
      {
        namespace: { 'istio-injection': 'enabled' },
        pod: { 'sidecar.istio.io/inject': 'true' },
        annotations: { 'sidecar.istio.io/inject': 'false' },
      },
      'sidecar',
    ],
    [
      'disabled, even with inject=true',
      { namespace: { 'istio-injection': 'disabled' }, pod: { 'sidecar.istio.io/inject': 'true' } },
      'none',
    ],
    ['istio.io/rev=R', { namespace: { 'istio.io/rev': 'canary' } }, 'sidecar'],
    [
      'istio.io/rev=R that is not installed',
      { namespace: { 'istio.io/rev': 'canary' }, mesh: { revisions: [''] } },
      'none',
    ],
    ['no namespace label, pod rev', { pod: { 'istio.io/rev': 'canary' } }, 'sidecar'],
    ['no namespace label, inject=true', { pod: { 'sidecar.istio.io/inject': 'true' } }, 'sidecar'],
    [
      'no namespace label, annotation inject=true alone',
      { annotations: { 'sidecar.istio.io/inject': 'true' } },
      'none',
    ],
    ['no label at all', {}, 'none'],
    ['no label, injection on by default', { mesh: { injectByDefault: true } }, 'sidecar'],
    ['hostNetwork', { namespace: { 'istio-injection': 'enabled' }, more: { hostNetwork: true } }, 'none'],
    [
      'kube-system',
      { namespace: { 'istio-injection': 'enabled' }, more: { namespace: 'kube-system' } },
      'none',
    ],
    [
      'a running pod without istio-proxy',
      { namespace: { 'istio-injection': 'enabled' }, more: { observed: true } },
      'none',
    ],
    [
      'a running pod with istio-proxy',
      { more: { observed: true, containers: [{ name: 'istio-proxy' }] } },
      'sidecar',
    ],
    [
      'ztunnel, whose container is called istio-proxy',
      {
        pod: { app: 'ztunnel', 'sidecar.istio.io/inject': 'false' },
        more: { observed: true, containers: [{ name: 'istio-proxy' }] },
      },
      'none',
    ],
    [
      'a gateway of istioctl, which is nothing but its proxy',
      {
        pod: { istio: 'ingressgateway', 'sidecar.istio.io/inject': 'false' },
        more: { observed: true, containers: [{ name: 'istio-proxy' }] },
      },
      'gateway',
    ],
    [
      'a pod with a sidecar that somebody put in by hand',
      {
        pod: { 'sidecar.istio.io/inject': 'false' },
        more: { observed: true, containers: [{ name: 'app' }, { name: 'istio-proxy' }] },
      },
      'sidecar',
    ],
  ])('%s', (_name, input, expected) => expect(kindOf(input)).toBe(expected));
});

describe('ambient enrolment', () => {
  const ambient = { 'istio.io/dataplane-mode': 'ambient' };
  it.each<[string, Case, string]>([
    ['namespace label', { namespace: ambient }, 'ambient'],
    ['pod label', { pod: ambient }, 'ambient'],
    ['pod label none', { namespace: ambient, pod: { 'istio.io/dataplane-mode': 'none' } }, 'none'],
    ['a sidecar wins', { namespace: { ...ambient, 'istio-injection': 'enabled' } }, 'sidecar'],
    ['hostNetwork', { namespace: ambient, more: { hostNetwork: true } }, 'none'],
    ['ambient not installed', { namespace: ambient, mesh: { ambient: false } }, 'none'],
    ['a gateway pod', { namespace: ambient, more: { gateway: true } }, 'gateway'],
  ])('%s', (_name, input, expected) => expect(kindOf(input)).toBe(expected));
});

describe('labels that are not known', () => {
  const enrolment: Enrolment = {
    namespace: 'shop',
    labels: {},
    annotations: {},
    hostNetwork: false,
    containers: [],
    observed: false,
    gateway: false,
    waypoint: false,
  };
  const unknown = { labels: {}, complete: false };

  it('names the labels that decide', () => {
    const facts = membershipOf(enrolment, unknown, defaultMesh, traces).facts ?? [];
    expect(facts.map((fact) => fact.kind === 'namespace label' && fact.key)).toEqual([
      'istio-injection',
      'istio.io/rev',
      'istio.io/dataplane-mode',
    ]);
  });

  it('do not matter where nothing is of Istio', () => {
    const quiet = { sidecars: false, ambient: false };
    expect(membershipOf(enrolment, unknown, defaultMesh, quiet)).toEqual({
      kind: 'none',
      why: 'nothing in the manifests asks for sidecars',
    });
  });
});
