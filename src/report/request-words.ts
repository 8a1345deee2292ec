import { listWords } from '../model/index.ts';
import { describeSet, type FieldClause, type RequestClause, type RequestSet } from '../reach/index.ts';

/** Which requests a set holds, in one line: `GET, HEAD on /api/* (not /api/admin*), or POST on /orders`; `no request` for the empty set. */
export function describeRequestSet(set: RequestSet): string {
  return describeSet(set).map(describeClause).join(', or ') || 'no request';
}

/** One clause: its conditions, then the exceptions in brackets. */
export function describeClause({ fields, except }: RequestClause): string {
  const words = describeFields(fields, 'HTTP');
  if (except.length === 0) return words;
  return `${words} (not ${except.map((exception) => describeFields(exception, '')).join(', nor ')})`;
}

/** Conditions that all hold, the method first; `any` stands for the method where nothing is said of it. */
function describeFields(fields: readonly FieldClause[], any: string): string {
  const of = (name: FieldClause['field']): readonly FieldClause[] =>
    fields.filter(({ field }) => field === name);
  const path = valueWords(of('path'), 'any path');
  const start = [valueWords(of('method'), 'any method') || any, path === '' ? '' : path];
  const others = fields.filter(({ field }) => field !== 'method' && field !== 'path');
  return (
    [start.filter((text) => text !== '').join(' on '), ...others.map(otherWords)]
      .filter((text) => text !== '')
      .join(' ') || 'any request'
  );
}

/** `GET, HEAD`, `/api/* but not /api/admin*`, `any path but not /admin*`; nothing where nothing is asked. */
function valueWords(clauses: readonly FieldClause[], any: string): string {
  const wanted = clauses.filter(({ negated }) => !negated).map(({ values }) => values.join(', '));
  const refused = clauses.filter(({ negated }) => negated).flatMap(({ values }) => values);
  if (clauses.length === 0) return '';
  const start = wanted.join(' and ') || any;
  return refused.length === 0 ? start : `${start} but not ${listWords(refused, 'or')}`;
}

function otherWords({ field, name = '', negated, values }: FieldClause): string {
  const isPresence = values.length === 1 && values[0] === '*';
  switch (field) {
    case 'host':
      return negated ? `for no host of ${listWords(values)}` : `for host ${listWords(values, 'or')}`;
    case 'header':
      return tell(`header ${name}`, ': ', negated, isPresence, values);
    case 'claim':
      return tell(`claim ${name}`, '=', negated, isPresence, values);
    case 'request principal':
      if (isPresence) return negated ? 'without a token' : 'with a token';
      return negated ? `but not as ${listWords(values, 'or')}` : `as ${listWords(values, 'or')}`;
    default:
      return tell(name, '=', negated, isPresence, values);
  }
}

function tell(
  what: string,
  separator: string,
  negated: boolean,
  isPresence: boolean,
  values: readonly string[],
): string {
  const value = isPresence ? '' : `${separator}${listWords(values, 'or')}`;
  return `${negated ? 'without' : 'with'} ${what}${value}`;
}
