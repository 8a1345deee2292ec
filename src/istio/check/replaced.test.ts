import { describe, expect, it } from 'vitest';
import { checked, release } from '../../../test/support/istio-check.ts';
import { made } from '../../../test/support/text-cluster.ts';

const istiod = release('istiod', 'istio-system/istiod');
const labels = {
  'app.kubernetes.io/part-of': 'istio',
  'app.kubernetes.io/managed-by': 'Helm',
  'operator.istio.io/component': 'Pilot',
};
const podSelector = { matchLabels: { app: 'istiod' } };
const rendered = {
  podSelector,
  policyTypes: ['Ingress', 'Egress'],
  ingress: [{ from: [], ports: [{ port: 15012, protocol: 'TCP' }] }],
  egress: [{}],
};
const found = (spec: object, more: object = {}) =>
  checked([istiod], [made('NetworkPolicy', 'istio-system/istiod', spec, more)]).findings.filter(
    ({ code }) => code === 'PC3449',
  );

describe('a policy of the cluster that a rendered one takes the place of', () => {
  it('is an earlier rendering: nothing to say', () => {
    expect(found(rendered, { labels })).toEqual([]);
  });

  it('has been written by somebody: Helm refuses to take it over', () => {
    const [finding] = found(rendered);
    expect(finding).toMatchObject({ severity: 'warning', span: { source: { name: '0.yaml' } } });
    expect(finding?.message).toContain('NetworkPolicy istio-system/istiod');
    expect(finding?.help).toContain('Helm refuses');
  });

  it('has been edited: its rules are lost with the next upgrade', () => {
    const edited = { ...rendered, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 15012 }] }] };
    expect(found(edited, { labels })[0]?.help).toContain('next helm upgrade');
    expect(found({ ...rendered, egress: [] }, { labels })).toHaveLength(1);
  });

  it('of another name is none', () => {
    const other = made('NetworkPolicy', 'istio-system/other', rendered);
    expect(checked([istiod], [other]).findings.map(({ code }) => code)).not.toContain('PC3449');
  });
});
