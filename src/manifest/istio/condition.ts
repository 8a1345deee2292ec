import type { FieldPath } from '../../model/index.ts';
import type { Finding } from './finding.ts';
import type { Rule } from './messages.ts';
import {
  checkIpBlocks,
  checkNotEmpty,
  checkPorts,
  checkServiceAccounts,
  checkWildcards,
  type ValueProblem,
} from './values.ts';

type Condition = NonNullable<Rule['when']>[number];

/** Problems of a condition's values come in one message, wherever the problems are several. */
interface Complaint {
  readonly code: string;
  /** Which value; absent where the key is bad. */
  readonly index?: number;
  readonly message: string;
}

/** Checks one `when`. A bad key is reported for the values and for the notValues, whether they are there or not. */
export function checkCondition(condition: Condition, path: FieldPath, errors: Finding[]): void {
  const { key = '', values = [], notValues = [] } = condition;
  if (key === '') {
    errors.push({ code: 'PC2214', path: [...path, 'key'], message: '`key` must not be empty' });
    return;
  }
  if (values.length === 0 && notValues.length === 0) {
    const message = `at least one of \`values\` or \`notValues\` must be set for key ${key}`;
    errors.push({ code: 'PC2214', path, message });
    return;
  }
  for (const [word, field, list] of [
    ['value', 'values', values],
    ['notValue', 'notValues', notValues],
  ] as const) {
    const complaint = checkAttribute(key, list);
    if (complaint === undefined) continue;
    const { code, index, message } = complaint;
    errors.push({
      code,
      path: index === undefined ? [...path, 'key'] : [...path, field, index],
      message: `invalid \`${word}\` for \`key\` ${key}: ${message}`,
    });
  }
}

/** Names the key that a CUSTOM policy cannot ask about. */
export function checkCustomCondition(condition: Condition, path: FieldPath, errors: Finding[]): void {
  const { key = '' } = condition;
  if (!customRefused.has(key) && !key.startsWith('request.auth.')) return;
  const message = `${key} is currently not supported with CUSTOM action`;
  errors.push({ code: 'PC2213', path: [...path, 'key'], message });
}

const customRefused = new Set([
  'source.namespace',
  'source.serviceAccount',
  'source.trustDomain',
  'source.principal',
]);

/** Keys whose values may be any text. */
const freeKeys = new Set([
  'source.namespace',
  'source.principal',
  'request.auth.principal',
  'request.auth.audiences',
  'request.auth.presenter',
  'connection.sni',
]);

/** An empty value comes before everything else, also before a bad key. */
function checkAttribute(key: string, values: readonly string[]): Complaint | undefined {
  return checkNotEmpty(key, values) ?? checkKey(key) ?? checkTyped(key, values);
}

function checkKey(key: string): Complaint | undefined {
  const message = keyProblem(key);
  return message === undefined ? undefined : { code: 'PC2214', message };
}

function keyProblem(key: string): string | undefined {
  if (/^(?:request\.headers|request\.auth\.claims|experimental\.envoy\.filters\.)/.test(key)) {
    const open = key.indexOf('[');
    const formed = key.endsWith(']') && open > 0 && open < key.length - 2;
    return formed ? undefined : `bad key (${key}): should have format a[b]`;
  }
  if (freeKeys.has(key) || typedKeys.has(key)) return undefined;
  if (key === 'destination.namespace') return `attribute ${key} is replaced by the metadata.namespace`;
  if (key.startsWith('destination.labels')) return `attribute ${key} is replaced by the workload selector`;
  if (key === 'destination.name' || key === 'destination.user') {
    return `deprecated attribute ${key}: only supported in v1alpha1`;
  }
  return `unknown attribute: ${key}`;
}

type Check = (key: string, values: readonly string[]) => Complaint | undefined;

const typedKeys: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['source.ip', (_, values) => together(checkIpBlocks(values))],
  ['remote.ip', (_, values) => together(checkIpBlocks(values))],
  ['destination.ip', (_, values) => together(checkIpBlocks(values))],
  ['destination.port', (_, values) => together(checkPorts(values))],
  ['source.serviceAccount', checkServiceAccounts],
  ['source.trustDomain', checkWildcards],
]);

function checkTyped(key: string, values: readonly string[]): Complaint | undefined {
  return typedKeys.get(key)?.(key, values);
}

/** Several problems in one message, as hashicorp/go-multierror prints them. */
function together(problems: readonly ValueProblem[]): Complaint | undefined {
  const [first] = problems;
  if (first === undefined) return undefined;
  const count = problems.length === 1 ? '1 error' : `${problems.length} errors`;
  const lines = problems.map(({ message }) => `\t* ${message}`).join('\n');
  return { code: first.code, index: first.index, message: `${count} occurred:\n${lines}\n\n` };
}
