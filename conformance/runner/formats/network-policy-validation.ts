import { validateNetworkPolicyText } from '../../../src/manifest/index.ts';
import { compared } from '../diff.ts';
import type { CaseResult, Format } from '../format.ts';

interface Case {
  readonly name: string;
  readonly yaml: string;
  readonly valid: boolean;
  readonly decodeError?: string;
  readonly errors: readonly string[];
  readonly causes: readonly Cause[];
  readonly strictErrors: readonly string[];
  readonly warnings?: readonly string[];
  readonly looseCIDR?: {
    readonly valid: boolean;
    readonly errors: readonly string[];
    readonly warnings?: readonly string[];
  };
  readonly stored?: unknown;
}

interface Cause {
  readonly type: string;
  readonly field: string;
  readonly text: string;
}

/** What the API server says to single NetworkPolicies: `cases[]` with `yaml`, `causes` and `strictErrors`. */
export const networkPolicyValidation: Format = {
  name: 'network-policy-validation',
  recognises(data) {
    return (
      Array.isArray(data.cases) &&
      data.cases.some((c) => typeof c?.yaml === 'string' && Array.isArray(c.strictErrors))
    );
  },
  *run(data): Iterable<CaseResult> {
    for (const expected of data.cases as readonly Case[]) yield runCase(expected);
  },
};

function runCase(expected: Case): CaseResult {
  const { name, yaml, ...answer } = expected;
  return compared(name, normalise(answer), normalise(validateNetworkPolicyText(yaml)));
}

/** Causes are unordered, no warnings and an absent list are one, and of an error in the reader's own words only its presence counts. */
function normalise(answer: Omit<Case, 'name' | 'yaml'>): unknown {
  const { decodeError, warnings, looseCIDR, ...rest } = answer;
  const readersOwn =
    decodeError !== undefined && /^(yaml: |unsupported map key|.*json parse error: )/.test(decodeError);
  return {
    ...rest,
    decodeError: readersOwn ? 'of the reader' : decodeError,
    causes: answer.causes.map((cause) => JSON.stringify([cause.type, cause.field, cause.text])).sort(),
    warnings: warnings ?? [],
    looseCIDR: looseCIDR && { ...looseCIDR, warnings: looseCIDR.warnings ?? [] },
  };
}
