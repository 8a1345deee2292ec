import type { Pattern } from '../../model/index.ts';
import type { Condition, Question } from '../../policy/authorization/index.ts';
import { remember } from './remember.ts';
import type { Conjunction, Piece, RequestSet } from './types.ts';

/** What is asked, as text: the same for two questions that ask the same of the same part of a request. */
export const questionKey: (question: Question) => string = remember(writeQuestion);

/** The same text for conditions that ask the same in the same sense. */
export const conditionKey: (condition: Condition) => string = remember(({ negated, question }) =>
  negated ? `not ${questionKey(question)}` : questionKey(question),
);

/** A conjunction as a set: what it asks, each once, in order. */
export interface ConjunctionKeys {
  readonly key: string;
  readonly parts: ReadonlySet<string>;
}

/** What a conjunction asks, whatever the order. */
export const conjunctionKeys: (conjunction: Conjunction) => ConjunctionKeys = remember(readConjunction);

/** The same text for pieces with the same conditions. */
export const pieceKey: (piece: Piece) => string = remember(
  ({ any, none }) => `${listKey(any)} except ${listKey(none)}`,
);

/** The same text for sets with the same conditions, in whatever order they were put together. Remembered by the set. */
export const setKey: (set: RequestSet) => string = remember((set) => set.map(pieceKey).sort().join('\n'));

function readConjunction(conjunction: Conjunction): ConjunctionKeys {
  const parts = [...new Set(conjunction.map(conditionKey))].sort();
  return { key: JSON.stringify(parts), parts: new Set(parts) };
}

function listKey(conjunctions: readonly Conjunction[]): string {
  return conjunctions
    .map((conjunction) => conjunctionKeys(conjunction).key)
    .sort()
    .join();
}

function writeQuestion(question: Question): string {
  switch (question.kind) {
    case 'text': {
      const tests = question.tests.map(({ pattern }) => writePattern(pattern));
      return JSON.stringify([question.input, ...distinct(tests)]);
    }
    case 'request principal': {
      const tests = question.tests.map((test) => writePrincipal(test.issuer.pattern, test.subject.pattern));
      return JSON.stringify([question.kind, ...distinct(tests)]);
    }
    case 'port':
      return JSON.stringify([question.kind, ...question.ports.toSorted((a, b) => a - b)]);
    case 'address': {
      const ranges = question.ranges.map(({ family, first, last }) => `${family} ${first} ${last}`);
      return JSON.stringify([question.input, ...distinct(ranges)]);
    }
  }
}

function writePrincipal(issuer: Pattern, subject: Pattern): string {
  return JSON.stringify([writePattern(issuer), writePattern(subject)]);
}

function writePattern({ form, text, ignoreCase }: Pattern): string {
  return `${form}${ignoreCase === true ? ' in any case' : ''} ${text}`;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
