import {
  type ComponentCheck,
  type CutOffNamespace,
  type FlowRow,
  outcomeOfCheck,
  type PolicySum,
  type RowEnd,
  repairObject,
} from '../istio/check/index.ts';
import { countNeeded, describeRow, describeSum, summarizeCheck } from './component-check-words.ts';
import { diagnosticToJson } from './diagnostics.ts';
import { objectToJson, stepToJson } from './json.ts';
import { type JsonValue, reportVersion, spanToJson } from './json-value.ts';

/** A check of Istio's policies as the document `ComponentCheck` that docs/json.md describes. */
export function componentCheckToJson(check: ComponentCheck): JsonValue {
  return {
    apiVersion: reportVersion,
    kind: 'ComponentCheck',
    outcome: outcomeOfCheck(check),
    text: summarizeCheck(check),
    counts: {
      allowed: countNeeded(check, 'allow'),
      broken: countNeeded(check, 'deny'),
      unknown: countNeeded(check, 'unknown'),
    },
    flows: check.rows.map(rowToJson),
    standIns: check.standIns.map(({ release, name, namespace }) => ({
      chart: release.chart,
      namespace,
      name,
    })),
    sums: check.sums.map(sumToJson),
    namespaces: check.cutOff.map(cutOffToJson),
    remarks: [...check.remarks],
    findings: check.findings.map(diagnosticToJson),
  };
}

function rowToJson(row: FlowRow): JsonValue {
  const { flow, from, to, port, protocol, outcome, decidedBy, notes, pairs, witness } = row;
  return {
    flow: flow.id,
    need: flow.need,
    why: flow.why,
    breaks: flow.breaks,
    source: flow.source,
    from: endToJson(from),
    to: endToJson(to),
    port,
    protocol,
    outcome,
    text: describeRow(row),
    decidedBy: stepToJson(decidedBy, true),
    witness: witnessToJson(witness),
    notes: [...notes],
    pairs,
  };
}

function endToJson({ role, label, component, standIn, pods, namespaces }: RowEnd): JsonValue {
  return {
    role,
    label,
    chart: component?.release.chart,
    standIn,
    pods,
    namespaces: [...namespaces],
  };
}

function witnessToJson({ source, destination, port, protocol }: FlowRow['witness']): JsonValue {
  return { source: { ...source }, destination: { ...destination }, port, protocol };
}

function sumToJson(sum: PolicySum): JsonValue {
  const { component, direction, tight, open, idle, samePort, witness, without } = sum;
  return {
    component,
    direction,
    text: describeSum(sum),
    tight: objectToJson(tight),
    open: objectToJson(open),
    idle,
    samePort,
    witness: witnessToJson(witness),
    together: witness.verdict.outcome,
    alone: without.outcome,
  };
}

function cutOffToJson({ namespace, rows, causes, repair, beyond, isolating }: CutOffNamespace): JsonValue {
  return {
    namespace,
    flows: rows.map(rowToJson),
    causes: causes.map(({ policy, path }) => ({
      policy: objectToJson(policy),
      span: spanToJson(policy.origin.locate(path)),
    })),
    repair:
      repair === undefined
        ? null
        : {
            verified: repair.verified,
            yaml: repair.yaml,
            policies: repair.policies.map((policy) => repairObject(policy) as unknown as JsonValue),
          },
    beyond: beyond.map(rowToJson),
    isolating:
      isolating === undefined
        ? null
        : {
            policies: isolating.policies.map(objectToJson),
            directions: [...isolating.directions],
            pods: isolating.pods,
            lifts: isolating.rows.map(rowToJson),
            cuts: isolating.cuts.map(rowToJson),
          },
  };
}
