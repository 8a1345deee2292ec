import { expect, test } from 'vitest';
import { readValuesFile } from './values-file.ts';

function read(text: string): unknown {
  const { file, diagnostics } = readValuesFile({ name: 'values.yaml', text });
  return file?.values ?? diagnostics.map(({ code, message, span }) => [code, message, span?.start]);
}

test('YAML 1.1, numbers are floats and keys are text', () => {
  expect(read('a: yes\nn: 0x10\nc: "1"\nd: 1_000\n')).toEqual({ a: true, false: 16, c: '1', d: 1000 });
  expect(read('a: &x {b: 1}\nc: {<<: *x, d: 2}\n')).toEqual({ a: { b: 1 }, c: { b: 1, d: 2 } });
  expect(read('{a: [x, null]}')).toEqual({ a: ['x', null] });
});

test('no values at all', () => {
  for (const text of ['', '# nothing\n', 'null\n', '---\n']) expect(read(text)).toEqual({});
});

test('what is no mapping', () => {
  expect(read('# values\n- a\n')).toEqual([['PC1130', 'a values file is a mapping, and this is a list', 9]]);
  expect(read('istio')).toEqual([['PC1130', 'a values file is a mapping, and this is a text', 0]]);
});

test('broken YAML, with its place', () => {
  expect(read('a: 1\n\tb: 2\n')).toEqual([['PC1002', expect.any(String), 5]]);
  expect(read('{a: 1')).toEqual([['PC1001', expect.any(String), expect.any(Number)]]);
});

test('of several documents Helm reads the first', () => {
  const { file, diagnostics } = readValuesFile({ name: 'v', text: 'a: 1\n---\nb: 2\n' });
  expect(file?.values).toEqual({ a: 1 });
  expect(diagnostics).toMatchObject([{ code: 'PC1131', severity: 'warning', span: { start: 5 } }]);
});

test('a value is found in the text', () => {
  const text = '{service: {ports: [{port: 80}, {port: 443}]}}';
  const { file } = readValuesFile({ name: 'v', text });
  const span = file?.locate(['service', 'ports', 1, 'port']);
  expect(text.slice(span?.start, span?.end)).toBe('port: 443');
  expect(file?.locate(['service', 'type'])).toBeUndefined();
});
