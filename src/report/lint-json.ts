import type { LintEntry, LintReport, Proof } from '../lint/index.ts';
import { formatPath } from '../model/index.ts';
import { diagnosticToJson } from './diagnostics.ts';
import { type JsonValue, reportVersion, spanToJson } from './json-value.ts';
import { type LintSetting, witnessCommand, witnessesOf } from './lint-words.ts';

/** A lint report as the document `LintReport` that docs/json.md describes. */
export function lintToJson(report: LintReport, { inputWords }: LintSetting): JsonValue {
  const { entries, known, suppressed, gone } = report;
  return {
    apiVersion: reportVersion,
    kind: 'LintReport',
    findings: entries.map((entry) => entryToJson(entry, inputWords)),
    summary: {
      errors: numberOf(entries, 'error'),
      warnings: numberOf(entries, 'warning'),
      infos: numberOf(entries, 'info'),
      inBaseline: known.length,
      ignored: suppressed.length,
      goneFromBaseline: gone,
    },
    ignored: suppressed.map(({ entry, reason }) => ({
      code: entry.code,
      fingerprint: entry.fingerprint,
      reason,
      span: entry.span === undefined ? undefined : spanToJson(entry.span),
    })),
  };
}

function numberOf(entries: readonly LintEntry[], severity: LintEntry['severity']): number {
  return entries.filter((entry) => entry.severity === severity).length;
}

function entryToJson(entry: LintEntry, inputWords: readonly string[]): JsonValue {
  const { fingerprint, object, path, proof, fix } = entry;
  const { code, severity, message, ...others } = diagnosticToJson(entry) as {
    readonly [key: string]: JsonValue;
  };
  return {
    code: code!,
    severity: severity!,
    message: message!,
    fingerprint,
    object:
      object === undefined
        ? undefined
        : {
            apiVersion: object.apiVersion,
            kind: object.kind,
            namespace: object.metadata.namespace,
            name: object.metadata.name,
          },
    path: path === undefined ? undefined : formatPath(path),
    ...others,
    proof: proof === undefined ? undefined : proofToJson(proof, inputWords),
    fix:
      fix === undefined
        ? undefined
        : {
            description: fix.description,
            edits: fix.edits.map(({ span, text }) => ({ span: spanToJson(span), text })),
          },
  };
}

function proofToJson(proof: Proof, inputWords: readonly string[]): JsonValue {
  return {
    kind: proof.kind,
    reason: proof.kind === 'witness' ? undefined : proof.reason,
    witnesses: witnessesOf(proof).map((witness) => ({
      request: witness.request as unknown as JsonValue,
      outcome: witness.outcome,
      shows: witness.shows,
      under: witness.under,
      command: witnessCommand(witness, inputWords),
    })),
  };
}
