import { describe, expect, it } from 'vitest';
import { createStore } from '../../store/index.ts';
import { parseFieldSelector } from './field-selector.ts';
import { parseLabelSelector } from './label-selector.ts';

describe('parseLabelSelector', () => {
  const labels = { app: 'web', tier: 'front', 'example.com/weight': '10' };
  it.each([
    ['', true],
    ['app=web', true],
    ['app==web , tier != back', true],
    ['app!=web', false],
    ['none!=web', true],
    ['app in (web, api)', true],
    ['app notin (web)', false],
    ['none notin (web)', true],
    ['tier', true],
    ['!tier', false],
    ['!none', true],
    ['example.com/weight>9', true],
    ['example.com/weight<9', false],
    ['app in (a,web),tier,!none', true],
    ['app=', false],
  ])('%s: %s', (text, selected) => {
    expect(parseLabelSelector(text)(labels)).toBe(selected);
  });

  it.each(['a b', 'app=a b', 'app in web', '=x', 'app=-x'])('refuses %s', (text) => {
    expect(() => parseLabelSelector(text)).toThrow('unable to parse requirement');
  });
});

describe('parseFieldSelector', () => {
  const store = createStore();
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } });
  const pod = store.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'a' },
    spec: { nodeName: 'n,1', containers: [] },
    status: { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }] },
  });
  it.each([
    ['metadata.name=p', true],
    ['metadata.name!=p', false],
    ['metadata.namespace==a,status.phase=Running', true],
    ['spec.nodeName=n\\,1', true],
    ['status.podIPs=10.0.0.1', true],
    ['spec.restartPolicy=', true],
    ['spec.hostNetwork=false', true],
  ])('%s: %s', (text, selected) => {
    expect(parseFieldSelector(text, store.resource('pods'))(pod)).toBe(selected);
  });

  it('refuses fields that are not selected by, and what is no selector', () => {
    expect(() => parseFieldSelector('spec.x=1', store.resource('pods'))).toThrow(
      'field label not supported: spec.x',
    );
    expect(() => parseFieldSelector('data=1', store.resource('configmaps'))).toThrow(
      '"data" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
    expect(() => parseFieldSelector('name', store.resource('pods'))).toThrow("can't understand 'name'");
  });
});
