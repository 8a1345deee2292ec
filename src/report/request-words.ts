import { describeSet, type FieldClause, type RequestClause, type RequestSet } from '../reach/index.ts';
import { listWords } from './lines.ts';

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
  const methods = fields.filter(({ field }) => field === 'method');
  const paths = fields.filter(({ field }) => field === 'path');
  const others = fields.filter(({ field }) => field !== 'method' && field !== 'path');
  const method = methods.map(methodWords).join(' and ') || any;
  const path = paths.map(pathWords).join(' and ');
  const start = method === '' ? path : [method, ...(path === '' ? [] : [`on ${path}`])].join(' ');
  const rest = others.map(otherWords);
  return [...(start === '' ? [] : [start]), ...rest].join(' ') || 'any request';
}

function methodWords({ negated, values }: FieldClause): string {
  return negated ? `any method but ${listWords(values)}` : values.join(', ');
}

function pathWords({ negated, values }: FieldClause): string {
  return negated ? `any path but ${listWords(values)}` : values.join(', ');
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
