import { describe, expect, it } from 'vitest';
import type { RenderedPolicy, Value, Values } from '../components/index.ts';
import { applyOverlays, type Overlaid } from './overlays.ts';
import type { Overlay } from './types.ts';

const policy: RenderedPolicy = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'istiod', namespace: 'istio-system', labels: { app: 'istiod' } },
  spec: {
    podSelector: { matchLabels: { app: 'istiod' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      { ports: [{ port: 15017, protocol: 'TCP' }] },
      {
        ports: [
          { port: 15010, protocol: 'TCP' },
          { port: 15012, protocol: 'TCP' },
        ],
      },
    ],
    egress: [{}],
  },
};

function overlay(path: string, value: Value, name: string = 'istiod'): Overlay {
  return { kind: 'NetworkPolicy', name, patches: [{ path, value }], path: [] };
}

function patched(path: string, value: Value = null): Overlaid {
  return applyOverlays(policy, [overlay(path, value)]);
}

function spec(result: Overlaid): Values {
  if (result.kind === 'failed') throw new Error(result.message);
  expect(result.problems).toEqual([]);
  return result.object.spec as Values;
}

describe('a patch', () => {
  it('sets a field of an element, by number and by field', () => {
    expect(spec(patched('spec.ingress.[0].ports.[0].port', 9443)).ingress).toMatchObject([
      { ports: [{ port: 9443 }] },
      {},
    ]);
    expect(spec(patched('spec.ingress[1].ports.[port:15012].protocol', 'UDP')).ingress).toMatchObject([
      {},
      { ports: [{ protocol: 'TCP' }, { port: 15012, protocol: 'UDP' }] },
    ]);
  });

  it('narrows an open rule', () => {
    const from = [{ namespaceSelector: {} }];
    expect(spec(patched('spec.ingress.[1].from', from)).ingress).toMatchObject([{}, { from }]);
  });

  it('adds an element past the end, and makes what is missing on the way', () => {
    const { ingress } = spec(patched('spec.ingress.[9].from.[0].podSelector.matchLabels.app', 'x'));
    expect(ingress).toHaveLength(3);
    expect((ingress as readonly Value[])[2]).toEqual({
      from: [{ podSelector: { matchLabels: { app: 'x' } } }],
    });
  });

  it('deletes where it has no value', () => {
    expect(spec(patched('spec.ingress.[0]')).ingress).toHaveLength(1);
    expect(spec(patched('spec.egress'))).not.toHaveProperty('egress');
    expect(spec(patched('spec.policyTypes.[:Egress]')).policyTypes).toEqual(['Ingress']);
  });

  it('takes a text that is a YAML mapping for one', () => {
    expect(spec(patched('spec.podSelector', 'matchLabels:\n  app: x')).podSelector).toEqual({
      matchLabels: { app: 'x' },
    });
  });

  it('that leads nowhere changes nothing, and is told', () => {
    const result = patched('spec.ingress.[1].ports.[port:15018].port', 1);
    expect(result).toMatchObject({
      object: policy,
      problems: [
        {
          patch: 0,
          message: 'path spec.ingress.[1].ports.[port:15018].port: element [port:15018] not found',
        },
      ],
    });
    expect(patched('spec.podSelector.matchLabels.app.x', 1)).toMatchObject({
      problems: [{ message: 'leaf type string in non-leaf Node x' }],
    });
  });

  it('stops istioctl where it takes the kind away, or deletes past the end', () => {
    expect(patched('kind')).toMatchObject({ kind: 'failed', panics: false });
    expect(patched('spec.ingress.[5]')).toMatchObject({ kind: 'failed', panics: true });
  });
});

it('is for the object of its kind and name, as they are by then', () => {
  const renamed = [overlay('metadata.name', 'other'), overlay('metadata.labels.a', 'b', 'other')];
  expect(applyOverlays(policy, renamed)).toMatchObject({
    object: { metadata: { name: 'other', labels: { a: 'b' } } },
  });
  expect(applyOverlays(policy, [overlay('spec', 'x', 'istiod-canary')])).toMatchObject({ object: policy });
  expect(applyOverlays(policy, [{ ...overlay('spec', 'x'), kind: 'Service' }])).toMatchObject({
    object: policy,
  });
});

it('leaves the rendered policy as it is', () => {
  const before = JSON.stringify(policy);
  patched('spec.ingress.[0].ports.[0].port', 1);
  patched('spec.ingress.[0]');
  expect(JSON.stringify(policy)).toBe(before);
});
