import { validateIstioObject } from '../../../src/manifest/istio/index.ts';
import { compared } from '../diff.ts';
import type { CaseResult, Format } from '../format.ts';

interface Case {
  readonly id: string;
  readonly object: unknown;
  readonly observed: {
    readonly valid: boolean;
    readonly errors: readonly string[];
    readonly warnings: readonly string[];
    readonly schemaValid: boolean;
    readonly schemaError?: string;
    readonly envoyAccepts?: boolean;
  };
}

/** What Istio's webhook and CRDs said about security objects. */
export const authorizationValidation: Format = {
  name: 'authorization validation',
  recognises: (data) => {
    const first = Array.isArray(data.objects) ? (data.objects[0] as Partial<Case>) : undefined;
    return first?.object !== undefined && first.observed !== undefined && 'schemaValid' in first.observed;
  },
  run: function* (data): Iterable<CaseResult> {
    for (const { id, object, observed } of data.objects as readonly Case[]) {
      const got = validateIstioObject(object);
      const { envoyAccepts } = observed;
      yield compared(
        id,
        { ...comparable(observed), ...(envoyAccepts !== undefined && { envoyAccepts }) },
        { ...comparable(got), ...(envoyAccepts !== undefined && { envoyAccepts: got.envoyAccepts }) },
      );
    }
  },
};

/** Order means nothing, repeats do. */
function comparable(verdict: Case['observed']): object {
  return {
    valid: verdict.valid,
    errors: [...verdict.errors].sort(),
    warnings: [...verdict.warnings].sort(),
    schemaValid: verdict.schemaValid,
    schemaError: verdict.schemaError === undefined ? undefined : splitProblems(verdict.schemaError),
  };
}

/** `KIND/NAME/NS: [a, b]` as its head and its problems in sorted order; a problem begins with a path and `: `. */
function splitProblems(text: string): readonly string[] {
  const several = /^([^:]+): \[(.*)\]$/s.exec(text);
  if (several === null) return [text];
  const problems = several[2]!.split(/, (?=(?:spec|status)[\w.[\]/*-]*: )/).sort();
  return [several[1]!, ...problems];
}
