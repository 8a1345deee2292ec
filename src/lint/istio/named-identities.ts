import { parseIdentity } from '../../model/index.ts';
import type { RuleField } from './rule-fields.ts';

/** The namespace, and perhaps the account, that a value names outright; stars are left open. */
export interface NamedIdentity {
  readonly namespace: string;
  readonly account: string | undefined;
}

/** Whom a value of an identity field names; undefined where it names no namespace. `home`: the namespace of the policy. */
export function namedIdentity({ field }: RuleField, value: string, home: string): NamedIdentity | undefined {
  switch (field) {
    case 'namespaces':
      return value.includes('*') || value.includes('/')
        ? undefined
        : { namespace: value, account: undefined };
    case 'serviceAccounts': {
      const [account, namespace = home] = value.split('/').reverse();
      return { namespace, account };
    }
    case 'principals':
      return namedByPrincipal(value);
    default:
      return undefined;
  }
}

function namedByPrincipal(value: string): NamedIdentity | undefined {
  const identity = parseIdentity(value);
  if (identity === undefined) {
    const [, ns, namespace = '', ...rest] = value.split('/');
    const whole = ns === 'ns' && namespace !== '' && rest.length > 0 && !namespace.includes('*');
    return whole ? { namespace, account: undefined } : undefined;
  }
  const { namespace, serviceAccount } = identity;
  if (namespace.includes('*')) return undefined;
  return { namespace, account: serviceAccount.includes('*') ? undefined : serviceAccount };
}
