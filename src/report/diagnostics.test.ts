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
