import type { LabelSelector, LabelSelectorRequirement } from '../../model/index.ts';
import { usageError } from '../exit.ts';

const setForm = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const pairForm = /^([^\s=!]+)\s*(==|=|!=)\s*(\S*)$/;
const existsForm = /^(!?)\s*([^\s=!<>()]+)$/;

const name = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const prefix = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/**
 * Reads a label selector as `kubectl get -l` takes it: `app=web,tier in (a, b),!legacy`. `where` is what was written, for messages. Throws a usage error.
 * Source: k8s.io/apimachinery/pkg/labels, less its `>` and `<`, which no LabelSelector has.
 */
export function readLabelSelector(text: string, where: string): LabelSelector {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: LabelSelectorRequirement[] = [];
  for (const part of splitRequirements(text)) {
    const read = readRequirement(part);
    if (read === undefined) {
      throw usageError(`cannot read ${JSON.stringify(part)} of ${where} as a label`, [
        'write labels as kubectl -l does: app=web, app!=web, app in (a, b), app, !app; a comma between them is AND',
      ]);
    }
    const { key, operator, values } = read;
    checkKey(key, where);
    for (const value of values) checkValue(value, where);
    if (operator === 'Equals' && !Object.hasOwn(matchLabels, key)) matchLabels[key] = values[0]!;
    else if (operator === 'Equals') matchExpressions.push({ key, operator: 'In', values });
    else matchExpressions.push({ key, operator, ...(values.length > 0 && { values }) });
  }
  return {
    ...(Object.keys(matchLabels).length > 0 && { matchLabels }),
    ...(matchExpressions.length > 0 && { matchExpressions }),
  };
}

/** Cuts at commas that stand in no parentheses. */
function splitRequirements(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

interface Requirement {
  readonly key: string;
  readonly operator: LabelSelectorRequirement['operator'] | 'Equals';
  readonly values: readonly string[];
}

function readRequirement(part: string): Requirement | undefined {
  const [, setKey, word, list = ''] = setForm.exec(part) ?? [];
  if (setKey !== undefined) {
    const values = list.split(',').map((value) => value.trim());
    return { key: setKey, operator: word === 'in' ? 'In' : 'NotIn', values };
  }
  const [, pairKey, sign, value = ''] = pairForm.exec(part) ?? [];
  if (pairKey !== undefined) {
    return { key: pairKey, operator: sign === '!=' ? 'NotIn' : 'Equals', values: [value] };
  }
  const [, not, key] = existsForm.exec(part) ?? [];
  return key === undefined
    ? undefined
    : { key, operator: not === '!' ? 'DoesNotExist' : 'Exists', values: [] };
}

function checkKey(key: string, where: string): void {
  const slash = key.indexOf('/');
  const isGood = name.test(key.slice(slash + 1)) && (slash < 0 || prefix.test(key.slice(0, slash)));
  if (isGood) return;
  throw usageError(`${JSON.stringify(key)} in ${where} is not a label's key`, [
    'a key is NAME or PREFIX/NAME: letters, digits, -, _ and . (at most 63), the prefix a DNS name',
  ]);
}

function checkValue(value: string, where: string): void {
  if (value === '' || name.test(value)) return;
  throw usageError(`${JSON.stringify(value)} in ${where} is not a label's value`, [
    'a value is empty, or at most 63 letters, digits, -, _ and . with a letter or digit at both ends',
  ]);
}
