import { formatSelector, type LabelSelector } from '../../model/index.ts';
import type { RepairPolicy, RepairRule } from './types.ts';

/** Values that a policy's fields can have. */
type Field = string | number | readonly Field[] | { readonly [key: string]: Field | undefined };

/** Policies as YAML documents, the reason of each as comments above it and of each rule above the rule. Ends with a line break. */
export function writePolicies(policies: readonly RepairPolicy[]): string {
  return policies.map(writePolicy).join('---\n');
}

function writePolicy({ name, namespace, podSelector, ingress, egress, why }: RepairPolicy): string {
  const types = [...(ingress.length > 0 ? ['Ingress'] : []), ...(egress.length > 0 ? ['Egress'] : [])];
  return [
    ...comment(why, ''),
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    'metadata:',
    `  name: ${scalar(name)}`,
    `  namespace: ${scalar(namespace)}`,
    'spec:',
    ...member('podSelector', podSelector as Field, '  '),
    `  policyTypes: [${types.join(', ')}]`,
    ...ruleLines('ingress', 'from', ingress),
    ...ruleLines('egress', 'to', egress),
    '',
  ].join('\n');
}

function ruleLines(field: string, peersField: string, rules: readonly RepairRule[]): readonly string[] {
  if (rules.length === 0) return [];
  return [
    `  ${field}:`,
    ...rules.flatMap(({ why, peers, ports }) => {
      const body: { readonly [key: string]: Field | undefined } = {
        [peersField]: peers as Field | undefined,
        ports: ports.map(({ protocol, port }) => ({ protocol, port })),
      };
      return [...comment(why, '    '), ...item(body, '    ')];
    }),
  ];
}

const commentWidth = 110;

function comment(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = `${indent}#`;
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length >= commentWidth && line !== `${indent}#`) {
      lines.push(line);
      line = `${indent}#`;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** A member of a mapping: on one line where its value is one. */
function member(key: string, value: Field, indent: string): readonly string[] {
  const name = `${indent}${scalar(key)}:`;
  if (typeof value !== 'object') return [`${name} ${scalar(value)}`];
  if (isList(value)) {
    if (value.every((each) => typeof each !== 'object'))
      return [`${name} [${value.map((each) => scalar(each as string | number)).join(', ')}]`];
    return [name, ...value.flatMap((each) => item(each, `${indent}  `))];
  }
  const members = membersOf(value);
  if (members.length === 0) return [`${name} {}`];
  return [name, ...members.flatMap(([inner, each]) => member(inner, each, `${indent}  `))];
}

/** An item of a list. */
function item(value: Field, indent: string): readonly string[] {
  if (typeof value !== 'object' || isList(value)) return [`${indent}- ${scalar(value as string | number)}`];
  const members = membersOf(value);
  if (members.length === 0) return [`${indent}- {}`];
  const [first, ...rest] = members.flatMap(([key, each]) => member(key, each, `${indent}  `));
  return [`${indent}- ${first!.trimStart()}`, ...rest];
}

function isList(value: Field): value is readonly Field[] {
  return Array.isArray(value);
}

function membersOf(value: {
  readonly [key: string]: Field | undefined;
}): readonly (readonly [string, Field])[] {
  return Object.entries(value).filter((each): each is [string, Field] => each[1] !== undefined);
}

/** Plain only where nobody can take it for anything but a text. */
function scalar(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const plain = /^[A-Za-z][\w./-]*$/.test(value) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(value);
  return plain ? value : JSON.stringify(value);
}

/** Whom a selector picks, in words: `the pods with app=web`, `the pods with no label app`, `all pods`. */
export function selectorWords(selector: LabelSelector): string {
  const { matchExpressions = [] } = selector;
  const absent = matchExpressions.filter(({ operator }) => operator === 'DoesNotExist').map(({ key }) => key);
  const rest = matchExpressions.filter(({ operator }) => operator !== 'DoesNotExist');
  const text = formatSelector({ ...selector, matchExpressions: rest });
  if (absent.length > 0)
    return `the pods with ${[...(text === '' ? [] : [text]), `no label ${absent.join(' or ')}`].join(' and ')}`;
  return text === '' ? 'all pods' : `the pods with ${text}`;
}

/** The policy as the API takes it, without reasons. */
export function repairObject({ name, namespace, podSelector, ingress, egress }: RepairPolicy): object {
  const rules = (field: 'from' | 'to', list: readonly RepairRule[]): readonly object[] =>
    list.map(({ peers, ports }) => ({ ...(peers !== undefined && { [field]: peers }), ports }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: {
      podSelector,
      policyTypes: [...(ingress.length > 0 ? ['Ingress'] : []), ...(egress.length > 0 ? ['Egress'] : [])],
      ...(ingress.length > 0 && { ingress: rules('from', ingress) }),
      ...(egress.length > 0 && { egress: rules('to', egress) }),
    },
  };
}
