import type { Diagnostic, Source } from '../model/index.ts';
import type { YamlProblem, YamlProblemCode } from '../yaml/index.ts';

const yamlCodes: Readonly<Record<YamlProblemCode, string>> = {
  syntax: 'PC1001',
  'tab-indentation': 'PC1002',
  'control-character': 'PC1003',
  'too-deep': 'PC1004',
  separator: 'PC1005',
  directive: 'PC1006',
  'invalid-key': 'PC1007',
  'invalid-value': 'PC1008',
  alias: 'PC1009',
  'alias-bomb': 'PC1010',
  json: 'PC1011',
  encoding: 'PC1012',
  'duplicate-key': 'PC1013',
  'clashing-keys': 'PC1014',
  'ambiguous-scalar': 'PC1015',
  'ignored-text': 'PC1016',
};

/** A problem of a text as a diagnostic. */
export function yamlDiagnostic(problem: YamlProblem, source: Source): Diagnostic {
  return {
    code: yamlCodes[problem.code],
    severity: problem.severity,
    message: problem.message,
    span: { source, start: problem.start, end: problem.end },
    ...(problem.help !== undefined && { help: problem.help }),
  };
}
