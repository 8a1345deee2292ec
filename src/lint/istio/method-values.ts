import { readTextTest } from '../../policy/authorization/index.ts';
import { httpMethods } from '../../policy/http/index.ts';
import type { LintRule } from '../registry.ts';
import { valuesOf } from './policies.ts';
import type { RuleField } from './rule-fields.ts';
import { valueFinding } from './value-findings.ts';

/** Methods that no request has: Envoy answers any that it does not know with 400, before policies are asked. */
export const methodValues: LintRule = {
  codes: ['PC3223'],
  *check({ cluster }) {
    for (const value of valuesOf(cluster, asksMethod)) {
      const test = readTextTest(value.value, 'given');
      if ([...httpMethods].some((method) => test.matches(method))) continue;
      const upper = value.value.toUpperCase();
      const meant = httpMethods.has(upper) ? upper : undefined;
      yield valueFinding(value, {
        code: 'PC3223',
        reason:
          meant === undefined
            ? 'Envoy refuses requests of methods that it does not know with 400, before any policy is asked'
            : 'methods are compared letter by letter, and Envoy refuses those in lower case with 400, before any policy is asked',
        help: meant === undefined ? 'Write a method of HTTP, in capitals: GET, POST.' : `Write ${meant}.`,
        ...(meant !== undefined && { instead: meant }),
      });
    }
  },
};

function asksMethod({ field }: RuleField): boolean {
  return field === 'methods' || field === 'request.headers[:method]';
}
