import { expect, it } from 'vitest';
import { checkIstioNames } from './istio-names.ts';
import type { Problem } from './kit/index.ts';

function check(annotations: Record<string, string>, labels: Record<string, string> = {}): Problem[] {
  const problems: Problem[] = [];
  checkIstioNames({ annotations, labels }, ['metadata'], problems);
  return problems;
}

it('names what was meant by proxyLogLevel', () => {
  const [problem] = check({ 'sidecar.istio.io/proxyLogLevel': 'rbac:debug' });
  expect(problem).toMatchObject({
    code: 'PC2011',
    severity: 'warning',
    path: ['metadata', 'annotations', 'sidecar.istio.io/proxyLogLevel'],
    help: 'Did you mean sidecar.istio.io/logLevel or sidecar.istio.io/componentLogLevel?',
  });
});

it('says that a label is no annotation', () => {
  expect(check({ 'istio.io/dataplane-mode': 'ambient' })[0]?.help).toBe('Write it under labels.');
});

it('suggests the right spelling of a label', () => {
  expect(check({}, { 'istio.io/data-plane-mode': 'ambient' })[0]?.help).toContain('istio.io/dataplane-mode');
});

it('has nothing against known names, names of others and of the installation', () => {
  const annotations = {
    'sidecar.istio.io/inject': 'true',
    'proxy.istio.io/config': '{}',
    'notistio.io/x': '',
    'install.operator.istio.io/anything': '',
    constructor: '',
  };
  expect(check(annotations, { 'istio.io/rev': 'a', 'istio.io/own-thing-of-ours': 'b' })).toEqual([]);
});
