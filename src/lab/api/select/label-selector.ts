import { badRequest, type StringMap } from '../../store/index.ts';

/** One requirement of a label selector. */
interface Requirement {
  readonly key: string;
  readonly operator: '=' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<';
  readonly values: readonly string[];
}

export type LabelSelector = (labels: StringMap | undefined) => boolean;

const key = `[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?`;
const setForm = new RegExp(String.raw`^(${key})\s+(in|notin)\s*\(([^()]*)\)$`);
const valueForm = new RegExp(String.raw`^(${key})\s*(==|=|!=|>|<)\s*([^\s=!<>]*)$`);
const keyForm = new RegExp(`^(!?)\\s*(${key})$`);
const labelValue = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Reads the query form (`app=web,tier in (a, b),!legacy`). Empty selects all. Throws a 400 for what is none. Source: k8s.io/apimachinery/pkg/labels. */
export function parseLabelSelector(text: string): LabelSelector {
  const requirements = splitOutside(text).map((part) => readRequirement(part, text));
  return (labels = {}) => requirements.every((requirement) => meets(requirement, labels));
}

/** Cuts at commas that stand in no parentheses. */
function splitOutside(text: string): string[] {
  if (text.trim() === '') return [];
  const parts = text.split(/,(?![^(]*\))/);
  return parts.map((part) => part.trim());
}

function readRequirement(part: string, whole: string): Requirement {
  const set = setForm.exec(part);
  if (set !== null) {
    const values = set[3]!.split(',').map((value) => value.trim());
    return checked({ key: set[1]!, operator: set[2] as 'in' | 'notin', values });
  }
  const pair = valueForm.exec(part);
  if (pair !== null) {
    const operator = pair[2] === '==' ? '=' : (pair[2] as Requirement['operator']);
    return checked({ key: pair[1]!, operator, values: [pair[3]!] });
  }
  const alone = keyForm.exec(part);
  if (alone !== null) return { key: alone[2]!, operator: alone[1] === '!' ? '!' : 'exists', values: [] };
  throw badRequest(
    `unable to parse requirement: found '${part}', expected: identifier, '!', 'in', 'notin', '=', '==', '!=', 'gt' or 'lt' in ${JSON.stringify(whole)}`,
  );
}

function checked(requirement: Requirement): Requirement {
  for (const value of requirement.values) {
    if (labelValue.test(value)) continue;
    throw badRequest(
      `unable to parse requirement: values[0][${requirement.key}]: Invalid value: ${JSON.stringify(value)}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
    );
  }
  return requirement;
}

function meets({ key: label, operator, values }: Requirement, labels: StringMap): boolean {
  const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
  switch (operator) {
    case '=':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '>':
      return value !== undefined && Number(value) > Number(values[0]);
    case '<':
      return value !== undefined && Number(value) < Number(values[0]);
  }
}
