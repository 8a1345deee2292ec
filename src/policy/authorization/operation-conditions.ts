import type { AuthorizationOperation } from '../../model/index.ts';
import type { Condition } from './condition.ts';
import { operationFields } from './fields.ts';

/** What an operation asks of a request by these fields, all of which must hold; the values mean what they mean in a policy. */
export function operationConditions(
  operation: Pick<AuthorizationOperation, 'hosts' | 'methods' | 'paths'>,
): readonly Condition[] {
  const scope = { namespace: '', trustDomains: [] };
  return Object.entries(operation).flatMap(([name, values]) => {
    const question = operationFields[name]?.read(values, scope);
    return question === undefined ? [] : [{ path: ['operation', name], negated: false, values, question }];
  });
}
