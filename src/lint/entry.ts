import type { Diagnostic, FieldPath, KindedObject } from '../model/index.ts';
import { fingerprintDiagnostic, fingerprintFinding } from './fingerprint.ts';
import type { Finding, Fix, Proof } from './types.ts';

/** A line of a lint report: a finding, or a diagnostic about the input, both with their place. */
export interface LintEntry extends Diagnostic {
  /** The same while the fault is the same, wherever it moves in the text. */
  readonly fingerprint: string;
  /** Of a finding; undefined for a diagnostic. */
  readonly object?: KindedObject;
  readonly path?: FieldPath;
  readonly proof?: Proof;
  readonly fix?: Fix;
}

/** A finding with its fields looked up in the text. */
export function entryOfFinding(finding: Finding): LintEntry {
  const { code, severity, message, object, path, related, help, proof, fix } = finding;
  const { template } = object.origin;
  return {
    code,
    severity,
    message,
    span: object.origin.locate(path),
    ...(template !== undefined && { template }),
    ...(related !== undefined && {
      related: related.map((field) => ({
        message: field.message,
        span: (field.object ?? object).origin.locate(field.path),
      })),
    }),
    ...(help !== undefined && { help }),
    fingerprint: fingerprintFinding(finding),
    object,
    path,
    proof,
    ...(fix !== undefined && { fix }),
  };
}

/** What reading the manifests found, as an entry. */
export function entryOfDiagnostic(diagnostic: Diagnostic): LintEntry {
  return { ...diagnostic, fingerprint: fingerprintDiagnostic(diagnostic) };
}
