import type { Change, MapDiff, MatchedEnd, ObjectChange, PairGroup, Witness } from '../diff/index.ts';
import { formatIpRange } from '../model/index.ts';
import {
  type DiffReport,
  type DiffSide,
  describeGround,
  type LoneEnd,
  loneEnds,
  summarizeDiff,
} from './diff-words.ts';
import { objectToJson, stepToJson } from './json.ts';
import { type JsonValue, reportVersion } from './json-value.ts';
import { passageToJson } from './map-json.ts';

/** A diff as the document `Diff` that docs/json.md describes. */
export function diffToJson(report: DiffReport): JsonValue {
  const { diff, before, after } = report;
  return {
    apiVersion: reportVersion,
    kind: 'Diff',
    before: { label: before.label, classes: diff.before.classes },
    after: { label: after.label, classes: diff.after.classes },
    text: summarizeDiff(report),
    compared: { ...diff.tally, text: describeGround(diff) },
    ends: endsOf(diff).map(endToJson),
    groups: diff.groups.map((group) => groupToJson(group, report)),
    further: diff.further.map(({ kind, pairs }) => ({ kind, pairs })),
    added: loneEnds(diff.after, diff.added).map(loneToJson),
    removed: loneEnds(diff.before, diff.removed).map(loneToJson),
    objects: diff.objects.map(changeOfObjectToJson),
    unread: diff.unread.map(changeOfObjectToJson),
    settings: diff.settings,
    withoutWorkloads: diff.withoutWorkloads,
  };
}

function groupToJson(
  { scope, sources, destinations, pairs, changes }: PairGroup,
  report: DiffReport,
): JsonValue {
  return {
    scope,
    pairs,
    sources: sources.map(({ label }) => label),
    destinations: destinations.map(({ label }) => label),
    changes: changes.map((change) => changeToJson(change, report)),
  };
}

/** The ends of the groups, in the order of the map. */
function endsOf({ ends, groups }: MapDiff): readonly MatchedEnd[] {
  const used = new Set(groups.flatMap(({ sources, destinations }) => [sources, destinations]));
  const named = new Set([...used].flatMap((list) => [...list]));
  return ends.filter((end) => named.has(end));
}

function endToJson(end: MatchedEnd): JsonValue {
  if (end.kind === 'outside') {
    return { kind: 'outside', label: end.label, ranges: end.ranges.map(formatIpRange), address: end.address };
  }
  const { kind, name } = end.after.workload;
  return { kind: 'workload', label: end.label, namespace: end.namespace, workload: { kind, name } };
}

function changeToJson(change: Change, report: DiffReport): JsonValue {
  const { kind, traffic, protocol, ports, before, after, witnesses } = change;
  const cell = (side: Change['before']): JsonValue => {
    const { bytes, http } = passageToJson({ protocol, ports, ...side }) as {
      readonly [key: string]: JsonValue;
    };
    return { bytes, http };
  };
  return {
    kind,
    traffic,
    protocol,
    ports: ports.map(({ first, last }) => [first, last]),
    before: cell(before),
    after: cell(after),
    witnesses: witnesses.map((witness) => witnessToJson(witness, report)),
  };
}

function witnessToJson(witness: Witness, report: DiffReport): JsonValue {
  const side = (name: 'before' | 'after', { command }: DiffSide): JsonValue => {
    const { request, verdict } = witness[name];
    const steps = witness.turns.flatMap((turn) => turn[name] ?? []);
    return {
      request: request as unknown as JsonValue,
      command: command(request),
      outcome: verdict.outcome,
      because: (steps.length === 0 ? [verdict.decidedBy] : steps).map((step) =>
        stepToJson(step, step === verdict.decidedBy),
      ),
    };
  };
  return {
    effect: witness.effect,
    before: side('before', report.before),
    after: side('after', report.after),
  };
}

function loneToJson({ label, contacts, words }: LoneEnd): JsonValue {
  if (contacts === undefined) return { label };
  return {
    label,
    text: words,
    reachedBy: contacts.callers.map(({ end }) => end.label),
    reaches: contacts.callees.map(({ end }) => end.label),
  };
}

function changeOfObjectToJson({ kind, before, after }: ObjectChange): JsonValue {
  return {
    kind,
    before: before === undefined ? undefined : objectToJson(before),
    after: after === undefined ? undefined : objectToJson(after),
  };
}
