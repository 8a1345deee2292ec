import type { Assumed, Cause, Doubt, Finding, FoundEnd, Rightness } from '../debug/index.ts';
import { behindToJson } from './debug-behind.ts';
import { debugFixJson } from './debug-fixes.ts';
import { nextSteps } from './debug-next.ts';
import type { DebugEntry, DebugView } from './debug-view.ts';
import { agreementWords, assumedWords, causeWords, endNotes, rightWords } from './debug-words.ts';
import { doubtWords } from './doubt-words.ts';
import { adviseFact, describeFact } from './facts.ts';
import { fixCaution } from './fix-caution.ts';
import { objectToJson, stepToJson } from './json.ts';
import { type JsonValue, reportVersion, spanToJson } from './json-value.ts';

/** Denials as the document `Denials` that docs/json.md describes. */
export function debugToJson({ entries, tally, behind = [] }: DebugView): JsonValue {
  return {
    apiVersion: reportVersion,
    kind: 'Denials',
    denials: entries.map(({ group, check, fixes, later }) => ({
      ...groupToJson({ group, later }),
      check,
      fixes: fixes === undefined ? undefined : debugFixJson(fixes, fixCaution(group.finding)),
    })),
    behind: behind.length === 0 ? undefined : behind.map(behindToJson),
    tally: { ...tally },
  };
}

function groupToJson({ group, later }: Pick<DebugEntry, 'group' | 'later'>): {
  readonly [key: string]: JsonValue | undefined;
} {
  const { finding, count, first, last, dialects, addresses, addressCount, requests, requestCount } = group;
  const { source, destination, request, evidence, cause, assumed, right, verdict } = finding;
  return {
    count,
    first: { file: first.file, lines: [...first.lines], time: first.time },
    last: { file: last.file, lines: [...last.lines], time: last.time },
    dialects: [...dialects],
    source: endToJson(source),
    destination: endToJson(destination),
    addresses: addressCount === 0 ? undefined : { count: addressCount, first: [...addresses] },
    requests: requestCount === 0 ? undefined : { count: requestCount, first: [...requests] },
    protocol: evidence.protocol,
    port: request?.port ?? evidence.port,
    at: evidence.at,
    policy: evidence.policy === undefined ? undefined : { ...evidence.policy },
    reason: evidence.reason,
    named: finding.named === undefined ? undefined : objectToJson(finding.named),
    request: request as unknown as JsonValue | undefined,
    outcome: verdict?.outcome,
    cause: causeToJson(finding, cause),
    assumed: assumed.map(assumedToJson),
    right: right === undefined ? undefined : rightToJson(right),
    notes: [...endNotes({ group, later })],
    next: [...nextSteps(finding)],
  };
}

function endToJson({ name, end, by, others, conflicts }: FoundEnd): JsonValue {
  return { name, end: { ...end }, by: [...by], others: [...others], conflicts: [...conflicts] };
}

function causeToJson(finding: Finding, cause: Cause): JsonValue {
  const text = causeWords(finding);
  switch (cause.kind) {
    case 'denied': {
      const { agreement } = cause;
      return {
        kind: cause.kind,
        text,
        step: stepToJson(cause.step, true),
        before: cause.before === undefined ? undefined : stepToJson(cause.before, true),
        named: { kind: agreement.kind, text: agreementWords(agreement) },
      };
    }
    case 'allowed':
      return {
        kind: cause.kind,
        text,
        elsewhere: cause.elsewhere === undefined ? undefined : stepToJson(cause.elsewhere, true),
        reasons: cause.doubts.map(doubtToJson),
      };
    case 'unknown':
      return {
        kind: cause.kind,
        text,
        missing: cause.missing.map((fact) => ({ text: describeFact(fact), help: adviseFact(fact) })),
      };
    case 'not placed':
      return { kind: cause.kind, text, ends: [...cause.ends] };
    case 'not judged':
      return { kind: cause.kind, text };
  }
}

function doubtToJson(doubt: Doubt): JsonValue {
  const text = doubtWords(doubt);
  const step = 'step' in doubt && doubt.step !== undefined ? stepToJson(doubt.step, true) : undefined;
  const outcome = 'verdict' in doubt ? doubt.verdict.outcome : undefined;
  switch (doubt.kind) {
    case 'stale manifest': {
      const { policy, object } = doubt;
      return {
        kind: doubt.kind,
        text,
        policy: policy === undefined ? undefined : { ...policy },
        object: object === undefined ? undefined : objectToJson(object),
      };
    }
    case 'other policies':
      return { kind: doubt.kind, text, objects: doubt.objects.map(objectToJson), plugin: doubt.plugin };
    case 'Service port': {
      const { service, port, targetPort } = doubt;
      return { kind: doubt.kind, text, service: objectToJson(service), port, targetPort, outcome, step };
    }
    case 'address':
      return { kind: doubt.kind, text, address: doubt.address, outcome, step };
    default:
      return { kind: doubt.kind, text, outcome, step };
  }
}

/** Why a denial is as it should be. */
export function rightToJson(right: Rightness): JsonValue {
  const text = rightWords(right);
  if (right.kind === 'test')
    return { kind: right.kind, text, name: right.name, span: spanToJson(right.span) };
  return { ...right, text };
}

function assumedToJson(assumed: Assumed): JsonValue {
  return { kind: assumed.kind, text: assumedWords(assumed) };
}
