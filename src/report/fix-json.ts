import type { Advice, Fix, FixAction, FixSearch } from '../debug/fix/index.ts';
import type { PairGroup } from '../diff/index.ts';
import {
  describeAction,
  describeAdvice,
  describeFix,
  describeNone,
  describeWidening,
  listDenied,
  listElse,
} from './fix-words.ts';
import { objectToJson, stepToJson } from './json.ts';
import type { JsonValue } from './json-value.ts';
import { formatUnifiedDiff } from './unified-diff.ts';

/** Fixes of one request, or why there are none, as the object `Fixes` that docs/json.md describes. */
export function fixesToJson(search: FixSearch): JsonValue {
  const advice = search.advice.map(adviceToJson);
  const ground = search.builtOn === undefined ? {} : { builtOn: search.builtOn };
  if (search.kind === 'fixes') {
    const { fixes, taken } = search;
    const place = taken === undefined ? {} : { taken: fixes.indexOf(taken) + 1 };
    return { fixes: fixes.map(fixToJson), ...place, ...ground, advice };
  }
  const { why } = search;
  const step = 'step' in why ? { step: stepToJson(why.step, true) } : {};
  return { fixes: [], ...ground, why: { kind: why.kind, ...step, text: describeNone(search) }, advice };
}

function fixToJson(fix: Fix): JsonValue {
  const { actions, edits, newlyAllowed, newlyDenied, furtherPairs, widening, editable } = fix;
  const { breadth: _, ...opened } = widening;
  return {
    text: describeFix(fix),
    verified: true,
    editable,
    actions: actions.map(actionToJson),
    widening: { ...opened, text: describeWidening(fix) },
    newlyAllowed: groupsToJson(newlyAllowed, listElse(fix)),
    newlyDenied: groupsToJson(newlyDenied, listDenied(fix)),
    furtherPairs,
    patch: edits
      .map(({ source, before, after }) => formatUnifiedDiff({ name: source, before, after }))
      .join(''),
    files: edits.map(({ source, before, editable: own }) => ({
      name: source,
      isNew: before === undefined,
      editable: own,
    })),
  };
}

function groupsToJson(groups: readonly PairGroup[], texts: readonly string[]): JsonValue {
  return groups.map(({ scope, sources, destinations, pairs, changes }, i) => ({
    scope,
    pairs,
    sources: sources.map(({ label }) => label),
    destinations: destinations.map(({ label }) => label),
    changes: changes.map(({ kind, traffic, protocol, ports }) => ({
      kind,
      traffic,
      protocol,
      ports: ports.map(({ first, last }) => [first, last]),
    })),
    text: texts[i] ?? '',
  }));
}

function actionToJson(action: FixAction): JsonValue {
  const { kind, object, value } = action;
  const own =
    action.kind === 'add policy'
      ? { beside: objectToJson(action.beside), value: value as JsonValue }
      : { path: action.path as JsonValue, value: value as JsonValue };
  return { kind, object: objectToJson(object), ...own, text: describeAction(action) };
}

function adviceToJson(advice: Advice): JsonValue {
  const own = 'pod' in advice ? { pod: advice.pod } : {};
  return { kind: advice.kind, ...own, text: describeAdvice(advice) };
}
