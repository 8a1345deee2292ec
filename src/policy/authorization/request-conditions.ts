import type { AuthorizationOperation, AuthorizationSource } from '../../model/index.ts';
import type { Condition } from './condition.ts';
import { type Field, operationFields, sourceFields } from './fields.ts';

/** Fields of an operation and of a source that look at the request alone. */
export type RequestFields = Pick<AuthorizationOperation, 'hosts' | 'methods' | 'paths'> &
  Pick<AuthorizationSource, 'requestPrincipals' | 'notRequestPrincipals'>;

const fields: Readonly<Record<string, Field | undefined>> = { ...sourceFields, ...operationFields };

/** What these fields ask of a request, all of which must hold; the values mean what they mean in a policy. */
export function requestConditions(wanted: RequestFields): readonly Condition[] {
  return Object.entries(wanted).flatMap(([name, values]) => {
    const negated = name === 'notRequestPrincipals';
    const question = fields[negated ? 'requestPrincipals' : name]?.read(values, {
      namespace: '',
      trustDomains: [],
    });
    return question === undefined ? [] : [{ path: [name], negated, values, question }];
  });
}
