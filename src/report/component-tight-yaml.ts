import {
  egressRule,
  ingressRule,
  type PolicyObject,
  policyObject,
  type TightPolicy,
  type TightRule,
} from '../istio/tight/index.ts';
import type { JsonValue } from './json-value.ts';
import { formatYaml } from './yaml.ts';

/** Columns of a comment, its indent included. */
const width = 120;

/** Least-privilege policies as YAML documents, each of which begins with `---`, so that outputs can be put together; every rule stands below its reason. Reads back to the objects of `tightToJson`, annotations aside. */
export function formatTightYaml(policies: readonly TightPolicy[]): string {
  return policies.map((policy) => `---\n${formatPolicy(policy)}`).join('');
}

function formatPolicy(policy: TightPolicy): string {
  const { apiVersion, kind, metadata, spec } = policyObject(policy);
  const { podSelector, policyTypes } = spec;
  const head = formatYaml(plain({ apiVersion, kind, metadata, spec: { podSelector, policyTypes } }));
  return [
    ...policy.about.flatMap((line) => comment(line, '')),
    head.trimEnd(),
    ...rules('ingress', policy.ingress, ingressRule),
    ...rules('egress', policy.egress, egressRule),
    '',
  ].join('\n');
}

function rules(
  field: 'ingress' | 'egress',
  list: readonly TightRule[],
  objectOf: (rule: TightRule) => object,
): readonly string[] {
  if (list.length === 0) return [`  ${field}: []`];
  return [
    `  ${field}:`,
    ...list.flatMap((rule) => [
      ...reasonsOf(rule).flatMap((line) => comment(line, '  ')),
      ...formatYaml(plain([objectOf(rule)]))
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`),
    ]),
  ];
}

/** Why a rule is there, what breaks without it, and what to know of its peers: sentences. */
export function reasonsOf({ why, without, notes }: TightRule): readonly string[] {
  return [why, `Without it: ${without}`, ...notes].map((text) => (text.endsWith('.') ? text : `${text}.`));
}

/** A text as lines of comments. What would end a line of YAML is a blank here. */
function comment(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]+/u)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(`${indent}# ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** An object without a doubt about its type: what JSON makes of it. */
function plain(value: PolicyObject | object): JsonValue {
  return value as unknown as JsonValue;
}
