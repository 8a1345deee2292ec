import { expect, it } from 'vitest';
import { isOperator, readOperator } from './index.ts';

function read(text: string): ReturnType<typeof readOperator> {
  return readOperator({ name: 'operator.yaml', text });
}

it('reads one object, YAML 1.1, with comments and --- around it', () => {
  const text =
    '# mine\n---\nkind: IstioOperator\nspec:\n  values:\n    global:\n      networkPolicy: {enabled: true}\n---\n';
  const { operator, diagnostics } = read(text);
  expect(diagnostics).toEqual([]);
  expect(operator?.content).toMatchObject({
    spec: { values: { global: { networkPolicy: { enabled: true } } } },
  });
  expect(isOperator(operator!.content)).toBe(true);
  const span = operator?.locate?.(['spec', 'values', 'global', 'networkPolicy', 'enabled']);
  expect(span?.source.text.slice(span.start, span.end)).toBe('enabled: true');
});

it.each(['', '# nothing\n', '---\n---\n'])('takes %j for a file that says nothing', (text) => {
  expect(read(text)).toMatchObject({ operator: { content: {} }, diagnostics: [] });
});

it('reads an object on the line of ---, and JSON as YAML', () => {
  expect(read('--- {kind: IstioOperator}\n').operator?.content).toEqual({ kind: 'IstioOperator' });
  const { operator } = read('{"kind": "IstioOperator", spec: {}}');
  const span = operator!.locate!(['spec'])!;
  expect(span.source.text.slice(span.start, span.end)).toBe('spec: {}');
});

it.each([
  [
    'kind: IstioOperator\n---\nkind: IstioOperator\n',
    'contains multiple IstioOperator CRs, only one per file is supported',
  ],
  ['spec: {}\n', "Object 'Kind' is missing: istioctl takes no file without one"],
  ['- a\n', 'an IstioOperator is a mapping, and this is none'],
])('refuses %j', (text, message) => {
  expect(read(text)).toMatchObject({ diagnostics: [{ code: 'PC3430', severity: 'error', message }] });
});

it('tells of broken YAML where it is', () => {
  const { operator, diagnostics } = read('kind: IstioOperator\nspec: {a: [}\n');
  expect(operator).toBeUndefined();
  expect(diagnostics[0]).toMatchObject({ severity: 'error' });
});
