import { expect, test } from 'vitest';
import type { Diagnostic } from '../model/index.ts';
import { countDiagnostics, diagnosticToJson, formatDiagnostics } from './diagnostics.ts';

const source = { name: 'a.yaml', text: 'kind: Pod\nspec:\n  nodeNme: x\n' };
const diagnostics: readonly Diagnostic[] = [
  {
    code: 'PC2003',
    severity: 'error',
    message: 'unknown field "nodeNme"',
    span: { source, start: 18, end: 25 },
    related: [{ message: 'in this object', span: { source, start: 0, end: 9 } }],
    help: 'did you mean nodeName?',
  },
  { code: 'PC1301', severity: 'warning', message: 'nothing is here' },
];

test('as a compiler prints them', () => {
  expect(formatDiagnostics(diagnostics)).toMatchInlineSnapshot(`
    "error[PC2003]: unknown field "nodeNme"
     --> a.yaml:3:3
      |
    3 |   nodeNme: x
      |   ^^^^^^^
      in this object: a.yaml:1:1
      help: did you mean nodeName?

    warning[PC1301]: nothing is here

    1 error and 1 warning
    "
  `);
  expect(formatDiagnostics([])).toBe('');
});

test('are counted by severity', () => {
  expect(countDiagnostics([...diagnostics, ...diagnostics.slice(1)])).toBe('1 error and 2 warnings');
});

test('as data', () => {
  expect(diagnosticToJson(diagnostics[0]!)).toEqual({
    code: 'PC2003',
    severity: 'error',
    message: 'unknown field "nodeNme"',
    span: { source: 'a.yaml', line: 3, column: 3, endLine: 3, endColumn: 10 },
    related: [
      {
        message: 'in this object',
        span: { source: 'a.yaml', line: 1, column: 1, endLine: 1, endColumn: 10 },
      },
    ],
    help: 'did you mean nodeName?',
  });
});

test('name the template of a chart', () => {
  const rendered: Diagnostic = { ...diagnostics[0]!, template: 'shop/templates/pod.yaml' };
  expect(formatDiagnostics([rendered])).toContain('^^^^^^^\n  rendered from shop/templates/pod.yaml\n');
  expect(diagnosticToJson(rendered)).toMatchObject({ template: 'shop/templates/pod.yaml' });
});

test('are cut at long words, but not as data', () => {
  const message = `a: ${'b'.repeat(200)} ${'😀'.repeat(1000)} is too long`;
  const long: Diagnostic = { ...diagnostics[1]!, message };
  const expected = `a: ${'b'.repeat(200)} ${'😀'.repeat(160)}… (1000 characters) is too long`;
  expect(formatDiagnostics([long])).toBe(`warning[PC1301]: ${expected}\n\n1 warning\n`);
  expect(diagnosticToJson(long)).toMatchObject({ message });
});
