import {
  type FailedCondition,
  type NearMiss,
  type NotSaid,
  notSaid,
  type PolicyReference,
} from '../../model/index.ts';
import { type Condition, conditionHolds, readAddress, readTexts } from './condition.ts';
import type { MissingRule, PreparedRule } from './prepare.ts';
import { type ChainRule, type Conditions, ruleMatches } from './rule.ts';
import type { Subject } from './subject.ts';

const most = 3;

/** The rules that came closest to matching: fewest failed conditions first, then by key; at most three. */
export function findNearMisses(
  set: { readonly rules: readonly PreparedRule[]; readonly missing: readonly MissingRule[] },
  subject: Subject,
): readonly NearMiss[] {
  const failed = set.rules
    .filter(({ rule }) => ruleMatches(rule, subject) === false)
    .map(({ rule, reference }) => nearMiss(reference, failuresOf(rule, subject)));
  const dropped = set.missing.map(({ reference, why }) => nearMiss(reference, why));
  return [...failed, ...dropped].sort((a, b) => a.failed.length - b.failed.length).slice(0, most);
}

function nearMiss({ policy, path, id }: PolicyReference, failed: readonly FailedCondition[]): NearMiss {
  return id === undefined ? { policy, path, failed } : { policy, path, id, failed };
}

function failuresOf(rule: ChainRule, subject: Subject): readonly FailedCondition[] {
  return [
    ...closestEntry(rule.from, subject),
    ...closestEntry(rule.to, subject),
    ...failedOf(rule.when, subject).map((condition) => describeFailure(condition, subject)),
  ];
}

/** What failed in the entry that failed least; nothing where some entry may hold. */
function closestEntry(entries: readonly Conditions[], subject: Subject): readonly FailedCondition[] {
  const failed = entries.map((entry) => failedOf(entry, subject));
  const fewest = Math.min(...failed.map((list) => list.length));
  if (entries.length === 0 || fewest === 0) return [];
  return failed
    .find((list) => list.length === fewest)!
    .map((condition) => describeFailure(condition, subject));
}

function failedOf(conditions: Conditions, subject: Subject): readonly Condition[] {
  return conditions.filter((condition) => conditionHolds(condition, subject) === false);
}

function describeFailure({ path, negated, values, question }: Condition, subject: Subject): FailedCondition {
  const wanted = `${negated ? 'not ' : ''}${values.join(', ')}`;
  return { path, wanted, got: describeGot(question, subject) };
}

function describeGot(question: Condition['question'], subject: Subject): string {
  switch (question.kind) {
    case 'port':
      return `${subject.connection.destinationPort}`;
    case 'address':
      return describeText(readAddress(question.input, subject));
    case 'text':
      return describeTexts(readTexts(question.input, subject));
    case 'request principal': {
      const { claims, claimsComplete = true } = subject.request ?? {};
      if (claims === notSaid || claims === undefined) return claims === undefined ? 'no token' : 'not known';
      const absent = (name: string): string => (claimsComplete ? `(no ${name})` : `(${name} not known)`);
      return `${claims.iss ?? absent('iss')}/${claims.sub ?? absent('sub')}`;
    }
  }
}

function describeTexts(texts: readonly string[] | NotSaid): string {
  if (texts === notSaid) return 'not known';
  return texts.length === 0 ? 'none' : texts.map((text) => (text === '' ? '""' : text)).join(', ');
}

function describeText(text: string | NotSaid): string {
  return text === notSaid ? 'not known' : text;
}
