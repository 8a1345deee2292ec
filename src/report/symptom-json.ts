import type { SymptomFinding } from '../debug/index.ts';
import { debugFixJson } from './debug-fixes.ts';
import { rightToJson } from './debug-json.ts';
import { adviseFact, describeFact } from './facts.ts';
import { objectToJson, stepToJson, verdictToJson } from './json.ts';
import { type JsonValue, reportVersion } from './json-value.ts';
import type { SymptomSetting } from './symptom-text.ts';
import { fitWords, symptomCauseWords, symptomNext } from './symptom-words.ts';

/** A symptom's explanation as the document `Symptom` that docs/json.md describes. */
export function symptomToJson(
  finding: SymptomFinding,
  { notes, fixes }: Pick<SymptomSetting, 'notes' | 'fixes'>,
): JsonValue {
  const { word, request, verdict, fits, causes, right } = finding;
  return {
    apiVersion: reportVersion,
    kind: 'Symptom',
    symptom: word,
    explained: fits !== 'no',
    fits,
    text: fitWords(finding),
    verdict: verdictToJson({ request, verdict, notes, diagnostics: [] }),
    causes: causes.map((cause) => ({
      kind: cause.kind,
      text: symptomCauseWords(cause),
      step: 'step' in cause ? stepToJson(cause.step, true) : undefined,
      facts:
        cause.kind === 'request'
          ? cause.facts.map((fact) => ({ text: describeFact(fact), help: adviseFact(fact) }))
          : undefined,
      objects: cause.kind === 'other policies' ? cause.objects.map(objectToJson) : undefined,
    })),
    right: right === undefined ? undefined : rightToJson(right),
    next: [...symptomNext(finding)],
    fixes: fixes === undefined ? undefined : debugFixJson(fixes),
  };
}
