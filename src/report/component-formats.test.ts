import { expect, test } from 'vitest';
import { type Release, renderComponent, type Values } from '../istio/components/index.ts';
import { readManifests } from '../manifest/index.ts';
import { componentToJson } from './component-json.ts';
import type { ComponentEntry } from './component-object.ts';
import { formatComponentTable } from './component-table.ts';
import { formatComponentYaml } from './component-yaml.ts';

const enabled = { networkPolicy: { enabled: true } };

function entry(chart: Release['chart'], values: Values, text = '1.30.3'): ComponentEntry {
  const version = { text, minor: Number(text.split('.')[1]) };
  const release = {
    chart,
    version,
    name: 'r',
    namespace: 'ns',
    values,
    chartVersion: text,
    appVersion: text,
  };
  const rendering = renderComponent(release);
  return { component: chart, namespace: 'ns', template: `${chart}/templates/networkpolicy.yaml`, rendering };
}

const gateway = entry('gateway', {
  global: enabled,
  labels: { version: '1.10', on: 'yes' },
  service: { ports: [{ port: 443, targetPort: 8443 }, { port: 53, protocol: 'UDP' }, { port: 8443 }] },
});

test('YAML reads back as the same objects, with texts that look like other types in quotes', () => {
  const text = formatComponentYaml([entry('istiod', { global: enabled }), gateway]);
  expect(text).toContain('version: "1.10"\n');
  expect(text).toContain('"on": "yes"\n');
  const { objects } = readManifests([{ name: 'x', text }]);
  const items = (componentToJson([entry('istiod', { global: enabled }), gateway]) as { items: object[] })
    .items;
  const read = readManifests([
    { name: 'x', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) },
  ]);
  const plain = (list: readonly object[]): unknown =>
    JSON.parse(JSON.stringify(list)).map((o: { spec: object; metadata: object }) => [o.metadata, o.spec]);
  expect(plain(objects)).toEqual(plain(read.objects));
  expect(objects).toHaveLength(2);
});

test('none is nothing in YAML and an empty List in JSON', () => {
  const none = entry('istiod', {});
  expect(formatComponentYaml([none])).toBe('');
  expect(componentToJson([none])).toEqual({ apiVersion: 'v1', kind: 'List', items: [] });
});

test('a table: each port once, the protocol once for those that share it', () => {
  const table = formatComponentTable([
    entry('istiod', { global: enabled }, '1.28.0'),
    gateway,
    entry('ztunnel', { global: enabled }, '1.28.0'),
    entry('istiod', { global: enabled, revision: 1 }),
  ]);
  expect(table.replace(/ {3,}/g, ' | ')).toBe(
    [
      'COMPONENT | POLICY | SELECTOR | FROM | PORTS | EGRESS | FINDINGS',
      'istiod | ns/istiod | app=istiod,istio.io/rev=default | anybody | TCP 15017, 15010, 15011, 15012, 8080, 15014 | anybody | -',
      'gateway | ns/r | app=r,istio=r | anybody | TCP 15021, 15020, 15090, 8443, UDP 53 | anybody | -',
      'ztunnel | ns/ (none) | - | - | - | - | PC3416',
      'istiod | ns/ (fails) | - | - | - | - | -',
      '',
    ].join('\n'),
  );
});
